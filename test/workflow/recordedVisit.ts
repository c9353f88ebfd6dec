import { setTimeout as pause } from 'node:timers/promises';
import {
  ChimeSDKMeetingsClient,
  StartMeetingTranscriptionCommand,
  UpdateAttendeeCapabilitiesCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { type Person, Visit } from './meet.ts';
import type { TestStack } from './testStack.ts';

const sends = { Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' } as const;

/** Looks again until it is so: as `expect.poll`, and in a hook as well. */
export async function comesTo<T>(look: () => T | Promise<T>, wanted: T): Promise<void> {
  while ((await look()) !== wanted) await pause(50);
}

/** A visit in which both parties have agreed to a recording, on a stack that records. */
export class RecordedVisit {
  readonly visit: Visit;
  readonly meetingId: string;
  readonly #product: TestStack;

  private constructor(product: TestStack, visit: Visit, meetingId: string) {
    this.#product = product;
    this.visit = visit;
    this.meetingId = meetingId;
  }

  /** They meet, the patient is admitted, and both agree. No time passes until then. */
  static async begin(product: TestStack, name: string): Promise<RecordedVisit> {
    const visit = await Visit.arrange(product, name);
    const goOn = visit.hold();
    try {
      const met = await RecordedVisit.#meet(product, visit);
      await met.agree();
      return met;
    } finally {
      goOn();
    }
  }

  /** They meet, and the patient is admitted: both are known to be there, and nobody has agreed. */
  static async meet(product: TestStack, name: string): Promise<RecordedVisit> {
    const met = await RecordedVisit.#meet(product, await Visit.arrange(product, name));
    const present = `select count(*) from public.call_presence where meeting_id = '${met.meetingId}'`;
    await comesTo(async () => (await product.sql(present))[0]?.[0], '2');
    return met;
  }

  static async #meet(product: TestStack, visit: Visit): Promise<RecordedVisit> {
    const { meetingId } = await visit.meet();
    await visit.ask('provider', { action: 'admit', meetingId, userId: visit.id('patient') });
    return new RecordedVisit(product, visit, meetingId);
  }

  /** One that was begun before. */
  static async of(product: TestStack, name: string): Promise<RecordedVisit> {
    const visit = new Visit(product, name);
    return new RecordedVisit(product, visit, String((await visit.session())?.['meeting_id']));
  }

  /** Both agree to the recording. */
  async agree(): Promise<void> {
    for (const person of ['provider', 'patient'] as const) await this.#say(person, 'given');
  }

  /** The patient takes her consent back. */
  withdraw(): Promise<void> {
    return this.#say('patient', 'withdrawn');
  }

  /** Waits until the capture is in a state. Whatever has failed on the way there is tried again later. */
  async comes(state: string): Promise<void> {
    const asked = `select state from public.call_captures where meeting_id = '${this.meetingId}'`;
    await comesTo(async () => {
      const now = (await this.#product.sql(asked))[0]?.[0];
      if (now !== state) await this.#product.stack.clock.sleep(60_000);
      return now;
    }, state);
  }

  /** The provider ends it. A capture that runs on writes chunks for as long as time passes. */
  async end(): Promise<void> {
    await this.visit.ask('provider', { action: 'end', meetingId: this.meetingId });
  }

  /** Functions have the time of the machine: what is to be old is made so. */
  async ages(column: 'started_at' | 'since', by: string): Promise<void> {
    await this.#set(`${column} = ${column} - interval '${by}'`);
  }

  /** As if the function that asked for the capture had ended before the answer came. */
  async forget(): Promise<void> {
    await this.#set("state = 'refused', reason = 'NotBegun', capture_id = null, capture_arn = null");
  }

  /** The provider names somebody, and admits that person, who has agreed to nothing. @returns the attendee's id */
  async letIn(person: Person): Promise<string | undefined> {
    const { visit, meetingId } = this;
    const userId = visit.id(person);
    const named = { action: 'batch-join', meetingId, userIds: [userId] };
    const { attendees } = await visit.ask<{ attendees: { attendeeId: string }[] }>('provider', named);
    await visit.ask('provider', { action: 'admit', meetingId, userId });
    return attendees[0]?.attendeeId;
  }

  /** Lets somebody be heard who has not agreed, past the product. */
  async letHear(person: Person): Promise<void> {
    const AttendeeId = await this.letIn(person);
    const { meetingId: MeetingId } = this;
    await this.#askChime((chime) =>
      chime.send(new UpdateAttendeeCapabilitiesCommand({ MeetingId, AttendeeId, Capabilities: sends })),
    );
  }

  /** The provider switches the captions on or off. */
  async caption(enabled: boolean): Promise<void> {
    const { meetingId } = this;
    await this.visit.ask('provider', { action: 'transcription', meetingId, enabled, language: 'en-US' });
  }

  /** Lets Chime make captions that nobody has asked the product for. */
  async captionUnasked(): Promise<void> {
    const configuration = { EngineTranscribeSettings: { LanguageCode: 'en-US', Region: 'eu-west-1' } } as const;
    const given = { MeetingId: this.meetingId, TranscriptionConfiguration: configuration };
    await this.#askChime((chime) => chime.send(new StartMeetingTranscriptionCommand(given)));
  }

  /** What Chime lets somebody do. */
  capabilitiesOf(person: Person) {
    const attendees = this.atChime()?.attendees ?? [];
    return attendees.find(({ externalUserId }) => externalUserId === this.visit.id(person))?.capabilities;
  }

  /** The meeting as Chime has it. */
  atChime() {
    return this.#product.stack.chime.meetings().find(({ id }) => id === this.meetingId);
  }

  async #askChime(ask: (chime: ChimeSDKMeetingsClient) => Promise<unknown>): Promise<void> {
    const chime = new ChimeSDKMeetingsClient({ ...this.#product.clientConfig(), region: 'eu-central-1' });
    await ask(chime).finally(() => chime.destroy());
  }

  async #say(person: Person, decision: 'given' | 'withdrawn'): Promise<void> {
    const { visit, meetingId } = this;
    await visit.ask(person, { action: 'consent', meetingId, decision, textVersion: newestConsentVersion });
  }

  async #set(assignments: string): Promise<void> {
    await this.#product.sql(
      `update public.call_captures set ${assignments}, version = version + 1 where meeting_id = '${this.meetingId}'`,
    );
  }
}
