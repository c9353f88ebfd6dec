import type { JsonObject } from '../jsonService.ts';
import type { Request } from './requests.ts';
import type { Spoil } from './spoils.ts';

export type Status = 'Initializing' | 'InProgress' | 'Stopping' | 'Stopped' | 'Failed';

/** A media pipeline as the stand-in keeps it. Times are milliseconds since the epoch. */
interface Common {
  id: string;
  /** The control region, where alone it is found and its events arrive. */
  region: string;
  /** Undefined for one that was made without. */
  token: string | undefined;
  status: Status;
  createdAt: number;
  updatedAt: number;
  /** When it stopped or failed. */
  endedAt?: number;
  /** It goes wrong, as a test has asked. */
  spoil?: Spoil;
}

export interface Capture extends Common {
  kind: 'capture';
  meetingId: string;
  request: Request<'CreateMediaCapturePipeline'>;
  /** When it captured; more than one stretch of time if it was interrupted. */
  stretches: Stretch[];
  /** Everything before is in the bucket. */
  written: number;
  /** The length of its chunks in milliseconds, and the rate of its sound in hertz. */
  chunkMs: number;
  sampleRate: number;
  /** The keys of its text files, in the order of their making. */
  texts: string[];
}

export interface Stretch {
  from: number;
  /** Undefined while it lasts. */
  to?: number;
}

export interface Concatenation extends Common {
  kind: 'concatenation';
  captureId: string;
  request: Request<'CreateMediaConcatenationPipeline'>;
}

export type Pipeline = Capture | Concatenation;

export function arnOf({ id, region }: Pipeline, accountId: string): string {
  return `arn:aws:chime:${region}:${accountId}:media-pipeline/${id}`;
}

/** The answer's `MediaCapturePipeline` or `MediaConcatenationPipeline`, under that name. */
export function describe(pipeline: Pipeline, accountId: string): JsonObject {
  const common = {
    MediaPipelineId: pipeline.id,
    MediaPipelineArn: arnOf(pipeline, accountId),
    Status: pipeline.status,
    CreatedTimestamp: new Date(pipeline.createdAt).toISOString(),
    UpdatedTimestamp: new Date(pipeline.updatedAt).toISOString(),
  };
  const { ClientRequestToken: _, Tags: __, ...request } = pipeline.request;
  const name = pipeline.kind === 'capture' ? 'MediaCapturePipeline' : 'MediaConcatenationPipeline';
  return { [name]: { ...common, ...(request as JsonObject) } };
}
