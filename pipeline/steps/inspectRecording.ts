import { type AuditEvent, chainStart } from '../audit.ts';
import type { Config } from '../config.ts';
import { consentRegions } from '../recording/regions.ts';
import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError, type SkipReason } from '../errors.ts';
import type { Ports, Session } from '../ports.ts';
import { type Audio, checkSize, type MediaFacts, toAudio } from '../recording/media.ts';
import { classifyKey, hasMediaName, type KeyKind, printable, type RecordingObject } from '../recording/recording.ts';
import { toLanguage } from '../recording/languages.ts';
import { toRoute } from '../recording/route.ts';
import type { InspectionOutcome, RecordingRow, StepInput } from '../workflow.ts';

/** Finds the session, checks whether its recording may be transcribed, and refuses what Transcribe would refuse. */
export const inspectRecording: Step<StepInput, InspectionOutcome> = (ports) => async (input) => {
  const { recordingId, recording } = input;
  const kind = classifyKey(recording.key);
  const { meetingId = 'unknown' } = kind;
  const session = kind.meetingId === undefined ? undefined : await ports.ehr.findSession(kind.meetingId);
  const visit: Visit = {
    row: {
      recordingId,
      recording: { ...recording, key: printable(recording.key) },
      sessionId: session?.sessionId ?? null,
    },
    facts: {
      meetingId,
      appointmentId: session?.appointmentId ?? null,
      recordingId,
      executionArn: input.executionArn,
      actor: 'inspectRecording',
    },
    fresh: input.fresh === true,
  };
  if (kind.kind === 'unprintable') return skip(ports, visit, 'KeyUnprintable', 'the key has control characters');
  if (kind.kind !== 'recording') return skip(ports, visit, 'NotARecording', whatItIs(kind));
  const unnamed = await probeUnnamed(ports, recording, session);
  if (unnamed === 'no media') {
    return skip(ports, visit, 'NotARecording', 'neither the name nor the bytes are those of audio or video');
  }
  // The session may be written a little later: nothing is recorded until it is there, or until the failure is final.
  if (!session) throw new PipelineError('UnknownMeeting', whyUnknown(kind.meetingId));

  const event: AuditEvent = {
    action: 'RECORDING_RECEIVED',
    ...visit.facts,
    // A consultation may be held in one region and processed in another: the trail shows every such transfer.
    detail: { size: recording.size, mediaRegion: session.mediaRegion ?? 'unknown', region: ports.config.region },
  };
  // Most meetings have one recording, which begins the chain.
  const received = await ports.audit.record(event, chainStart);
  if (received === 'recorded') ports.measure(recordingId, 'RecordingsReceived', 1);
  try {
    return await inspect(ports, visit, kind, session, unnamed);
  } catch (error) {
    // A step that succeeds leads to a status of its own. What fails is known as received, until it is tried again.
    await ports.ehr.recordStatus(visit.row, 'received', {});
    throw error;
  }
};

export const handler = lambda('inspectRecording', inspectRecording);

async function inspect(
  ports: Ports,
  visit: Visit,
  kind: Extract<KeyKind, { kind: 'recording' }>,
  session: Session,
  known: MediaFacts | undefined,
): Promise<InspectionOutcome> {
  if (!session.transcriptionEnabled) {
    return skip(ports, visit, 'TranscriptionDisabled', 'transcription is not enabled for the session');
  }
  checkRegion(session, ports.config);
  const language = toLanguage(session.language);
  const { audio, truncated } = await readMedia(ports, visit.row.recording, known);
  const { durationMs } = audio;
  const route = toRoute(language, audio, kind.source, ports.config.abilities);
  const { meetingId } = visit.facts;
  return {
    outcome: 'transcribe',
    meetingId,
    sessionId: session.sessionId,
    appointmentId: session.appointmentId,
    durationMs,
    ...(truncated ? { truncated } : {}),
    ...(visit.fresh ? { fresh: true } : {}),
    ...route,
    chain: await ports.audit.headOf(meetingId),
  };
}

/** A recording and its session, for the health record and for the audit. */
interface Visit {
  row: RecordingRow;
  facts: Omit<AuditEvent, 'action' | 'detail'>;
  fresh: boolean;
}

/**
 * Looks into an object whose name promises no media, before anything is recorded of it: clients keep forms, locks and
 * previews in a meeting's folder too. Undefined when the name says enough, in a session without transcription, whose bytes
 * are not read, and when the bytes are those of damaged media, which is refused once it was received.
 */
async function probeUnnamed(
  ports: Ports,
  recording: RecordingObject,
  session: Session | undefined,
): Promise<MediaFacts | 'no media' | undefined> {
  if (hasMediaName(recording.key)) return undefined;
  if (recording.size === 0) return 'no media';
  if (session?.transcriptionEnabled === false) return undefined;
  try {
    return (await ports.recordings.probe(recording)) ?? 'no media';
  } catch (error) {
    if (error instanceof PipelineError && error.name === 'UnsupportedMedia') return undefined;
    throw error;
  }
}

function whatItIs(kind: Extract<KeyKind, { kind: 'artifact' | 'stray' }>): string {
  return kind.kind === 'artifact' ? `the object is a ${kind.what}` : 'the object lies outside recordings/<meetingId>/';
}

function whyUnknown(meetingId: string | undefined): string {
  if (meetingId !== undefined) return 'no session has the meeting id of the recording';
  return "the key names no meeting: upload it again as recordings/<meetingId>/<file>, with the session's meeting id";
}

interface Media {
  audio: Audio;
  truncated: boolean;
}

async function readMedia(ports: Ports, recording: RecordingObject, known: MediaFacts | undefined): Promise<Media> {
  checkSize(recording.size);
  const facts = known ?? (await ports.recordings.probe(recording));
  const audio = toAudio(facts);
  const { audioTracks = 1, truncated = false } = facts ?? {};
  if (audioTracks > 1) ports.log('of several audio tracks, the longest that is not silent counts', { audioTracks });
  return { audio, truncated };
}

function checkRegion({ mediaRegion }: Session, { region, mediaRegions }: Config): void {
  if (mediaRegion === null) return;
  const isAllowed =
    mediaRegions.length === 0
      ? mediaRegion === region || !consentRegions.has(mediaRegion)
      : mediaRegions.includes(mediaRegion);
  if (isAllowed) return;
  throw new PipelineError('RegionNotAllowed', `consultations held in ${mediaRegion} may not be processed here`);
}

async function skip(ports: Ports, { row, facts }: Visit, reason: SkipReason, why: string): Promise<InspectionOutcome> {
  await ports.ehr.recordSkipped(row, reason, why);
  const skipped = await ports.audit.record({ action: 'RECORDING_SKIPPED', ...facts, detail: { reason } });
  if (skipped === 'recorded') ports.measure(row.recordingId, 'RecordingsSkipped', 1, reason);
  return { outcome: 'skip', reason };
}
