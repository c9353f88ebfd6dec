import type { CallPorts, CallStatus } from '../../callPorts.ts';
import type { CallSession } from '../../meetings/call.ts';
import { isWished, mayRecord, type RecordingState, toAgree } from '../../meetings/consent.ts';
import { isHere, meetsIn } from '../../meetings/residence.ts';
import type { MeetingAction } from './granted.ts';

/**
 * Who is there, who waits, how long it has lasted, and whether it may be recorded. Only the provider is told who has agreed
 * and who has not; everybody else sees her own consent alone.
 */
export const status: MeetingAction<'status'> =
  ({ calls, config, now }) =>
  async ({ session, userId, role }) => {
    const found = await calls.status(session.id);
    const { startedAt, endedAt, ...rest } = found;
    const until = endedAt === null ? now().getTime() : Date.parse(endedAt);
    const seconds = startedAt === null ? 0 : Math.max(0, Math.round((until - Date.parse(startedAt)) / 1000));
    const state = stateOf(config, session, found);
    const isShown = (id: string) => role === 'provider' || id === userId;
    return {
      session: { id: session.id },
      startedAt,
      endedAt,
      seconds,
      ...rest,
      participants: rest.participants.map((one) => (isShown(one.userId) ? one : { ...one, consent: null })),
      recording: mayRecord(state),
      toAgree: toAgree(state).filter(isShown),
    };
  };

function stateOf(
  config: CallPorts['config'],
  session: CallSession,
  { present, participants, isRecording, recordings }: CallStatus,
): RecordingState {
  const consents = new Map(participants.map(({ userId, consent }) => [userId, consent]));
  return {
    records: config.records && isHere(meetsIn(session), config),
    lacksTransfer: config.lacksTransfer,
    version: config.consentVersion,
    isRecording,
    isDone: !isRecording && recordings.some(({ meetingId }) => meetingId === session.meeting?.meetingId),
    isWished: isWished(session),
    isSpoilt: session.meeting?.isSpoilt ?? false,
    present: present.map(({ userId, role }) => ({ userId, role, consent: consents.get(userId) ?? null })),
  };
}
