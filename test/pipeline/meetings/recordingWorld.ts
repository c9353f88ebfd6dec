import { capabilitiesOf, isSame } from '../../../pipeline/meetings/capabilities.ts';
import type { Capabilities, Consent, ConsentDecision } from '../../../pipeline/meetings/call.ts';
import type { Capture, RecordingFacts } from '../../../pipeline/meetings/capture.ts';
import { hasAgreed, mayRecord } from '../../../pipeline/meetings/consent.ts';
import type { Withdrawn } from '../../../pipeline/meetings/consentTexts.ts';
import { Broken, type Fates, type JoinedFile, PipelinesModel } from './pipelinesModel.ts';
import { decided } from './decided.ts';

export const consentVersion = 'v1';
/** A joined file may be so much shorter than its chunks. */
const tolerance = 2_000;

export const ends: ReadonlySet<string | undefined> = new Set([
  'joined',
  'incomplete',
  'missing',
  'discarded',
  'refused',
]);

interface Person {
  userId: string;
  role: string;
  isPresent: boolean;
  consent: Consent | null;
  /** Of her attendee; null until she has one. */
  can: Capabilities | null;
}

const nobody = { isPresent: false, consent: null, can: null };

/** One meeting: who is in it, the rows of its recording as the database keeps them, and Chime's pipelines. */
export class RecordingWorld {
  ms = Date.parse('2026-11-28T09:00:00.000Z');
  people: Person[] = ['provider', 'patient', 'other', 'other'].map((role, n) => ({ userId: `${n}`, role, ...nobody }));
  pipelines: PipelinesModel;
  capture: Capture | null = null;
  version = 0;
  touched = 0;
  isOver = false;
  isSpoilt = false;
  isWithdrawn = false;
  isWished = true;
  captionsOn = false;
  /** Since when nothing may be recorded any more. */
  unwantedMs = Infinity;
  /** When the recording was given up before it began. */
  refusedMs = Infinity;
  verdicts = new Map<string, string>();
  takenMs: number[] = [];
  readonly withdrawn: Withdrawn;

  constructor(fates: Fates, withdrawn: Withdrawn) {
    this.pipelines = new PipelinesModel(fates);
    this.withdrawn = withdrawn;
  }

  now(): Date {
    return new Date(this.ms);
  }

  /** As `ended_for`. */
  #endedFor: Capture['reason'] = null;

  facts(): RecordingFacts {
    const { isOver, isSpoilt, isWithdrawn, withdrawn, captionsOn, capture, version } = this;
    return {
      sessionId: 'session',
      meetingId: 'meeting',
      meetingArn: 'arn:meeting',
      controlRegion: 'eu-central-1',
      mediaRegion: 'eu-west-1',
      isOver,
      recordingEnabled: this.isWished,
      providerCame: true,
      isSpoilt,
      isWithdrawn,
      withdrawn,
      present: this.people.filter(({ isPresent }) => isPresent).map((one) => ({ ...one })),
      participants: [],
      captionsOn,
      captionsAt: null,
      touched: `${this.touched}`,
      capture,
      version,
    };
  }

  join(who: number): void {
    const person = this.people[who];
    if (!person || this.isOver) return;
    this.touched += 1;
    person.isPresent = true;
    person.can = this.#allowed(person);
  }

  leave(who: number): void {
    const person = this.people[who];
    if (person) person.isPresent = false;
    this.touched += 1;
  }

  say(who: number, decision: ConsentDecision): void {
    const person = this.people[who];
    if (!person?.isPresent) return;
    const becomes = decided({ decision, textVersion: consentVersion }, person.consent);
    if (!becomes) return;
    this.touched += 1;
    person.consent = becomes;
    this.isSpoilt ||= becomes.decision !== 'given';
    this.isWithdrawn ||= becomes.decision === 'withdrawn';
    if (this.isSpoilt) this.unwantedMs = Math.min(this.unwantedMs, this.ms);
    person.can = this.#allowed(person);
  }

  wish(isWished: boolean): void {
    this.isWished = isWished;
    this.touched += 1;
  }

  turnOnCaptions(): void {
    if (!this.#mayRecord(false)) return;
    this.captionsOn = true;
    this.settle();
  }

  stopCaptions(): void {
    this.captionsOn = false;
    this.settle();
  }

  end(): void {
    this.isOver = true;
    this.touched += 1;
    this.unwantedMs = Math.min(this.unwantedMs, this.ms);
    for (const person of this.people) Object.assign(person, { isPresent: false, can: null });
    this.pipelines.meetingEnds(this.ms);
  }

  settle(): void {
    for (const person of this.people) if (person.can) person.can = this.#allowed(person);
  }

  /** As `keep_capture` does. */
  keep(read: RecordingFacts, capture: Capture, isReserve: boolean): boolean {
    if (read.version !== this.version || (isReserve && read.touched !== `${this.touched}`)) return false;
    if (isReserve && !this.#mayRecord(true)) throw new Broken('it is recorded without everybody having agreed');
    this.#checkGoesOn(capture);
    this.#write(capture);
    return true;
  }

  #checkGoesOn({ state, captureId, concatenationIds }: Capture): void {
    const was = this.capture;
    if (was === null) return;
    const isAnew = ends.has(was.state) && state !== was.state;
    if (isAnew || (was.captureId !== null && captureId === null)) throw new Broken('it begins anew');
    if (was.concatenationIds.length > concatenationIds.length) throw new Broken('a joining is forgotten');
  }

  #write(capture: Capture): void {
    if (capture.state === 'over' || capture.state === 'joining') this.#endedFor = capture.reason;
    if (capture.state === 'refused') this.refusedMs = Math.min(this.refusedMs, this.ms);
    this.capture = capture;
    this.version += 1;
  }

  /** As `record_joined` does, which decides whether the workflow gets a file. */
  recordJoined({ id, ms }: JoinedFile): string {
    const known = this.verdicts.get(id);
    const verdict = known ?? this.#verdictOf(id, ms);
    this.verdicts.set(id, verdict);
    if (known === undefined && (verdict === 'fits' || verdict === 'truncated')) this.takenMs.push(ms);
    return verdict;
  }

  #verdictOf(id: string, joinedMs: number): string {
    if (this.capture === null) throw new Broken('there is a file of no capture');
    if (this.capture.state === 'discarded') return 'discarded';
    if (this.takenMs.length > 0) return 'other';
    const { concatenationIds, attempt, expectedMs, state } = this.capture;
    // One whose answer was lost is the newest.
    const isListed = concatenationIds.includes(id);
    const listed = isListed
      ? this.capture
      : { ...this.capture, attempt: attempt + 1, concatenationId: id, concatenationIds: [...concatenationIds, id] };
    const isLast = state === 'missing' || (listed.attempt >= 3 && listed.concatenationId === id);
    const since = this.now().toISOString();
    const reason = state === 'missing' ? this.#endedFor : listed.reason;
    if (joinedMs >= (expectedMs ?? 0) - tolerance) {
      this.#write({ ...listed, state: 'joined', reason, since, joinedMs });
      return 'fits';
    }
    if (isLast) {
      if (this.pipelines.joinings.some((one) => one.state === 'runs'))
        throw new Broken('half of it is taken too early');
      this.#write({ ...listed, state: 'incomplete', reason, since, joinedMs });
      return 'truncated';
    }
    // A former one that is late says nothing of the newest.
    if (listed.concatenationId === id) this.#write({ ...listed, state: 'over', since });
    return 'short';
  }

  #mayRecord(isWishedToo: boolean): boolean {
    const { isSpoilt, isOver } = this;
    const { present } = this.facts();
    const isWished = this.isWished || !isWishedToo;
    const state = { records: true, isWished, isSpoilt, isRecording: false, present, version: consentVersion };
    return !isOver && mayRecord(state).may;
  }

  isRecording(): boolean {
    const state = this.capture?.state;
    return !this.isOver && (state === 'starting' || state === 'running' || state === 'stopping');
  }

  #allowed({ consent }: Person): Capabilities {
    const isRecorded = this.captionsOn || this.isRecording();
    return capabilitiesOf({ status: 'joined', admitted: true, muted: false, consent, isRecorded }, { consentVersion });
  }

  /** Those whom a capture would hear, and who have not agreed to it. */
  heard(): Person[] {
    return this.people.filter(
      ({ can, consent }) => can?.Audio === 'SendReceive' && !hasAgreed(consent, consentVersion),
    );
  }

  /** Those whose attendee is not as it should be. */
  unsettled(): Person[] {
    return this.people.filter((one) => one.can !== null && !isSame(one.can, this.#allowed(one)));
  }
}
