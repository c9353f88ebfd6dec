import { ascii, type Bytes, u64 } from './bytes.ts';
import type { Contents } from './contents.ts';
import { readMp3 } from './mp3.ts';

/** The names of the format tags in `fmt ` (RFC 2361). */
const codecs: Readonly<Record<number, string>> = {
  0x02: 'adpcm-ms',
  0x06: 'alaw',
  0x07: 'ulaw',
  0x11: 'adpcm-ima',
  0x20: 'adpcm-yamaha',
  0x31: 'gsm',
  0x45: 'g726',
  0x50: 'mp2',
  0x55: 'mp3',
  0xff: 'aac',
  0x161: 'wma',
  0x28f: 'g722',
  0x2000: 'ac-3',
};
const extensible = 0xfffe;
/** The codecs whose format says how many samples a block has. */
const countsBlocks = [0x02, 0x11, 0x31];
const maxChunks = 64;
/** What recorders write before they know the size, and leave when they are killed: from 2 GB less a header upwards. */
const unknownSize = 0x7fff_0000;

interface Format {
  tag: number;
  channels: number;
  sampleRate: number;
  byteRate: number;
  blockBytes: number;
  bits: number;
  blockSamples: number;
}

/** A WAV at `start`. Its data may reach to the end of the file: recorders that are killed leave the size unwritten. */
export async function readWav(bytes: Bytes, start: number): Promise<Contents> {
  const littleEndian = ascii(await bytes.at(start, 4), 0, 4) !== 'RIFX';
  let format: Format | undefined;
  let data: { at: number; bytes: number; cutBytes: number } | undefined;
  let longSize = 0;
  let noted = 0;
  let at = start + 12;
  for (let n = 0; n < maxChunks && at + 8 <= bytes.size && !(format && data); n += 1) {
    const head = await bytes.at(at, 48);
    const id = ascii(head, 0, 4);
    const size = head.getUint32(4, littleEndian);
    if (id === 'ds64') longSize = u64(head, 16, littleEndian);
    if (id === 'fmt ') format = toFormat(head, littleEndian);
    if (id === 'fact') noted = head.getUint32(8, littleEndian);
    if (id === 'data') {
      data = await measureData(bytes, at + 8, size === 0xffff_ffff && longSize > 0 ? longSize : size, littleEndian);
    }
    at += 8 + (id === 'data' ? (data?.bytes ?? size) : size) + (size & 1);
  }
  if (!format || !data) return { container: 'WAV', format: 'wav', tracks: [], truncated: false };
  const { channels, sampleRate } = format;
  const [inner] = format.tag === 0x55 ? ((await readMp3(bytes, data.at))?.tracks ?? []) : [];
  const seconds = inner?.seconds ?? secondsOf(data.bytes, format, noted);
  return {
    container: 'WAV',
    format: 'wav',
    tracks: [{ codec: codecOf(format), channels, sampleRate, seconds }],
    truncated: data.cutBytes > 0,
  };
}

function toFormat(head: DataView, littleEndian: boolean): Format {
  const u16 = (at: number) => (at + 2 <= head.byteLength ? head.getUint16(8 + at, littleEndian) : 0);
  const size = head.getUint32(4, littleEndian);
  return {
    tag: u16(0) === extensible && size >= 26 ? u16(24) : u16(0),
    channels: u16(2),
    sampleRate: head.getUint32(12, littleEndian),
    byteRate: head.getUint32(16, littleEndian),
    blockBytes: u16(12),
    bits: u16(14),
    blockSamples: size >= 20 && countsBlocks.includes(u16(0)) ? u16(18) : 0,
  };
}

/** How many bytes of data there are, and how many the size promises beyond the end of the file. */
async function measureData(bytes: Bytes, at: number, claim: number, littleEndian: boolean) {
  const rest = bytes.size - at;
  if (claim > rest) return { at, bytes: rest, cutBytes: claim < unknownSize ? claim - rest : 0 };
  const isClose = claim >= rest * 0.8;
  const isTrue = claim > 0 && (isClose || (await isChunk(bytes, at + claim + (claim & 1), littleEndian)));
  return { at, bytes: isTrue ? claim : rest, cutBytes: 0 };
}

/** Whether chunks, and nothing else, reach from here to the end of the file. */
async function isChunk(bytes: Bytes, start: number, littleEndian: boolean): Promise<boolean> {
  let at = start;
  for (let n = 0; n < 16 && at + 8 <= bytes.size; n += 1) {
    const head = await bytes.at(at, 8);
    if (!/^[\x20-\x7e]{4}$/.test(ascii(head, 0, 4))) return false;
    const size = head.getUint32(4, littleEndian);
    at += 8 + size + (size & 1);
  }
  return at <= bytes.size + 1;
}

function codecOf({ tag, bits }: Format): string {
  if (tag === 1) return bits === 8 ? 'pcm-u8' : `pcm-s${bits}`;
  if (tag === 3) return `pcm-f${bits}`;
  return codecs[tag] ?? `WAV format ${tag}`;
}

/** `noted` is the number of samples in `fact`, which counts only where nothing else says how long the data is. */
function secondsOf(dataBytes: number, format: Format, noted: number): number {
  const { tag, channels, sampleRate, byteRate, blockBytes, bits } = format;
  if ([1, 3, 6, 7].includes(tag)) return dataBytes / (channels * Math.ceil(bits / 8)) / sampleRate;
  // Four bits a sample; encoders write the byte rate of other codecs.
  if (tag === 0x28f) return (dataBytes * 2) / channels / sampleRate;
  const samples = format.blockSamples || adpcmSamples(format);
  if (samples > 0 && blockBytes > 0) return ((dataBytes / blockBytes) * samples) / sampleRate;
  return byteRate > 0 ? dataBytes / byteRate : noted / sampleRate;
}

/** Samples in a block of ADPCM that does not say so itself: each channel begins with a header of its own. */
function adpcmSamples({ tag, channels, blockBytes }: Format): number {
  if (tag === 0x11) return ((blockBytes - 4 * channels) * 2) / channels + 1;
  if (tag === 0x02) return ((blockBytes - 7 * channels) * 2) / channels + 2;
  return 0;
}
