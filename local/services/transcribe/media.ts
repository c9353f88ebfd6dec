import { CustomSource, FLAC, Input, type InputAudioTrack, type InputFormat, MP3, MP4, OGG, WEBM } from 'mediabunny';
import { readAmr } from './mediaAmr.ts';
import type { MediaFacts, MediaObject } from './mediaFacts.ts';
import { MAX_DURATION_MS, MIN_DURATION_MS } from './mediaRules.ts';
import { readWav } from './mediaWav.ts';

const LEAD_BYTES = 1024 ** 2;

/** The formats that the service takes, but AMR and WAV. The service does not take QuickTime, Matroska or AAC. */
const formats = new Map<InputFormat, string>([
  [FLAC, 'flac'],
  [MP3, 'mp3'],
  [MP4, 'mp4'],
  [OGG, 'ogg'],
  [WEBM, 'webm'],
]);

/** What a second of speech takes when nothing in the file can be believed about its length. */
const USUAL_BYTES_PER_SECOND = 4_000;

/**
 * Reads from the bytes what the media really is. Undefined when it is none of the service's formats, is broken, or has
 * no audio track. A failure to read the object itself is thrown.
 */
export async function readMedia(object: MediaObject): Promise<MediaFacts | undefined> {
  if (object.size === 0) return undefined;
  return (await readAmr(object)) ?? (await readWav(object)) ?? (await readOthers(await withoutLead(object)));
}

async function readOthers(object: MediaObject): Promise<MediaFacts | undefined> {
  let unreadable: { cause: unknown } | undefined;
  // A failure to read the object is not the media's fault.
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
  const facts = await readFacts(input, object.size);
  if (unreadable) throw unreadable.cause;
  return facts;
}

/** Undefined when the parser gives up, which it does in many ways on broken media. */
async function readFacts(input: Input, size: number): Promise<MediaFacts | undefined> {
  try {
    const audio = await input.getPrimaryAudioTrack();
    return audio ? await factsOf(input, audio, size) : undefined;
  } catch {
    return undefined;
  }
}

async function factsOf(input: Input, audio: InputAudioTrack, size: number): Promise<MediaFacts> {
  return {
    format: formats.get(await input.getFormat()) ?? 'unknown',
    sampleRateHertz: await audio.getSampleRate(),
    channels: await audio.getNumberOfChannels(),
    durationMs: Math.round((await secondsOf(audio, size)) * 1000),
    hasVideo: (await input.getPrimaryVideoTrack()) !== null,
  };
}

/** The service decodes. This reader believes a header that is possible, and counts the packets otherwise. */
async function secondsOf(audio: InputAudioTrack, size: number): Promise<number> {
  const said = await audio.getDurationFromMetadata();
  if (said !== null && said * 1000 >= MIN_DURATION_MS && said * 1000 <= MAX_DURATION_MS) return said;
  const counted = await audio.computeDuration().catch(() => undefined);
  return counted ?? said ?? size / USUAL_BYTES_PER_SECOND;
}

/** The object from where its media begins: a decoder passes over zeros, and over a tag in front of an MP4. */
async function withoutLead(object: MediaObject): Promise<MediaObject> {
  const head = Buffer.from(await object.read(0, Math.min(LEAD_BYTES, object.size)));
  const zeros = head.findIndex((byte) => byte !== 0);
  // The size of an ID3 tag has seven bits in a byte.
  const tag = head.length > 10 ? 10 + [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (head[at] ?? 0), 0) : 0;
  const isTagged = head.toString('latin1', 0, 3) === 'ID3' && head.toString('latin1', tag + 4, tag + 8) === 'ftyp';
  // An MP4 begins with zeros, the upper bytes of a size.
  const lead = isTagged ? tag : zeros > 3 ? zeros : 0;
  if (lead === 0) return object;
  return { size: object.size - lead, read: (start, end) => object.read(start + lead, end + lead) };
}
