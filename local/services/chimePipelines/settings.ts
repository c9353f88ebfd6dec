/** What the guide says of media pipelines. */
export interface PipelineLimits {
  /** Pipelines of a region that have not ended, captures and concatenations together. */
  active: number;
}

export const documentedLimits: PipelineLimits = { active: 10 };

/** Where nobody has published what the service does. A product has to work whichever it is. */
export interface Unverified {
  /** A second capture of a meeting while one runs. */
  secondCapture: 'BadRequestException' | 'ResourceLimitExceededException' | 'ConflictException';
  /** A source that is not there: a meeting that is unknown or has ended, a capture that is unknown. */
  unknownSource: 'NotFoundException' | 'BadRequestException';
  /** The token of a pipeline that has ended: its description once more, a new pipeline, or BadRequestException. */
  endedToken: 'ended' | 'new' | 'refused';
  /** A bucket policy whose statement is limited to the prefix of the sink. Reports show only that one without is refused. */
  limitedPolicy: 'accepted' | 'refused';
  /** Whether a pipeline that is being stopped is found until it has ended, or not any more. */
  stopping: 'found' | 'gone';
  /** Whether a pipeline that has failed is found until it is deleted, or not any more. */
  failed: 'found' | 'gone';
  /** Which file of a joined recording is there first. A workflow starts with the audio. */
  written: 'audio first' | 'audio last';
  /** Milliseconds until a pipeline is in progress, until a stopped one has ended, and until a recording is joined. */
  startMs: number;
  stopMs: number;
  joinMs: number;
  /** The length of a chunk; the guide says 5 seconds at most. A test of many hours may have longer ones. */
  chunkMs: number;
  /** Hertz, of a capture before which nothing was heard. No guess at the service: it is what the cases' recordings have. */
  sampleRate: number;
}

export const assumed: Unverified = {
  secondCapture: 'BadRequestException',
  unknownSource: 'NotFoundException',
  endedToken: 'ended',
  limitedPolicy: 'accepted',
  stopping: 'found',
  failed: 'found',
  written: 'audio first',
  startMs: 1_000,
  stopMs: 2_000,
  joinMs: 5_000,
  chunkMs: 5_000,
  sampleRate: 16_000,
};

/** The endpoint table of the API model. */
export const withPipelinesApi: readonly string[] =
  `us-east-1 us-west-2 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2
   ca-central-1 eu-central-1 eu-west-2 us-gov-east-1 us-gov-west-1`.split(/\s+/);
