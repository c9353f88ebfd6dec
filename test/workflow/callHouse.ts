import { randomUUID } from 'node:crypto';
import { ChimeSDKMeetingsClient, DeleteMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import type { Device } from '../../local/services/chime/device.ts';
import { realClock } from '../../local/services/clock.ts';
import type { Json } from '../../local/services/jsonService.ts';
import type { StackOptions } from '../../local/stack/stack.ts';
import { firebaseProject, ofFirebaseUser, Signer } from '../pipeline/edge/signedTokens.ts';
import { checkAnswer } from './answers.ts';
import { googleKeys } from './googleKeys.ts';
import { TestStack } from './testStack.ts';

/** Somebody who has an account: of Supabase by the id, of Firebase by the other one. */
export interface Person {
  id: string;
  firebaseUid: string;
}

/** `function` is the Lambda behind the HTTP API, without the throttling of that. */
export type Door = 'lambda' | 'edge' | 'function';
/** Which service has issued the caller's token. */
export type Family = 'supabase' | 'firebase';
/** By the function that serves it, the route of the HTTP API and the edge function, where there is one of each. */
const services = {
  meetings: { path: '/meetings', edge: 'chime-meeting-token' },
  messaging: { path: '/messaging', edge: 'chime-messaging' },
  speak: { path: '/speech', edge: 'none' },
  extraction: { path: '/none', edge: 'chime-entity-extraction' },
} as const;
export type Service = keyof typeof services;

export interface Answer {
  status: number;
  body: AnswerBody;
}

/** As much of the answers as is looked at, of whichever action. */
export interface AnswerBody {
  code?: string;
  error?: string;
  meeting?: { MeetingId: string; ExternalMeetingId: string; MediaRegion: string };
  attendee?: { AttendeeId: string; ExternalUserId: string; JoinToken: string };
  attendees?: { userId: string; attendeeId: string }[];
  errors?: { userId: string; code: string }[];
  session?: { id: string; status: string };
  admitted?: boolean;
  renewed?: boolean;
  [field: string]: unknown;
}

/** Somebody's answer to `create` or `join`. */
export type Entry = Required<Pick<AnswerBody, 'meeting' | 'attendee' | 'session'>> & AnswerBody;

export interface Asking {
  /** By default the call's. */
  service?: Service;
  door?: Door;
  family?: Family;
  /** Replaces claims of the token. */
  claims?: object;
  /** Sent in place of the person's own token. */
  token?: string;
}

/** An account that many visits do not fill. A meeting holds as many people as anywhere. */
const unhurried = { meetings: 100_000, rate: 100_000, burst: 100_000 };

/** Who asks Chime without being asked: the steps that events and schedules start. */
const bySelf = ['followMeeting', 'sweepMeetings', 'deliverMessages'];

/** A deployment in which people meet, seen as their apps see it: over HTTP, through either door. */
export class CallHouse implements AsyncDisposable {
  readonly product: TestStack;
  /** For what only the service itself would do, or say. */
  readonly chime: ChimeSDKMeetingsClient;
  /** How often an app had to ask again, by the code of the answer. */
  readonly again: Record<string, number> = {};
  readonly #chimeCalls: readonly unknown[];
  readonly #google: Signer;

  private constructor(product: TestStack, google: Signer, chimeCalls: readonly unknown[]) {
    this.#chimeCalls = chimeCalls;
    this.product = product;
    this.chime = new ChimeSDKMeetingsClient({ ...product.clientConfig(), region: 'eu-central-1' });
    this.#google = google;
  }

  static async open(options: StackOptions = {}): Promise<CallHouse> {
    const google = await Signer.make('google-1', 'RS256');
    const chimeCalls: unknown[] = [];
    const env = { FIREBASE_PROJECT_ID: firebaseProject };
    const { edge, stepEnv, chime, ...rest } = options;
    const product = await TestStack.start({
      // A meeting in which nobody is must not end while requests are made.
      clock: realClock(),
      preload: [googleKeys(google)],
      onCall: (call) => call.target === 'chime' && !bySelf.includes(call.accessKeyId) && chimeCalls.push(call),
      ...rest,
      chime: { limits: unhurried, ...chime, assumed: { dropMs: 30, ...chime?.assumed } },
      stepEnv: { ...env, ...stepEnv },
      edge: { preload: [googleKeys(google)], ...edge, env: { ...env, ...edge?.env } },
    });
    const house = new CallHouse(product, google, chimeCalls);
    await product.sql(`insert into pipeline.settings values ('requests_a_minute', '999999')`);
    return house;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.chime.destroy();
    await this.product.stop();
  }

  /** So many new users. */
  async people(count: number): Promise<Person[]> {
    const people = Array.from({ length: count }, () => {
      const id = randomUUID();
      return { id, firebaseUid: `uid-${id.slice(0, 8)}` };
    });
    const values = people.map(({ id, firebaseUid }) => `('${id}', '${firebaseUid}')`).join(', ');
    await this.product.sql(`insert into public.users (id, firebase_uid) values ${values}`);
    return people;
  }

  /** A new appointment; its id. */
  async appointment(
    provider: Person,
    patient: Person,
    { status = 'scheduled', videoEnabled = true }: { status?: string; videoEnabled?: boolean } = {},
  ): Promise<string> {
    const id = randomUUID();
    await this.product.sql(
      `insert into public.appointments (id, provider_id, patient_id, status, video_enabled)
       values ('${id}', '${provider.id}', '${patient.id}', '${status}', ${videoEnabled})`,
    );
    return id;
  }

  /** The headers by which an app says whose it is. */
  async headers(person: Person, asking: Asking = {}): Promise<Record<string, string>> {
    const { family = 'supabase', claims = {}, token: given } = asking;
    const now = Math.floor(this.product.stack.clock.now() / 1000);
    const times = { iat: now - 60, exp: now + 3_000 };
    const { SUPABASE_ANON_KEY = '' } = this.product.stack.env;
    if (family === 'supabase') {
      const own = { role: 'authenticated', sub: person.id, ...times, ...claims };
      return { authorization: `Bearer ${given ?? this.product.stack.signJwt(own)}` };
    }
    const own = ofFirebaseUser({ ...times, auth_time: now - 600, sub: person.firebaseUid, ...claims });
    const token = given ?? (await this.#google.sign(own));
    // These clients send the project's public key where others send the token.
    return { authorization: `Bearer ${SUPABASE_ANON_KEY}`, 'x-firebase-token': token };
  }

  /** One request of somebody's app. */
  async ask(person: Person, body: object, asking: Asking = {}): Promise<Answer> {
    const { door = 'lambda', service = 'meetings' } = asking;
    const { path, edge } = services[service];
    const headers = { 'content-type': 'application/json', ...(await this.headers(person, asking)) };
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    if (door === 'function') return this.#invoke(service, path, request, body);
    const { API_URL, SUPABASE_URL } = this.product.stack.env;
    const response = await fetch(
      door === 'edge' ? `${SUPABASE_URL}/functions/v1/${edge}` : `${API_URL}${path}`,
      request,
    );
    return checked(new URL(response.url).pathname, body, response.status, (await response.json()) as AnswerBody);
  }

  async #invoke(
    service: Service,
    path: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body: string },
    asked: object,
  ) {
    const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' };
    const answer = await this.product.stack.lambda.invoke(service, {
      rawPath: path,
      rawQueryString: '',
      headers,
      requestContext: { domainName: 'api.example.org', http },
      isBase64Encoded: false,
      body,
    });
    // A function that fails is answered for by the HTTP API.
    if (!('payload' in answer)) return { status: 500, body: { code: answer.error } };
    const { statusCode, body: text } = answer.payload as { statusCode: number; body: string };
    return checked(path, asked, statusCode, JSON.parse(text) as AnswerBody);
  }

  /** As an app does that is told to ask again: on a busy machine a hundred at once wait longer than a function does. */
  async insist(person: Person, body: object, asking: Asking = {}): Promise<Answer> {
    for (let tries = 0; ; tries += 1) {
      // A connection that was kept may end as it is used again.
      const answer = await this.ask(person, body, asking).catch((): Answer => ({ status: 503, body: {} }));
      if ((answer.status !== 503 && answer.status !== 429) || tries === 20) return answer;
      const { code = 'no answer' } = answer.body;
      this.again[code] = (this.again[code] ?? 0) + 1;
      await new Promise((resolve) => setTimeout(resolve, 200 + 1_800 * Math.random()));
    }
  }

  /** A request that is granted. @throws Error with the answer of one that is not */
  async done(person: Person, body: object, asking: Asking = {}): Promise<AnswerBody> {
    const answer = await this.ask(person, body, asking);
    if (answer.status !== 200) throw new Error(`${JSON.stringify(body)}: ${JSON.stringify(answer)}`);
    return answer.body;
  }

  async create(person: Person, appointmentId: string, asking: Asking = {}): Promise<Entry> {
    return (await this.done(person, { action: 'create', appointmentId }, asking)) as Entry;
  }

  async join(person: Person, meetingId: string, asking: Asking = {}): Promise<Entry> {
    return (await this.done(person, { action: 'join', meetingId }, asking)) as Entry;
  }

  /** A phone that goes into the meeting with what the answer gave it. */
  enter({ meeting, attendee }: Entry): Device {
    return this.product.stack.chime.people.join(meeting.MeetingId, attendee.JoinToken);
  }

  /** Who is in a meeting, by users' ids. */
  present(meetingId: string): string[] {
    return this.product.stack.chime.people.present(meetingId).map(({ externalUserId }) => externalUserId);
  }

  /** How often Chime was asked for anything. */
  chimeCalls(): number {
    return this.#chimeCalls.length;
  }

  async session(id: string) {
    const [row = {}] = await this.product.rows('video_call_sessions', 'id', id);
    return row;
  }

  /** The rows of a session's people, by user. */
  async participants(sessionId: string): Promise<Record<string, Record<string, unknown>>> {
    const rows = await this.product.rows('video_call_participants', 'video_call_id', sessionId);
    return Object.fromEntries(rows.map((row) => [String(row['user_id']), row]));
  }

  /** @param change of columns, as SQL has it */
  async setAppointment(id: string, change: string): Promise<void> {
    await this.product.sql(`update public.appointments set ${change} where id = '${id}'`);
  }

  async rpc(name: string, args: object): Promise<unknown> {
    const { data, error } = await this.product.deployment.supabase.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data as unknown;
  }

  /** As if Chime had ended a meeting by itself. */
  async endAtChime(MeetingId: string): Promise<void> {
    await this.chime.send(new DeleteMeetingCommand({ MeetingId }));
  }

  /** Runs the sweep, as its schedule does: one that fails is the next one's. */
  async sweep(): Promise<void> {
    await this.#tick('sweepMeetings');
  }

  /** Carries into the audit trail what is noted for it. */
  async carry(): Promise<void> {
    for (let left = 1; left > 0; ) {
      await this.#tick('carryAudit');
      const [[count] = []] = await this.product.sql(
        'select count(*) from pipeline.audit_outbox where carried_at is null',
      );
      left = Number(count);
    }
  }

  async #tick(functionName: 'sweepMeetings' | 'carryAudit'): Promise<void> {
    const event = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} } satisfies Json;
    await this.product.stack.lambda.invoke(functionName, event);
  }
}

/** @throws Error for an answer that is not as the OpenAPI document says */
function checked(path: string, asked: object, status: number, body: AnswerBody): Answer {
  checkAnswer({ method: 'POST', path, asked, status, body });
  return { status, body };
}
