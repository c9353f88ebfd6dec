import type { CallPorts } from './callPorts.ts';

/** Through which the steps of the call reach what is recorded. The doors do not: they have no right to it. */
export interface RecordingPorts extends CallPorts {
  pipelines: Pipelines;
  chunks: Chunks;
}

/** A capture as Chime names it. */
export interface Captured {
  captureId: string;
  captureArn: string;
}

/** What Chime says of a pipeline: a capture, or a joining of its chunks. */
export interface Pipeline {
  kind: 'capture' | 'concatenation';
  id: string;
  arn: string;
  state: 'runs' | 'over' | 'failed';
  /** Of a capture: the meeting, and where the chunks go. */
  meetingArn: string | null;
  sinkArn: string | null;
}

/**
 * Chime's media pipelines, in the one region where they are controlled. Each call may be repeated with the same effect.
 * @throws Refusal ChimeUnavailable
 */
export interface Pipelines {
  /**
   * Captures the sound of a meeting. The same token gives the same capture. `full`: as many pipelines run as may; `gone`:
   * the meeting is over; `refused`: the bucket's policy, or the request itself.
   */
  start(of: {
    token: string;
    meetingId: string;
    meetingArn: string;
  }): Promise<({ outcome: 'started' } & Captured) | { outcome: 'full' | 'gone' | 'refused' }>;
  /** The capture of a meeting, among those that run. */
  find(meetingArn: string): Promise<Captured | undefined>;
  /** Undefined when Chime no longer knows it. */
  look(pipelineId: string): Promise<Pipeline | undefined>;
  stop(captureId: string): Promise<void>;
  /** Joins a capture's chunks to one file. The same token gives the same joining. */
  join(of: {
    token: string;
    meetingId: string;
    captureArn: string;
  }): Promise<{ outcome: 'joining'; concatenationId: string } | { outcome: 'full' | 'refused' }>;
  drop(concatenationId: string): Promise<void>;
  /** The ids of all captures that run. */
  list(): Promise<string[]>;
}

/** The chunks of a capture, in the bucket. @throws Refusal ServiceUnavailable */
export interface Chunks {
  /** Undefined while there are none. Lengths are in milliseconds. */
  count(meetingId: string): Promise<{ expectedMs: number; gapMs: number } | undefined>;
  /** With whatever was joined of them. */
  remove(meetingId: string, concatenationIds: readonly string[]): Promise<void>;
}
