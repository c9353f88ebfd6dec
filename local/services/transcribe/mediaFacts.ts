/** The bytes of an S3 object. `size` is their number; `read` returns those from `start` to `end`, end exclusive. */
export interface MediaObject {
  size: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Where jobs read their media: the S3 stand-in. Both methods return undefined for something that does not exist. */
export interface MediaSource {
  read(bucket: string, key: string): Promise<MediaObject | undefined>;
  bucketRegion(bucket: string): string | undefined;
}

export interface MediaFacts {
  /** In the service's words: one of its `MediaFormat` values. */
  format: string;
  sampleRateHertz: number;
  channels: number;
  durationMs: number;
  hasVideo: boolean;
}
