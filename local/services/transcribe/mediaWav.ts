import type { MediaFacts, MediaObject } from './mediaFacts.ts';

const HEAD_BYTES = 65_536;
/** Samples in a block, where the format says so: Microsoft's ADPCM, IMA's and GSM. */
const countsBlocks = [0x02, 0x11, 0x31];

/**
 * The facts of a WAV of any codec; undefined for anything else. Data of no size, or of one that the object cannot hold,
 * reaches to the end of the object: so a decoder reads a file whose recorder was killed.
 */
export async function readWav(object: MediaObject): Promise<MediaFacts | undefined> {
  const head = Buffer.from(await object.read(0, Math.min(HEAD_BYTES, object.size)));
  if (!/^(?:RIFF|RF64)[^]{4}WAVE/.test(head.toString('latin1', 0, 12))) return undefined;
  const chunks = chunksOf(head);
  const format = chunks.find(({ id }) => id === 'fmt ');
  const data = chunks.find(({ id }) => id === 'data');
  if (!format || !data || head.length < format.at + 16) return undefined;
  const rest = object.size - data.at;
  const dataBytes = data.size === 0 || data.size > rest ? rest : data.size;
  return {
    format: 'wav',
    sampleRateHertz: head.readUInt32LE(format.at + 4),
    channels: head.readUInt16LE(format.at + 2),
    durationMs: Math.round((dataBytes / bytesPerSecond(head, format)) * 1000),
    hasVideo: false,
  };
}

interface Chunk {
  id: string;
  at: number;
  size: number;
}

function chunksOf(head: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= head.length; ) {
    const chunk = { id: head.toString('latin1', at, at + 4), at: at + 8, size: head.readUInt32LE(at + 4) };
    chunks.push(chunk);
    at = chunk.at + chunk.size + (chunk.size & 1);
  }
  return chunks;
}

function bytesPerSecond(head: Buffer, { at, size }: Chunk): number {
  const samples = countsBlocks.includes(head.readUInt16LE(at)) && size >= 20 ? head.readUInt16LE(at + 18) : 0;
  const blocks = samples > 0 ? head.readUInt32LE(at + 4) / samples : 0;
  // Encoders of a variable rate write none; no codec of speech needs more than this.
  return blocks * head.readUInt16LE(at + 12) || head.readUInt32LE(at + 8) || 16_000;
}
