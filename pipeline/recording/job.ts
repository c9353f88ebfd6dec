import type { RecordingObject } from './recording.ts';
import type { EngineName } from './route.ts';

/** A job as it is asked for. */
export interface JobRequest {
  engine: EngineName;
  jobName: string;
  media: RecordingObject;
  language: string;
  speakersBy: 'channel' | 'voice';
  outputKey: string;
}

/** A job as the service describes it. */
export interface Job {
  status: 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  mediaUri: string | undefined;
  failureReason: string | undefined;
}
