/** A 16-bit PCM WAV file of zeros, exactly as long as asked. */
export function silentWav(durationMs: number, channels: number, sampleRate: number): Uint8Array {
  const dataBytes = Math.round((durationMs * sampleRate) / 1000) * channels * 2;
  return new Uint8Array(Buffer.concat([wavHeader({ channels, sampleRate, dataBytes }), Buffer.alloc(dataBytes)]));
}

/** The 44 bytes before the samples, which are enough to tell how long a file is. */
export function wavHeader(of: { channels: number; sampleRate: number; dataBytes: number }): Buffer {
  const { channels, sampleRate, dataBytes } = of;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

const FLAC_BLOCK = 4096;

/** FLAC (RFC 9639): frames of 4,096 samples, every channel a constant subframe of zero. */
export function silentFlac(durationMs: number, channels: number, sampleRate: number): Uint8Array {
  const frames = Math.ceil((durationMs * sampleRate) / 1000 / FLAC_BLOCK);
  const parts = [Buffer.from('fLaC'), streamInfo(frames * FLAC_BLOCK, channels, sampleRate)];
  for (let number = 0; number < frames; number++) parts.push(flacFrame(number, channels));
  return new Uint8Array(Buffer.concat(parts));
}

/** The one metadata block. Frame sizes and the MD5 of the samples may be left unknown, as zero. */
function streamInfo(samples: number, channels: number, sampleRate: number): Buffer {
  const block = Buffer.alloc(4 + 34);
  block.writeUInt8(0x80, 0);
  block.writeUIntBE(34, 1, 3);
  block.writeUInt16BE(FLAC_BLOCK, 4);
  block.writeUInt16BE(FLAC_BLOCK, 6);
  const format = (BigInt(sampleRate) << 44n) | (BigInt(channels - 1) << 41n) | (15n << 36n) | BigInt(samples);
  block.writeBigUInt64BE(format, 14);
  return block;
}

function flacFrame(number: number, channels: number): Buffer {
  // Sync code with fixed block size; 4,096 samples at STREAMINFO's rate; independent channels of 16 bits.
  const header = Buffer.from([0xff, 0xf8, 0xc0, ((channels - 1) << 4) | 0x08, ...codedNumber(number)]);
  const body = Buffer.concat([header, Buffer.of(crc(header, 8, 0x07)), Buffer.alloc(3 * channels)]);
  const check = Buffer.alloc(2);
  check.writeUInt16BE(crc(body, 16, 0x8005));
  return Buffer.concat([body, check]);
}

/** Frame numbers are written as UTF-8 writes code points, surrogates included. */
function codedNumber(number: number): number[] {
  if (number < 0x80) return [number];
  const tail: number[] = [];
  let rest = number;
  do {
    tail.unshift(0x80 | (rest & 0x3f));
    rest >>= 6;
  } while (rest > 0x3f >> tail.length);
  return [((0xff << (7 - tail.length)) & 0xff) | rest, ...tail];
}

function crc(bytes: Buffer, width: 8 | 16, polynomial: number): number {
  const top = 1 << (width - 1);
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) sum = sum & top ? (sum << 1) ^ polynomial : sum << 1;
    sum &= 2 ** width - 1;
  }
  return sum;
}
