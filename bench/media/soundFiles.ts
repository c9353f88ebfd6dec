import { mp3Frames } from '../../local/cases/silence.ts';
import { big, join, layOut, little, type LongFile, zeros } from './layout.ts';

export interface WavHead {
  tag?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  byteRate?: number;
  blockBytes?: number;
  extra?: Uint8Array;
  /** What the `data` chunk says, true or not. */
  dataBytes: number;
}

export function wavHead(head: WavHead): Uint8Array {
  const { tag = 1, channels = 1, rate = 16_000, bits = 16, extra = new Uint8Array(), dataBytes } = head;
  const blockBytes = head.blockBytes ?? (channels * bits) / 8;
  const byteRate = head.byteRate ?? blockBytes * rate;
  const format = join(little(tag, 2), little(channels, 2), little(rate), little(byteRate), little(blockBytes, 2));
  const body = join(format, little(bits, 2), extra);
  return join('RIFF', little(36 + dataBytes), 'WAVE', 'fmt ', little(body.length), body, 'data', little(dataBytes));
}

/** A WAV whose recorder was killed. */
export function longWav(seconds: number): LongFile {
  return layOut(wavHead({ dataBytes: 0 }), zeros(seconds * 32_000));
}

/** Frames of MPEG audio, 16 kHz and one channel, 36 ms each. */
export function mp3(frames: number): Uint8Array {
  const { frame } = mp3Frames(1, 16_000);
  return join(...Array<Uint8Array>(frames).fill(frame));
}

/** The first frame of an encoder that counts: `Xing`, with the frames and the bytes that it says follow. */
export function xing(frames: number, bytes: number): Uint8Array {
  const frame = mp3Frames(1, 16_000).frame.slice();
  // The lowest rates have no room for it: 64 kbit/s, 288 bytes.
  const content = new Uint8Array(288);
  content.set(frame.subarray(0, 4));
  content[2] = 0x88;
  content.set(join('Xing', big(3), big(frames), big(bytes)), 13);
  return content;
}

export function longMp3(seconds: number): LongFile {
  const { frame } = mp3Frames(1, 16_000);
  return layOut({ count: Math.round(seconds / 0.036), bytes: frame.length, make: () => frame });
}

/** Frames of AMR at 12.2 or, wide, at 12.65 kbit/s. */
export function amrFrame(isWide = false): Uint8Array {
  return Uint8Array.from({ length: isWide ? 33 : 32 }, (_, n) => (n === 0 ? (isWide ? 0x14 : 0x3c) : 0x55));
}

export function longAmr(seconds: number): LongFile {
  const frame = amrFrame();
  return layOut(join('#!AMR\n'), { count: seconds * 50, bytes: frame.length, make: () => frame });
}

/** A page of Ogg that holds one packet, or nothing. Players check its sum, which is left out here. */
export function oggPage(serial: number, granule: number, flags: number, body: Uint8Array): Uint8Array {
  const laces = [...Array<number>(Math.floor(body.length / 255)).fill(255), body.length % 255];
  const numbers = [little(granule, 8), little(serial), little(0), little(0), [laces.length], laces];
  return join('OggS', [0, flags], ...numbers, body);
}

export const opusHead = (serial: number): Uint8Array =>
  join(
    oggPage(serial, 0, 2, join('OpusHead', [1, 1], little(312, 2), little(48_000), [0, 0, 0])),
    oggPage(serial, 0, 0, join('OpusTags', little(0), little(0))),
  );

export function longOgg(seconds: number): LongFile {
  const body = new Uint8Array(4_000);
  const make = (n: number) => oggPage(7, (n + 1) * 48_000, 0, body);
  return layOut(opusHead(7), { count: seconds, bytes: make(0).length, make });
}

const flacBlock = 4_096;

/** A frame of FLAC from its first sample on: a header that is right, and no sound that a decoder would take. */
export function flacFrame(n: number, bytes = 2_000): Uint8Array {
  const number = [
    0xfe,
    ...Array.from({ length: 6 }, (_, k) => 0x80 | (Math.floor((n * flacBlock) / 64 ** (5 - k)) % 64)),
  ];
  const head = [0xff, 0xf9, 0xc5, 0x08, ...number];
  return join(head, [crc8(head)], new Uint8Array(bytes - head.length - 1));
}

/** `samples` is what the header says, true or not. */
export function flacHead(samples: number, rate = 16_000): Uint8Array {
  const packed = big(rate * 4_096 + 15 * 16 + Math.floor(samples / 2 ** 32), 4);
  const info = join(big(flacBlock, 2), big(flacBlock, 2), big(0, 3), big(0, 3), packed, big(samples % 2 ** 32));
  return join('fLaC', [0x80], big(34, 3), info, new Uint8Array(16));
}

function crc8(bytes: readonly number[]): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x80 ? ((sum << 1) ^ 0x07) & 0xff : sum << 1;
  }
  return sum;
}

export function longFlac(seconds: number): LongFile {
  const count = Math.round((seconds * 16_000) / flacBlock);
  return layOut(flacHead(0), { count, bytes: 2_000, make: (n) => flacFrame(n) });
}
