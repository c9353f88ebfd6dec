import type { CallTraces, MeetingTruth, Row } from './callTraces.ts';
import { isOfChatAlone } from './chatFaults.ts';
import type { Evidence } from './evidence.ts';
import { callNumber, type Fault, levelOf } from './harms.ts';

export const minute = 60_000;
/** The longest recording of a deployment under test: calls need not be long to outlast it. */
export const captureMinutes = 2;
/** What no event tells of, the sweep after it finds. */
export const sweepMs = 6 * minute;
export type CallEvidence = Evidence & { call: CallTraces };
export type Check = (evidence: CallEvidence) => string[];

export const isOfCall = (fault: Fault) =>
  !isOfChatAlone(fault) && (fault.at[0] === callNumber || fault.do === 'away' || fault.do === 'jump-after');

/** What the faults may cost. A message that failed is seen again six minutes later; a sweep that failed, after five. */
export function slackOf({ hits, unanswered }: Evidence): number {
  const own = hits.filter((fault) => isOfCall(fault) && fault.do !== 'twice');
  return own.reduce((sum, { minutes = 0 }) => sum + 7 * minute + 2 * minutes * minute, 7 * minute * unanswered);
}

/** What a call meets there keeps nobody from knowing who is there, and holds up no beginning. */
const harmless = ['meetings', 'record_consent', 'record_joined', 's3'];
const isHarmless = ({ at, do: harm }: Fault) =>
  harm === 'twice' || (harmless.includes(at[1]) && harm !== 'away' && levelOf(harm) !== 'event');

/** Whether the product knew who was there, and began what was to begin, as soon as it was so. */
export function knowsPresence({ hits, unanswered }: Evidence): boolean {
  return unanswered === 0 && hits.filter(isOfCall).every(isHarmless);
}

export const isPerson = ({ externalUserId }: { externalUserId: string }) => !externalUserId.startsWith('aws:');
export const peopleIn = ({ presences }: MeetingTruth) => presences.filter(isPerson);
export const capturesOf = ({ pipelines }: MeetingTruth) => pipelines.filter(({ kind }) => kind === 'capture');
export const endOf = ({ endedAt = Infinity }: { endedAt?: number }) => endedAt;
export const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

/** Everybody's answers in a meeting that were acknowledged. */
export const noesIn = ({ said }: CallTraces, meetingId: string) =>
  said.filter((one) => one.meetingId === meetingId && one.decision !== 'given' && one.answeredAt !== undefined);

/** When somebody's app first sent that she agrees to a meeting's recording, where the ledger has it. */
export function agreedAt({ said, consents }: CallTraces, meetingId: string, userId: string): number {
  const isListed = consents.some(
    (row) => row['meeting_id'] === meetingId && row['user_id'] === userId && row['decision'] === 'given',
  );
  const own = said.filter((one) => one.meetingId === meetingId && one.userId === userId && one.decision === 'given');
  return isListed ? Math.min(...own.map(({ sentAt }) => sentAt)) : Infinity;
}

export const captureOf = ({ captures }: CallTraces, meetingId: string): Row =>
  captures.find((row) => row['meeting_id'] === meetingId) ?? {};
export const lengthOf = ({ chunks }: MeetingTruth) => chunks.reduce((sum, { from, to }) => sum + to - from, 0);

/** Whether somebody who had agreed withdrew, where that means that nothing is kept. */
export const isDiscarded = ({ plan, consents }: CallTraces, meetingId: string) =>
  plan.discards && consents.some((row) => row['meeting_id'] === meetingId && row['decision'] === 'withdrawn');
