import {
  CustomSource,
  FLAC,
  Input,
  type InputAudioTrack,
  type InputFormat,
  MP3,
  MP4,
  OGG,
  WAVE,
  WEBM,
} from 'mediabunny';

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

/** The formats that the service takes and this reader knows. The service does not take QuickTime, Matroska or AAC. */
const formats = new Map<InputFormat, string>([
  [WAVE, 'wav'],
  [FLAC, 'flac'],
  [MP3, 'mp3'],
  [MP4, 'mp4'],
  [OGG, 'ogg'],
  [WEBM, 'webm'],
]);

/**
 * Reads from the bytes what the media really is. Undefined when it is none of the formats above, is broken, or has no
 * audio track; `'amr'` for AMR, which the service takes and this reader does not. A failure to read the object itself
 * is thrown.
 */
export async function readMedia(object: MediaObject): Promise<MediaFacts | 'amr' | undefined> {
  if (object.size === 0) return undefined;
  if (await isAmr(object)) return 'amr';
  let unreadable: { cause: unknown } | undefined;
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    try {
      return await object.read(start, end);
    } catch (cause) {
      unreadable = { cause };
      throw cause;
    }
  };
  using input = new Input({
    formats: [...formats.keys()],
    source: new CustomSource({ getSize: () => object.size, read }),
  });
  try {
    const audio = await input.getPrimaryAudioTrack();
    return audio ? await factsOf(input, audio) : undefined;
  } catch {
    // The parser gives up in many ways on broken media; only a failure to read the object is not the media's fault.
    if (unreadable) throw unreadable.cause;
    return undefined;
  }
}

async function factsOf(input: Input, audio: InputAudioTrack): Promise<MediaFacts> {
  const seconds = (await audio.getDurationFromMetadata()) ?? (await audio.computeDuration());
  return {
    format: formats.get(await input.getFormat()) ?? 'unknown',
    sampleRateHertz: await audio.getSampleRate(),
    channels: await audio.getNumberOfChannels(),
    durationMs: Math.round(seconds * 1000),
    hasVideo: (await input.getPrimaryVideoTrack()) !== null,
  };
}

async function isAmr(object: MediaObject): Promise<boolean> {
  const magic = Buffer.from('#!AMR');
  if (object.size < magic.length) return false;
  return magic.equals(await object.read(0, magic.length));
}
