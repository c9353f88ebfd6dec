import type { Chunks, Pipeline, Pipelines, RecordingPorts } from '../../pipeline/capturePorts.ts';
import type { Capabilities, ChimeAttendee } from '../../pipeline/meetings/call.ts';
import type { Capture, CaptureState, RecordingFacts } from '../../pipeline/meetings/capture.ts';
import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { memoryCall, type MemoryCallOptions, patientId, providerId, rowOf, sessionId } from './memoryCall.ts';

export const meetingId = 'meeting-1';
export const meetingArn = 'arn:aws:chime:eu-central-1:1:meeting/meeting-1';
export const textVersion = newestConsentVersion;
export const agreed = { decision: 'given', textVersion } as const;
const recordingEnv = { RECORDS: 'on', RECORDINGS_BUCKET: 'recordings' };

const everything: Capabilities = { Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' };

/** In which a row says that its person is recorded. */
const live: readonly CaptureState[] = ['starting', 'running', 'stopping'];

/** A pipeline at Chime, and the token that it was asked for with. */
export type MadePipeline = Pipeline & { token: string };

export interface MemoryRecordingOptions extends MemoryCallOptions {
  /** As many pipelines as may run. */
  quota?: number;
}

/**
 * A visit whose provider and patient are both there and have agreed, with the database's rules for its recording, Chime's
 * for its pipelines, and a bucket. `recorded` is what they have.
 */
export function memoryRecording({ quota = 10, env = {}, ...options }: MemoryRecordingOptions = {}) {
  const call = memoryCall({ ...options, env: { ...recordingEnv, ...env } });
  const { kept, happens } = call;
  const recorded = {
    capture: null as Capture | null,
    version: 0,
    /** Moves with everything that happens in the call. */
    touched: 0,
    present: new Set([providerId, patientId]),
    isOver: false,
    isWithdrawn: false,
    mediaRegion: 'eu-west-1' as string | null,
    meetingArn: meetingArn as string | null,
    /** Every state that was kept, in its order. */
    states: [] as CaptureState[],
    pipelines: new Map<string, MadePipeline>(),
    /** What lies in the bucket; undefined for nothing. */
    chunks: { expectedMs: 60_000, gapMs: 0 } as { expectedMs: number; gapMs: number } | undefined,
    removed: [] as string[],
    refusal: undefined as 'gone' | 'refused' | undefined,
  };
  kept.session.status = 'active';
  kept.session.providerCame = true;
  kept.session.recordingEnabled = true;
  const data = { MeetingId: meetingId, MediaRegion: 'eu-west-1', MeetingArn: meetingArn };
  kept.meetings.push({ meetingId, attempt: 1, controlRegion: 'eu-central-1', data, isSpoilt: false, ended: false });
  const attendees = new Map<string, ChimeAttendee>();
  kept.rooms.set(meetingId, { token: 't', alive: true, attendees, isKnown: true });

  /** Somebody with an attendee who may do everything. */
  const seat = (userId: string, consent: RecordingFacts['present'][number]['consent'] = null) => {
    const attendeeId = `attendee-${userId.slice(-2)}`;
    kept.rows.set(userId, rowOf(userId, { admitted: true, attendeeId, attendeeMeetingId: meetingId, consent }));
    attendees.set(attendeeId, {
      AttendeeId: attendeeId,
      ExternalUserId: userId,
      JoinToken: 'token',
      Capabilities: everything,
    });
    setRecorded();
    recorded.touched += 1;
  };
  const setRecorded = () => {
    const isRecorded = recorded.capture !== null && live.includes(recorded.capture.state) && !recorded.isOver;
    for (const row of kept.rows.values()) row.isRecorded = isRecorded;
  };
  for (const userId of [providerId, patientId]) seat(userId, agreed);

  const meeting = () => kept.meetings[0];
  const toFacts = (): RecordingFacts => {
    const rows = [...kept.rows.values()];
    return structuredClone({
      sessionId,
      meetingId,
      meetingArn: recorded.meetingArn,
      controlRegion: meeting()?.controlRegion ?? '',
      mediaRegion: recorded.mediaRegion,
      isOver: recorded.isOver,
      recordingEnabled: kept.session.recordingEnabled,
      providerCame: kept.session.providerCame,
      isSpoilt: meeting()?.isSpoilt ?? false,
      isWithdrawn: recorded.isWithdrawn,
      withdrawn: kept.session.withdrawn,
      present: rows.filter(({ userId }) => recorded.present.has(userId)),
      participants: rows.filter((row) => row.attendeeMeetingId === meetingId),
      captionsOn: kept.captions.on,
      captionsAt: kept.captioned.findLast(({ on }) => on)?.at ?? null,
      touched: String(recorded.touched),
      capture: recorded.capture,
      version: recorded.version,
    });
  };
  const isOurs = (id: string) => {
    const { captureId, concatenationIds } = recorded.capture ?? {};
    return captureId === id || concatenationIds?.includes(id) === true;
  };

  const calls: RecordingPorts['calls'] = {
    ...call.ports.calls,
    recordingFacts: (of) =>
      happens('recordingFacts', () => {
        const isKnown = 'meetingId' in of ? of.meetingId === meetingId : isOurs(of.pipelineId);
        return isKnown ? toFacts() : null;
      }),
    keepCapture: ({ version, touched, capture }) =>
      happens('keepCapture', () => {
        const isStale = version !== recorded.version || (touched !== undefined && touched !== String(recorded.touched));
        if (!isStale) {
          recorded.capture = structuredClone(capture);
          recorded.version += 1;
          if (recorded.states.at(-1) !== capture.state) recorded.states.push(capture.state);
          setRecorded();
        }
        return { outcome: isStale ? 'stale' : 'kept', facts: toFacts() };
      }),
    knownPipelines: (ids) => happens('knownPipelines', () => ids.filter(isOurs)),
  };

  const running = () => [...recorded.pipelines.values()].filter(({ state }) => state === 'runs');
  const make = (token: string, of: Pick<Pipeline, 'kind' | 'meetingArn' | 'sinkArn'>): MadePipeline | 'full' => {
    const before = [...recorded.pipelines.values()].find((one) => one.token === token);
    if (before) return before;
    if (running().length >= quota) return 'full';
    const id = `${of.kind}-${recorded.pipelines.size + 1}`;
    const made: MadePipeline = {
      ...of,
      token,
      id,
      arn: `arn:aws:chime:eu-central-1:1:media-pipeline/${id}`,
      state: 'runs',
    };
    recorded.pipelines.set(id, made);
    return made;
  };
  const end = (id: string) => {
    const one = recorded.pipelines.get(id);
    if (one) one.state = 'over';
  };
  const pipelines: Pipelines = {
    start: ({ token, meetingId: id, meetingArn: arn }) =>
      happens('start', () => {
        if (recorded.refusal) return { outcome: recorded.refusal };
        const made = make(token, {
          kind: 'capture',
          meetingArn: arn,
          sinkArn: `arn:aws:s3:::recordings/captures/${id}`,
        });
        return made === 'full' ? { outcome: made } : { outcome: 'started', captureId: made.id, captureArn: made.arn };
      }),
    find: (arn) =>
      happens('find', () => {
        const found = running().find((one) => one.kind === 'capture' && one.meetingArn === arn);
        return found && { captureId: found.id, captureArn: found.arn };
      }),
    look: (id) => happens('look', () => structuredClone(recorded.pipelines.get(id))),
    stop: (id) => happens('stop', () => end(id)),
    join: ({ token }) =>
      happens('join', () => {
        if (recorded.refusal === 'refused') return { outcome: recorded.refusal };
        const made = make(token, { kind: 'concatenation', meetingArn: null, sinkArn: null });
        return made === 'full' ? { outcome: made } : { outcome: 'joining', concatenationId: made.id };
      }),
    drop: (id) => happens('drop', () => end(id)),
    list: () => happens('list', () => running().flatMap(({ kind, id }) => (kind === 'capture' ? id : []))),
  };
  const chunks: Chunks = {
    count: () => happens('count', () => structuredClone(recorded.chunks)),
    remove: (id, concatenationIds) =>
      happens('remove chunks', () => {
        recorded.chunks = undefined;
        recorded.removed.push(id, ...concatenationIds);
      }),
  };

  const ports: RecordingPorts = { ...call.ports, calls, pipelines, chunks };
  const audioOf = (userId: string) => {
    const attendeeId = kept.rows.get(userId)?.attendeeId ?? '';
    return attendees.get(attendeeId)?.Capabilities.Audio;
  };
  return { ...call, ports, recorded, seat, toFacts, audioOf };
}
