/** By sample rate: the header of an MPEG-2 layer III frame in mono at 48 kbit/s, and the frame's length in bytes. */
const frames = {
  24_000: { header: [0xff, 0xf3, 0x64, 0xc4], bytes: 144 },
  22_050: { header: [0xff, 0xf3, 0x60, 0xc4], bytes: 156 },
} as const;

/** Silence: a frame, a fortieth of a second, for each of the characters. Real speech takes about three times as long. */
export function silentMp3(characters: number, sampleRate: keyof typeof frames): Buffer {
  const { header, bytes } = frames[sampleRate];
  const frame = Buffer.alloc(bytes);
  frame.set(header);
  return Buffer.concat(Array.from({ length: Math.max(1, characters) }, () => frame));
}
