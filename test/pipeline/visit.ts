import type { Session } from '../../pipeline/ehr.ts';
import type { MediaFacts } from '../../pipeline/recording/media.ts';
import type { RecordingObject } from '../../pipeline/recording/recording.ts';
import type { InspectedInput } from '../../pipeline/workflow.ts';
import { type MemoryPorts, memoryPorts } from './memoryPorts.ts';

/** The consultation that the steps are tested with: a Chime recording of one meeting and what is known of it. */
export const meetingId = 'meeting-7';
export const recordingId = 'rec-0123456789abcdef0123456789abcdef';

export const recording: RecordingObject = {
  bucket: 'recordings',
  key: `recordings/${meetingId}/audio/7b1f6c0e-52aa-4f0c-9d53-0a1b2c3d4e5f.mp4`,
  versionId: 'v1',
  etag: 'd41d8cd98f00b204e9800998ecf8427e',
  size: 4_000_000,
};

export const session: Session = {
  sessionId: '5c9f3a52-8a62-4f5c-9f29-5f0f3a1d2b4c',
  appointmentId: 'appointment-3',
  transcriptionEnabled: true,
  language: 'en-US',
  mediaRegion: 'eu-west-1',
  isCaptured: false,
};

export const media: MediaFacts = {
  container: 'MP4',
  format: 'mp4',
  audio: { codec: 'aac', channels: 1, sampleRate: 48_000, durationMs: 600_000 },
  audioTracks: 1,
  truncated: false,
};

export const stepInput = {
  recordingId,
  recording,
  executionArn: `arn:aws:states:eu-west-1:111122223333:execution:transcription:${recordingId}`,
};

export const inspected: InspectedInput = {
  ...stepInput,
  inspection: {
    meetingId,
    sessionId: session.sessionId,
    appointmentId: session.appointmentId,
    durationMs: 600_000,
    engine: 'transcribe-medical',
    language: 'en-US',
    speakersBy: 'voice',
    coded: true,
  },
};

/** What the state hands on when it asks for the first time. */
export const startInput = { ...inspected, startedAt: '2026-03-04T10:29:50.000Z', queued: false };

/** Ports that know the meeting and its recording. */
export function portsOfVisit(env: Readonly<Record<string, string>> = {}): MemoryPorts {
  const ports = memoryPorts(env);
  ports.kept.sessions.set(meetingId, session);
  ports.kept.media.set(recording.key, media);
  ports.kept.checksums.set(recording.key, '4000000 FULL_OBJECT Zm9v');
  return ports;
}

/** The actions of the trail, in the order they were first recorded. */
export function auditedActions({ kept }: MemoryPorts): string[] {
  return [...kept.audit.values()].map((event) => event.action);
}
