import { setTimeout as pause } from 'node:timers/promises';
import { Pace } from '../../local/call/pace.ts';
import { Talk } from '../../local/call/talk.ts';
import { type Dialogue, parseDialogue } from '../../local/cases/dialogue.ts';
import type { Device } from '../../local/services/chime/device.ts';
import type { Pipeline } from '../../local/services/chimePipelines/pipeline.ts';
import { skippingClock, type VirtualClock } from '../../local/services/clock.ts';
import type { StackOptions } from '../../local/stack/stack.ts';
import { newestConsentVersion as textVersion } from '../../pipeline/meetings/consentTexts.ts';
import { type Asking, type AnswerBody, CallHouse, type Entry, type Family, type Person } from './callHouse.ts';
import type { Row } from './testStack.ts';

/**
 * A deployment that records, in which people say what is to be written down. By the text that the edge function shows, a
 * withdrawal discards what was recorded; by that of the HTTP API it keeps it. Of a call, the texts that were agreed to count.
 */
export async function recordingHouse({ edge, ...options }: StackOptions = {}) {
  const talk = new Talk();
  const env = { RECORDS: 'on' };
  const house = await CallHouse.open({
    clock: skippingClock(),
    // In functions it is as late as on the stack's clock.
    speed: 0.5,
    heard: talk.heard,
    stepEnv: env,
    ...options,
    edge: { ...edge, env: { ...env, CONSENT_WITHDRAWN: 'discard' } },
  });
  talk.in(house.product.stack);
  return { house, talk };
}

export type RecordingHouse = Awaited<ReturnType<typeof recordingHouse>>;

/** Who is in a call, by what a dialogue calls them. */
export type Speaker = 'clinician' | 'patient' | 'relative';

export const toDialogue = (lines: readonly string[]): Dialogue =>
  parseDialogue(`title: a call\n\n${lines.join('\n')}\n`);

/** A visit with its recording, from the first request to what is read of it. Its people's apps have tokens of a family. */
export class RecordedCall {
  readonly people: Record<Speaker, Person>;
  readonly sessionId: string;
  readonly devices = new Map<Speaker, Device>();
  readonly meetings: string[] = [];
  readonly #at: RecordingHouse;
  readonly #family: Family;
  #pace: Pace | undefined;

  private constructor(at: RecordingHouse, family: Family, people: Record<Speaker, Person>, sessionId: string) {
    this.#at = at;
    this.#family = family;
    this.people = people;
    this.sessionId = sessionId;
  }

  /**
   * Both parties are in the meeting, the patient admitted; nobody has agreed yet.
   * @param before what they do before it, by their appointment
   */
  static async meet(
    at: RecordingHouse,
    family: Family,
    before: (appointmentId: string, people: Record<Speaker, Person>) => Promise<unknown> = async () => undefined,
  ): Promise<RecordedCall> {
    const { house } = at;
    const [clinician, patient, relative] = (await house.people(3)) as [Person, Person, Person];
    const appointmentId = await house.appointment(clinician, patient);
    await before(appointmentId, { clinician, patient, relative });
    const pace = new Pace(house.product.stack.clock as VirtualClock);
    const created = await house.create(clinician, appointmentId, asking(family));
    const call = new RecordedCall(at, family, { clinician, patient, relative }, created.session.id);
    call.#pace = pace;
    call.#enter('clinician', created);
    call.#enter('patient', await house.create(patient, appointmentId, { ...asking(family), door: 'edge' }));
    await call.ask('clinician', { action: 'admit', userId: patient.id });
    return call;
  }

  get meetingId(): string {
    return this.meetings.at(-1) ?? '';
  }

  get pace(): Pace {
    this.#pace ??= new Pace(this.#at.house.product.stack.clock as VirtualClock);
    return this.#pace;
  }

  ask(who: Speaker, body: object, more: Asking = {}): Promise<AnswerBody> {
    const { house } = this.#at;
    return house.done(this.people[who], { meetingId: this.meetingId, ...body }, { ...asking(this.#family), ...more });
  }

  /** Comes in, again or for the first time; in a new meeting where the old one has ended. */
  async come(who: Speaker): Promise<Entry> {
    const entry = (await this.ask(who, { action: 'join' })) as Entry;
    this.#enter(who, entry);
    return entry;
  }

  async decide(who: Speaker, decision: 'given' | 'withdrawn', more: Asking = {}): Promise<AnswerBody> {
    return this.ask(who, { action: 'consent', decision, textVersion }, more);
  }

  /** Both agree, and it is recorded. */
  async agree(more: Asking = {}): Promise<void> {
    for (const who of ['clinician', 'patient'] as const) await this.decide(who, 'given', more);
    await this.untilCaptured();
  }

  /** Says all of it, and waits until it is said. */
  async say(dialogue: Dialogue, lines: { from?: number; to?: number } = {}): Promise<void> {
    const voices = Object.fromEntries([...this.devices].map(([who, { attendee }]) => [who, attendee.id]));
    await this.pace.pass(await this.#at.talk.say(this.meetingId, dialogue, voices, lines));
  }

  /** The provider ends it. What was noted of it until nothing is recorded any more is in the audit trail, and it is later. */
  async end(): Promise<void> {
    await this.ask('clinician', { action: 'end' });
    await this.untilOver();
    await this.#at.house.carry();
    this.release();
  }

  /** From now on, time passes by itself. */
  release(): void {
    this.#pace?.[Symbol.dispose]();
    this.#pace = undefined;
  }

  /** Waits until Chime captures it. */
  async untilCaptured(): Promise<void> {
    const { pipelines } = this.#at.house.product.stack.chime;
    const isMine = (one: Pipeline) => one.kind === 'capture' && one.meetingId === this.meetingId;
    await this.until(() => pipelines.all().some((one) => isMine(one) && one.status === 'InProgress'));
  }

  /** Waits until the product knows that the capture is over. */
  async untilOver(): Promise<void> {
    const running = `select 1 from public.call_captures where meeting_id = '${this.meetingId}'
      and state in ('starting', 'running', 'stopping')`;
    await this.until(async () => (await this.#at.house.product.sql(running)).length === 0);
  }

  /** Lets time pass until it is so. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    if (!(await this.pace.until(isSo))) throw new Error('it never came to that');
  }

  async session(): Promise<Row> {
    return this.#at.house.session(this.sessionId);
  }

  /** The rows of its recordings, the oldest first, once nothing is under way any more. */
  async recordings(): Promise<Row[]> {
    const { product } = this.#at.house;
    const open = `select 1 from public.call_captures where session_id = '${this.sessionId}'
      and state not in ('joined', 'incomplete', 'missing', 'discarded', 'refused')`;
    for (;;) {
      const { messages, executions } = product.stack.underWay();
      if (messages + executions === 0 && (await product.sql(open)).length === 0) break;
      await pause(50);
    }
    return product.rows('recordings', 'session_id', this.sessionId);
  }

  #enter(who: Speaker, entry: Entry): void {
    const { MeetingId } = entry.meeting;
    if (!this.meetings.includes(MeetingId)) this.meetings.push(MeetingId);
    this.devices.set(who, this.#at.house.enter(entry));
  }
}

/** The functions' clock is ahead of the machine's, by which the edge functions go: a token is good for both. */
export function asking(family: Family): Asking {
  const now = Math.floor(Date.now() / 1000);
  return { family, claims: { iat: now - 60, auth_time: now - 600, exp: now + 6 * 3_600 } };
}
