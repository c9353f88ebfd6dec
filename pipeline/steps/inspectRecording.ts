import { type AuditEvent, chainStart } from '../audit.ts';
import type { Config } from '../config.ts';
import { consentRegions } from '../recording/regions.ts';
import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError, type SkipReason } from '../errors.ts';
import type { Session } from '../ehr.ts';
import type { Ports } from '../ports.ts';
import { type Audio, checkSize, type MediaFacts, toAudio } from '../recording/media.ts';
import { concatenationOf, type Joined, skippedAs } from '../recording/joined.ts';
import {
  classifyKey,
  firstRunOf,
  hasMediaName,
  type KeyKind,
  printable,
  type RecordingObject,
} from '../recording/recording.ts';
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
    const { joined, facts } = session.isCaptured ? await takeJoined(ports, visit, received === 'recorded') : {};
    const skipped = joined && skippedAs[joined.verdict];
    if (!skipped) return await inspect(ports, visit, kind, session, facts ?? unnamed, joined);
    const outcome = await skip(ports, visit, skipped.reason, skipped.why);
    if (skipped.wakes) await nudge(ports, meetingId);
    return outcome;
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
  joined: Joined | undefined,
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
    ...(truncated || joined?.truncated ? { truncated: true } : {}),
    ...(joined && joined.captureStartedAt !== null ? { startedAt: joined.captureStartedAt } : {}),
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
  const facts = await look(ports, recording);
  return facts === 'damaged' ? undefined : (facts ?? 'no media');
}

async function look(ports: Ports, recording: RecordingObject): Promise<MediaFacts | 'damaged' | undefined> {
  try {
    return await ports.recordings.probe(recording);
  } catch (error) {
    if (error instanceof PipelineError && error.name === 'UnsupportedMedia') return 'damaged';
    throw error;
  }
}

/**
 * Has a joined file compared with its capture, also for a session without transcription: the session says that its
 * recording is there. What cannot be read is as short as a file can be, and is joined again like any that is too short.
 */
async function takeJoined(
  ports: Ports,
  { row, facts: { meetingId } }: Visit,
  isNew: boolean,
): Promise<{ joined?: Joined; facts?: MediaFacts }> {
  const { recordingId, recording } = row;
  const concatenationId = concatenationOf(recording.key);
  if (concatenationId === undefined) return {};
  const seen = recording.size > 0 ? await look(ports, recording) : undefined;
  const facts = seen === 'damaged' ? undefined : seen;
  const firstRun = firstRunOf(recordingId);
  const now = ports.now();
  const joined = await ports.ehr.recordJoined({
    meetingId,
    concatenationId,
    recordingId: firstRun,
    joinedMs: facts?.audio?.durationMs ?? 0,
    url: ports.config.apiUrl === undefined ? null : `${ports.config.apiUrl}/recordings/${firstRun}/link`,
    at: now.toISOString(),
  });
  const { verdict, captureEndedAt } = joined;
  const counts = verdict === 'fits' || verdict === 'truncated';
  if (counts && captureEndedAt !== null && isNew && recordingId === firstRun) {
    ports.measure(recordingId, 'RecordingReadyMs', now.getTime() - Date.parse(captureEndedAt));
  }
  return { joined, ...(facts ? { facts } : {}) };
}

/** The chunks are joined again, or the file is removed. Where nobody can be told, the next sweep finds the meeting. */
async function nudge(ports: Ports, meetingId: string): Promise<void> {
  await ports.nudges.tell(meetingId).catch(() => ports.log('left to the sweep', { meetingId }));
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
