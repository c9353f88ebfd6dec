import type { Device } from '../services/chime/device.ts';
import type { Json } from '../services/jsonService.ts';
import type { Deployment } from '../replay/deployment.ts';
import { uuidOf } from '../replay/session.ts';
import type { Stack } from '../stack/stack.ts';
import type { Chaos } from './disturber.ts';
import { callNumber } from './schedule.ts';

type Row = Record<string, unknown>;

/** Everything that can be seen of a call from outside. */
export interface CallTraces {
  sessions: Row[];
  meetings: Row[];
  participants: Row[];
  presence: Row[];
  /** Meetings of the call that Chime still has. */
  living: string[];
}

/** How often an app asks again that is told to. */
const tries = 12;
const pauseMs = 5_000;
const sweepMs = 5 * 60_000;
/** As many sweeps as fit into the longest outage, and an hour. */
const sweepsAtMost = 84;

/** A call of two people that is held while recordings are worked on. */
export class Call {
  readonly #stack: Stack;
  readonly #deployment: Deployment;
  readonly #chaos: Chaos;
  readonly #appointment: string;
  readonly #people: { provider: string; patient: string };

  constructor(stack: Stack, deployment: Deployment, chaos: Chaos, name: string) {
    this.#stack = stack;
    this.#deployment = deployment;
    this.#chaos = chaos;
    this.#appointment = uuidOf(name, 'call');
    this.#people = { provider: uuidOf(name, 'provider of the call'), patient: uuidOf(name, 'patient of the call') };
    chaos.name(callNumber, this.#appointment);
  }

  /** Both come, the patient drops out and comes back, and the provider ends it. What is refused stays so. */
  async hold(): Promise<void> {
    await this.#seed();
    const { provider, patient } = this.#people;
    const devices = [await this.#come(provider), await this.#come(patient)];
    devices[1]?.drop();
    devices.push(await this.#come(patient));
    const meetingId = devices.find((device) => device !== undefined)?.meeting.id;
    if (meetingId !== undefined) await this.#ask(provider, { action: 'end', meetingId });
    for (const device of devices) device?.leave();
  }

  /** Sweeps every five minutes, as the schedule does, until nothing of the call is open. */
  async sweep(): Promise<void> {
    for (let n = 0; n < sweepsAtMost && (await this.#isOpen()); n += 1) {
      await this.#stack.clock.sleep(sweepMs);
      await this.#stack.lambda.invoke('sweepMeetings', { 'detail-type': 'Scheduled Event', source: 'aws.events' });
    }
  }

  async traces(): Promise<CallTraces> {
    const sessions = await this.#rows('video_call_sessions', 'appointment_id', [this.#appointment]);
    const ids = sessions.map(({ id }) => String(id));
    return {
      sessions,
      meetings: await this.#rows('call_meetings', 'session_id', ids),
      participants: await this.#rows('video_call_participants', 'video_call_id', ids),
      presence: await this.#rows('call_presence', 'session_id', ids),
      living: this.#stack.chime
        .meetings()
        .filter(({ request, endedAt }) => ids.includes(request.ExternalMeetingId) && endedAt === undefined)
        .map(({ id }) => id),
    };
  }

  async #isOpen(): Promise<boolean> {
    return openIn(await this.traces()).length > 0;
  }

  async #come(person: string): Promise<Device | undefined> {
    const answer = await this.#ask(person, { action: 'create', appointmentId: this.#appointment });
    if (!answer) return undefined;
    this.#chaos.name(callNumber, answer.meeting.MeetingId);
    try {
      return this.#stack.chime.people.join(answer.meeting.MeetingId, answer.attendee.JoinToken);
    } catch {
      // It has ended meanwhile.
      return undefined;
    }
  }

  async #ask(person: string, body: Json): Promise<Entry | undefined> {
    const http = { method: 'POST', path: '/meetings', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' };
    for (let n = 0; n < tries; n += 1) {
      const now = Math.floor(this.#stack.clock.now() / 1000);
      const token = this.#stack.signJwt({ role: 'authenticated', sub: person, iat: now - 60, exp: now + 3_600 });
      const answer = await this.#stack.lambda.invoke('meetings', {
        rawPath: '/meetings',
        rawQueryString: '',
        headers: { authorization: `Bearer ${token}` },
        requestContext: { domainName: 'api.example.org', http },
        isBase64Encoded: false,
        body: JSON.stringify(body),
      });
      const { statusCode, body: text } = ('payload' in answer ? answer.payload : {}) as {
        statusCode?: number;
        body?: string;
      };
      if (statusCode === 200) return JSON.parse(text ?? '{}') as Entry;
      await this.#stack.clock.sleep(pauseMs);
    }
    return undefined;
  }

  async #seed(): Promise<void> {
    const { provider: provider_id, patient: patient_id } = this.#people;
    const { supabase } = this.#deployment;
    const appointment = { id: this.#appointment, provider_id, patient_id, status: 'scheduled', video_enabled: true };
    const written = [
      await supabase.from('users').upsert([{ id: provider_id }, { id: patient_id }], { onConflict: 'id' }),
      await supabase.from('appointments').upsert([appointment], { onConflict: 'id' }),
    ];
    for (const { error } of written) if (error) throw new Error(error.message);
  }

  async #rows(table: string, column: string, values: readonly string[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (const value of values) {
      const { data, error } = await this.#deployment.supabase.from(table).select('*').eq(column, value);
      if (error) throw new Error(`${table}: ${error.message}`);
      rows.push(...(data as Row[]));
    }
    return rows;
  }
}

interface Entry {
  meeting: { MeetingId: string };
  attendee: { JoinToken: string };
}

/** What is open of a call that everybody has left. */
export function openIn({ sessions, meetings, participants, presence, living }: CallTraces): string[] {
  return [
    ...sessions.filter(({ status }) => status === 'active').map(({ id }) => `session ${String(id)} is active`),
    ...meetings.filter((row) => row['ended_at'] === null).map((row) => `meeting ${String(row['meeting_id'])} is open`),
    ...presence.filter((row) => row['left_at'] === null).map((row) => `interval ${String(row['id'])} is open`),
    ...participants.filter(({ status }) => status === 'joined').map(({ id }) => `participant ${String(id)} is there`),
    ...living.map((id) => `Chime has meeting ${id}`),
  ];
}

/** Seconds that do not add up: of each person the union of the intervals, which never overlap for one attendee. */
export function wrongSecondsIn({ participants, presence }: CallTraces): string[] {
  return participants.flatMap((row) => {
    const own = presence.filter(
      (one) => one['user_id'] === row['user_id'] && one['session_id'] === row['video_call_id'],
    );
    const intervals = own.map((one) => [Date.parse(String(one['joined_at'])), Date.parse(String(one['left_at']))]);
    let [sum, until] = [0, -Infinity];
    for (const [from = 0, to = 0] of intervals.sort(([a = 0], [b = 0]) => a - b)) {
      sum += Math.max(0, to - Math.max(from, until));
      until = Math.max(until, to);
    }
    const told = Number(row['duration_seconds'] ?? 0);
    return Math.abs(told - sum / 1000) > 1 ? [`participant ${String(row['id'])}: ${told} s, not ${sum / 1000}`] : [];
  });
}
