import { ChimeSDKMeetingsClient, UpdateAttendeeCapabilitiesCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { expect } from 'vitest';
import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { type Person, Visit } from './meet.ts';
import type { TestStack } from './testStack.ts';

const sends = { Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' } as const;

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
      const { meetingId } = await visit.meet();
      await visit.ask('provider', { action: 'admit', meetingId, userId: visit.id('patient') });
      const agree = { action: 'consent', meetingId, decision: 'given', textVersion: newestConsentVersion };
      for (const person of ['provider', 'patient'] as const) await visit.ask(person, agree);
      return new RecordedVisit(product, visit, meetingId);
    } finally {
      goOn();
    }
  }

  /** One that was begun before. */
  static async of(product: TestStack, name: string): Promise<RecordedVisit> {
    const visit = new Visit(product, name);
    return new RecordedVisit(product, visit, String((await visit.session())?.['meeting_id']));
  }

  /** Waits until the capture is in a state. Whatever has failed on the way there is tried again later. */
  async comes(state: string): Promise<void> {
    const asked = `select state from public.call_captures where meeting_id = '${this.meetingId}'`;
    const found = async () => {
      const rows: unknown[][] = await this.#product.sql(asked);
      const now = rows[0]?.[0];
      if (now !== state) await this.#product.stack.clock.sleep(60_000);
      return now;
    };
    await expect.poll(found).toBe(state);
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

  /** Lets somebody be heard who has not agreed, past the product. */
  async letHear(person: Person): Promise<void> {
    const { visit, meetingId: MeetingId } = this;
    const userId = visit.id(person);
    const named = { action: 'batch-join', meetingId: MeetingId, userIds: [userId] };
    const { attendees } = await visit.ask<{ attendees: { attendeeId: string }[] }>('provider', named);
    await visit.ask('provider', { action: 'admit', meetingId: MeetingId, userId });
    const AttendeeId = attendees[0]?.attendeeId;
    const chime = new ChimeSDKMeetingsClient({ ...this.#product.clientConfig(), region: 'eu-central-1' });
    await chime.send(new UpdateAttendeeCapabilitiesCommand({ MeetingId, AttendeeId, Capabilities: sends }));
    chime.destroy();
  }

  /** What Chime lets somebody do. */
  capabilitiesOf(person: Person) {
    const { meetings } = this.#product.stack.chime;
    const attendees = meetings().find(({ id }) => id === this.meetingId)?.attendees ?? [];
    return attendees.find(({ externalUserId }) => externalUserId === this.visit.id(person))?.capabilities;
  }

  async #set(assignments: string): Promise<void> {
    await this.#product.sql(
      `update public.call_captures set ${assignments}, version = version + 1 where meeting_id = '${this.meetingId}'`,
    );
  }
}
