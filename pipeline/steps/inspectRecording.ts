import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError, type SkipReason } from '../errors.ts';
import type { Ports, Session } from '../ports.ts';
import { checkSize, classifyKey, toAudio, toLanguage, toRoute } from '../recording.ts';
import type { InspectionOutcome, RecordingRow, StepInput } from '../workflow.ts';

/** Finds the session, asks whether its recording may be transcribed, and refuses what Transcribe would refuse. */
export const inspectRecording: Step<StepInput, InspectionOutcome> = (ports) => async (input) => {
  const { recordingId, recording } = input;
  const kind = classifyKey(recording.key);
  if (kind.kind === 'other') throw new PipelineError('NotARecording', `the object is a ${kind.what}`);

  const session = await ports.ehr.findSession(kind.meetingId);
  const row: RecordingRow = { recordingId, recording, sessionId: session?.sessionId ?? null };
  await ports.audit.record({ action: 'RECORDING_RECEIVED', ...auditFacts(input, kind.meetingId, session) });
  await ports.ehr.recordStatus(row, 'received', {});

  if (!session) throw new PipelineError('UnknownMeeting', 'no session has the meeting id of the recording');
  if (!session.transcriptionEnabled) {
    return skip(ports, input, row, kind.meetingId, session, 'TranscriptionDisabled');
  }
  checkRegion(session, ports.config.mediaRegions);
  checkSize(recording.size);
  const language = toLanguage(session.language);
  const audio = toAudio(await ports.recordings.probe(recording));
  const route = toRoute(language, audio, kind.source, ports.config.abilities);
  return {
    outcome: 'transcribe',
    meetingId: kind.meetingId,
    sessionId: session.sessionId,
    appointmentId: session.appointmentId,
    durationMs: audio.durationMs,
    ...route,
  };
};

export const handler = lambda('inspectRecording', inspectRecording);

function checkRegion({ mediaRegion }: Session, allowed: readonly string[]): void {
  if (mediaRegion === null || allowed.length === 0 || allowed.includes(mediaRegion)) return;
  throw new PipelineError('RegionNotAllowed', `consultations held in ${mediaRegion} may not be processed here`);
}

async function skip(
  ports: Ports,
  input: StepInput,
  row: RecordingRow,
  meetingId: string,
  session: Session,
  reason: SkipReason,
): Promise<InspectionOutcome> {
  await ports.ehr.recordSkipped(row, reason, 'transcription is not enabled for the session');
  const facts = auditFacts(input, meetingId, session);
  await ports.audit.record({ action: 'RECORDING_SKIPPED', ...facts, detail: { reason } });
  return { outcome: 'skip', reason };
}

function auditFacts(input: StepInput, meetingId: string, session: Session | undefined) {
  return {
    meetingId,
    appointmentId: session?.appointmentId ?? null,
    recordingId: input.recordingId,
    executionArn: input.executionArn,
    actor: 'inspectRecording',
    detail: { size: input.recording.size },
  };
}
