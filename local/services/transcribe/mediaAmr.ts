import type { MediaFacts, MediaObject } from './mediaFacts.ts';

/** Bytes of a frame by its type, with its first byte (RFC 4867, 5.3); 0 is no frame. */
const kinds = [
  { magic: '#!AMR\n', sampleRateHertz: 8_000, bytes: [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1] },
  { magic: '#!AMR-WB\n', sampleRateHertz: 16_000, bytes: [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1] },
];
const FRAME_MS = 20;

/** The facts of AMR, with one channel; undefined for anything else. A job reads it whole, as it would decode it. */
export async function readAmr(object: MediaObject): Promise<MediaFacts | undefined> {
  const head = Buffer.from(await object.read(0, Math.min(16, object.size))).toString('latin1');
  const kind = kinds.find(({ magic }) => head.startsWith(magic));
  if (!kind) return undefined;
  const content = await object.read(kind.magic.length, object.size);
  let frames = 0;
  for (let at = 0; at < content.length; frames += 1) {
    const length = kind.bytes[((content[at] ?? 0) >> 3) & 15] ?? 0;
    if (length === 0 || at + length > content.length) break;
    at += length;
  }
  const { sampleRateHertz } = kind;
  return { format: 'amr', sampleRateHertz, channels: 1, durationMs: frames * FRAME_MS, hasVideo: false };
}
