import { type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';
import type { ScopedRequest } from '../scopedService.ts';
import type { OperationName } from './requests.ts';

interface Route {
  method: string;
  /** With the names of its parameters. */
  path: RegExp;
  /** The query parameter `operation`. */
  kind?: string;
  /** What query parameters are called in the API. */
  query?: Readonly<Record<string, 'MaxResults' | 'NextToken'>>;
}

const meetings = /^\/meetings$/;
const meeting = /^\/meetings\/(?<MeetingId>[^/]+)$/;
const attendees = /^\/meetings\/(?<MeetingId>[^/]+)\/attendees$/;
const attendee = /^\/meetings\/(?<MeetingId>[^/]+)\/attendees\/(?<AttendeeId>[^/]+)$/;
const capabilities = /^\/meetings\/(?<MeetingId>[^/]+)\/attendees\/(?<AttendeeId>[^/]+)\/capabilities$/;

const routes: Readonly<Record<OperationName, Route>> = {
  CreateMeeting: { method: 'POST', path: meetings },
  CreateMeetingWithAttendees: { method: 'POST', path: meetings, kind: 'create-attendees' },
  GetMeeting: { method: 'GET', path: meeting },
  DeleteMeeting: { method: 'DELETE', path: meeting },
  CreateAttendee: { method: 'POST', path: attendees },
  BatchCreateAttendee: { method: 'POST', path: attendees, kind: 'batch-create' },
  GetAttendee: { method: 'GET', path: attendee },
  ListAttendees: {
    method: 'GET',
    path: attendees,
    query: { 'max-results': 'MaxResults', 'next-token': 'NextToken' },
  },
  DeleteAttendee: { method: 'DELETE', path: attendee },
  UpdateAttendeeCapabilities: { method: 'PUT', path: capabilities },
};

/** What the service has besides. */
const missing: Readonly<Record<string, Route>> = {
  BatchUpdateAttendeeCapabilitiesExcept: {
    method: 'PUT',
    path: /^\/meetings\/[^/]+\/attendees\/capabilities$/,
    kind: 'batch-update-except',
  },
  StartMeetingTranscription: { method: 'POST', path: /^\/meetings\/[^/]+\/transcription$/, kind: 'start' },
  StopMeetingTranscription: { method: 'POST', path: /^\/meetings\/[^/]+\/transcription$/, kind: 'stop' },
  ListTagsForResource: { method: 'GET', path: /^\/tags$/ },
  TagResource: { method: 'POST', path: /^\/tags$/, kind: 'tag-resource' },
  UntagResource: { method: 'POST', path: /^\/tags$/, kind: 'untag-resource' },
};

/**
 * The operation of a request, and its input: the body with the parameters of the path and the query.
 * @throws NotImplemented naming the operation, or the request when it is of no operation of this service
 */
export function readRoute({ method, url, body }: ScopedRequest): { operation: OperationName; input: JsonObject } {
  const { operation: kind, ...query } = Object.fromEntries(url.searchParams);
  const fits = ([, route]: [string, Route]) =>
    route.method === method && route.kind === kind && route.path.test(url.pathname);
  const found = Object.entries(routes).find(fits);
  if (!found) {
    const [name = `${method} ${url.pathname}`] = Object.entries(missing).find(fits) ?? [];
    throw new NotImplemented(`chime: ${name}`);
  }
  const [operation, route] = found as [OperationName, Route];
  const parameters = Object.entries(route.path.exec(url.pathname)?.groups ?? {}).map(([name, value]) => [
    name,
    decodeURIComponent(value),
  ]);
  const asked = Object.entries(query).map(([name, value]) => toField(operation, route, name, value));
  return { operation, input: { ...parse(body), ...Object.fromEntries([...parameters, ...asked]) } };
}

function toField(operation: string, route: Route, name: string, value: string): [string, string | number] {
  const field = route.query?.[name];
  if (field === undefined) throw new NotImplemented(`${operation} with the query parameter ${name}`);
  return [field, field === 'MaxResults' ? Number(value) : value];
}

function parse(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonObject;
  throw new ServiceError('SerializationException', 'The request body is not a JSON object');
}
