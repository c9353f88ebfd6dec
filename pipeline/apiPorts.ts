import type { Client } from './client.ts';
import type { Opened } from './reading/opened.ts';

/** Somebody whose token was verified. */
export interface Caller {
  /** Supabase Auth, whose subject is a `users.id`, or Firebase, whose subject is a `users.firebase_uid`. */
  issuer: 'supabase' | 'firebase';
  subject: string;
  /** The JWT itself: what is read for somebody is read with it. */
  token: string;
}

/** What a request asks of a route. */
export interface Input {
  /** The parts of the path that the route names, decoded. */
  params: Readonly<Record<string, string>>;
  /** Of a JSON body; undefined when there is none. */
  body: unknown;
  /** Absent where the door was not told. */
  client?: Client;
}

/** A route: given its ports, it takes a caller and an input and returns a JSON value, or a text that is sent as it is. */
export type Route<Ports, Who = Caller> = (ports: Ports) => (caller: Who, input: Input) => Promise<unknown>;

/** A route and where it is found. */
export interface Routed<Ports, Who = Caller> {
  method: 'GET' | 'POST';
  /** Its variable parts in braces: `/recordings/{id}/link`. */
  path: string;
  /** Of a text; JSON values are `application/json`. */
  contentType?: string;
  /** The largest body that it takes, in bytes; by default 64 KB. */
  bodyLimit?: number | undefined;
  route: Route<Ports, Who>;
}

/** An answer with a status of its own. */
export interface Answered {
  status: number;
  /** A JSON value. */
  body: unknown;
}

/** A route that anybody may ask. Without a token, and with one that is not good, there is no caller. */
export type PublicRoute<Ports, Who = Caller> = (ports: Ports) => (caller: Who | undefined) => Promise<Answered>;

/** Such a route, and where it is found. */
export interface PublicRouted<Ports, Who = Caller> {
  method: 'GET';
  path: string;
  isPublic: true;
  route: PublicRoute<Ports, Who>;
}

/** Everything through which a route reaches the outside. */
export interface ApiPorts {
  callers: Callers;
  records: Records;
  links: Links;
}

/** Whose request it is. */
export interface Callers<Who = Caller> {
  /** @throws Refusal InvalidToken, KeysUnavailable */
  identify(headers: Headers): Promise<Who>;
}

/** Where a recording lies. */
export interface RecordingLocation {
  bucket: string;
  key: string;
  versionId: string | null;
  contentType?: string | null;
}

/** What is read of a consultation, and written down about the reading. */
export type Access = 'link' | 'fhir';

/**
 * The health record as one of its readers sees it: every method asks with the caller's own token, and the database
 * decides.
 * @throws Refusal OnlyTheProvider, InvalidToken, ThirdPartyAuthMissing, NotFinished, ServiceUnavailable, TooManyRequests
 */
export interface Records {
  /** The newest recording of a session that is processed. */
  newest(caller: Caller, sessionId: string): Promise<string>;
  locate(caller: Caller, recordingId: string): Promise<RecordingLocation>;
  /** Writes down that the caller was given something. */
  logAccess(caller: Caller, recordingId: string, access: Access): Promise<void>;
  /** One page of the consultation; the first one says how many there are. */
  open(caller: Caller, recordingId: string, page: number): Promise<Opened>;
}

/** Addresses under which anybody may read one version of an object for some seconds. */
export interface Links {
  issue(
    object: { bucket: string; key: string; versionId: string; contentType: string },
    seconds: number,
  ): Promise<string>;
}
