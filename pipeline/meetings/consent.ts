import type { CallSession, Consent, ConsentDecision } from './call.ts';
import { consentVersions } from './consentTexts.ts';

/** What somebody's consent says under the text that counts; null where she has not decided on that text. */
export function standingOf(consent: Consent | null, version: string): ConsentDecision | null {
  if (consent === null) return null;
  // Somebody who said yes to another text said it to that one. A no is a no.
  return consent.decision === 'given' && consent.textVersion !== version ? null : consent.decision;
}

export function hasAgreed(consent: Consent | null, version: string): boolean {
  return standingOf(consent, version) === 'given';
}

/**
 * Whether somebody may be heard in a meeting while it is recorded. A recording begins with a yes of everybody to the text that
 * counts; a text that is published later silences nobody in the middle of a visit.
 */
export function mayBeHeard(consent: Consent | null, version: string): boolean {
  return (
    hasAgreed(consent, version) || (consent?.decision === 'given' && consentVersions.includes(consent.textVersion))
  );
}

/** Whether the provider wants a recording. Until she has come, nobody has said so, and a deployment that records does. */
export function isWished({ recordingEnabled, providerCame }: Pick<CallSession, 'recordingEnabled' | 'providerCame'>) {
  return recordingEnabled || !providerCame;
}

/** Why a meeting may be recorded now, or why it may not. */
export const recordingReasons = {
  Agreed: 'Everybody who is there has agreed.',
  Running: 'It is being recorded, and whoever has not agreed is not heard.',
  NotHere: 'This deployment does not record.',
  NoTransfer: 'To record would be a transfer to another region, which this deployment may not make.',
  NotWished: 'The provider does not want a recording.',
  Refused: 'Somebody has refused, or has withdrawn: this meeting is not recorded any more.',
  Over: 'It was recorded and is not any more, or could not be. A meeting is recorded once.',
  NotTogether: 'Provider and patient are not both there.',
  NotAgreed: 'Somebody who is there has not agreed yet.',
} as const;
export type RecordingReason = keyof typeof recordingReasons;

/** What decides whether a meeting is recorded. */
export interface RecordingState {
  /** Whether the deployment records. */
  records: boolean;
  /** Whether that is all that it does not do it for. */
  lacksTransfer?: boolean;
  isWished: boolean;
  /** Whether anybody has said no in this meeting. */
  isSpoilt: boolean;
  /** Whether it is being recorded now. */
  isRecording: boolean;
  /** Whether its recording is over, or could not begin: there is no second one. */
  isDone?: boolean;
  /** Everybody in the meeting, whoever waits included. */
  present: readonly { userId: string; role: string; consent: Consent | null }[];
  /** The version of the text that counts. */
  version: string;
}

/** Whether a meeting may be recorded now. One that is being recorded is refused only for what makes it stop. */
export function mayRecord(state: RecordingState): { may: boolean; reason: RecordingReason } {
  const reason = reasonOf(state);
  return { may: reason === 'Agreed' || reason === 'Running', reason };
}

function reasonOf(state: RecordingState): RecordingReason {
  // Whatever was wished or switched off since.
  if (state.isRecording && !state.isSpoilt) return 'Running';
  if (!state.records) return state.lacksTransfer ? 'NoTransfer' : 'NotHere';
  if (!state.isWished) return 'NotWished';
  if (state.isSpoilt) return 'Refused';
  if (state.isDone) return 'Over';
  const isThere = (role: string) => state.present.some((one) => one.role === role);
  if (!isThere('provider') || !isThere('patient')) return 'NotTogether';
  return toAgree(state).length === 0 ? 'Agreed' : 'NotAgreed';
}

/** Who must still agree: everybody who is there and has not. Nobody, once it is not to be recorded. */
export function toAgree({ records, isWished, isSpoilt, isRecording, present, version }: RecordingState): string[] {
  if (isSpoilt || (!isRecording && !(records && isWished))) return [];
  return present.flatMap(({ userId, consent }) => (hasAgreed(consent, version) ? [] : userId));
}
