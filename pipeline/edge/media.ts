import { ALL_FORMATS, CustomSource, EncodedPacketSink, Input, type InputAudioTrack } from 'mediabunny';
import type { MediaFacts, MediaFormat } from '../recording/media.ts';

/** The containers that Transcribe takes, by mediabunny's names. An M4A is an MP4 without video. */
const formats: Readonly<Record<string, MediaFormat>> = {
  MP4: 'mp4',
  MP3: 'mp3',
  WAVE: 'wav',
  Ogg: 'ogg',
  FLAC: 'flac',
  WebM: 'webm',
};

/** One range request reads this many bytes; one to three requests are enough to recognize most containers. */
const pageBytes = 256 * 1024;

/**
 * Reads a media container by ranges of bytes; `read` takes `start` and an exclusive `end`. Returns undefined when the
 * bytes are not a container, or one that was cut off. Errors of `read` itself pass.
 */
export async function probeMedia(
  size: number,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<MediaFacts | undefined> {
  const pages = new Pages(size, read);
  using input = new Input({
    formats: ALL_FORMATS,
    source: new CustomSource({ getSize: () => size, read: (start, end) => pages.read(start, end) }),
  });
  try {
    return await readFacts(input);
  } catch {
    if (pages.failure) throw pages.failure;
    return undefined;
  }
}

async function readFacts(input: Input): Promise<MediaFacts | undefined> {
  const format = formats[(await input.getFormat()).name];
  const track = (await input.getAudioTracks())[0];
  if (!track) return { format, audio: undefined };
  if (format === 'mp4' && !(await hasLastPacket(track))) return undefined;
  return {
    format,
    audio: {
      codec: (await track.getCodec()) ?? undefined,
      channels: await track.getNumberOfChannels(),
      sampleRate: await track.getSampleRate(),
      durationMs: Math.round((await durationOf(input, track)) * 1000),
    },
  };
}

/**
 * The duration in seconds. The metadata comes first, because in some formats computing it means reading the whole file.
 * Fragmented and live files have no duration in their metadata.
 */
async function durationOf(input: Input, track: InputAudioTrack): Promise<number> {
  return (await input.getDurationFromMetadata([track])) ?? (await input.computeDuration([track]));
}

/** An MP4 with its index in front looks whole even when its end is missing. */
async function hasLastPacket(track: InputAudioTrack): Promise<boolean> {
  const packet = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
  return packet !== null && packet.data.byteLength > 0;
}

/** Whole pages, each fetched once, the last few kept. */
class Pages {
  failure: unknown;
  readonly #size: number;
  readonly #fetch: (start: number, end: number) => Promise<Uint8Array>;
  readonly #kept = new Map<number, Promise<Uint8Array>>();

  constructor(size: number, fetch: (start: number, end: number) => Promise<Uint8Array>) {
    this.#size = size;
    this.#fetch = fetch;
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - start);
    for (let page = Math.floor(start / pageBytes); page * pageBytes < end; page += 1) {
      const from = page * pageBytes;
      const content = await this.#page(page);
      const part = content.subarray(Math.max(start - from, 0), end - from);
      bytes.set(part, Math.max(from - start, 0));
    }
    return bytes;
  }

  #page(page: number): Promise<Uint8Array> {
    const known = this.#kept.get(page);
    if (known) return known;
    const start = page * pageBytes;
    const fetched = this.#fetch(start, Math.min(start + pageBytes, this.#size)).catch((error: unknown) => {
      this.failure = error;
      throw error;
    });
    this.#kept.set(page, fetched);
    if (this.#kept.size > 16) this.#kept.delete(this.#kept.keys().next().value ?? page);
    return fetched;
  }
}
