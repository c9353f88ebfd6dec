/** One encoded frame of silence; a recording repeats it. */
export interface SilentFrames {
  frame: Uint8Array;
  /** Samples per channel that a frame decodes to. */
  samples: number;
  decoderConfig: { codec: string; numberOfChannels: number; sampleRate: number; description?: Uint8Array };
}

type Channels = 1 | 2;

const AAC_RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000];

/**
 * AAC-LC (ISO/IEC 14496-3, 4.4.2): a raw data block whose channel elements have no scale factor bands.
 * Mono is a single channel element, 29 zero bits and the end mark; stereo a channel pair with one common window.
 */
export function aacFrames(channels: Channels, sampleRate: number): SilentFrames {
  const rateIndex = AAC_RATES.indexOf(sampleRate);
  if (rateIndex === -1) throw new RangeError(`AAC has no sample rate of ${sampleRate} Hz`);
  const frame = channels === 1 ? [0, 0, 0, 0x07] : [0x21, 0, 0, 0, 0, 0x1c];
  // AudioSpecificConfig: object type 2 in five bits, rate index and channels in four bits each.
  const config = (2 << 11) | (rateIndex << 7) | (channels << 3);
  return {
    frame: Uint8Array.from(frame),
    samples: 1024,
    decoderConfig: {
      codec: 'mp4a.40.2',
      numberOfChannels: channels,
      sampleRate,
      description: Uint8Array.of(config >> 8, config & 0xff),
    },
  };
}

/** Opus (RFC 6716): a 20 ms full-band CELT frame whose first symbol says silence. */
export function opusFrames(channels: Channels): SilentFrames {
  const head = Buffer.alloc(19);
  head.write('OpusHead');
  head.writeUInt8(1, 8);
  head.writeUInt8(channels, 9);
  head.writeUInt32LE(48_000, 12);
  return {
    frame: Uint8Array.of(channels === 1 ? 0xf8 : 0xfc, 0xff, 0xfe),
    samples: 960,
    decoderConfig: {
      codec: 'opus',
      numberOfChannels: channels,
      sampleRate: 48_000,
      description: Uint8Array.from(head),
    },
  };
}

/** MPEG layer III: header, then side information and main data all zero. The bit rate is the lowest of each version. */
const MP3_VERSIONS = new Map([
  [48_000, { header: [0xff, 0xfb, 0x14], bytes: 96, samples: 1152 }],
  [16_000, { header: [0xff, 0xf3, 0x18], bytes: 36, samples: 576 }],
]);

export function mp3Frames(channels: Channels, sampleRate: number): SilentFrames {
  const version = MP3_VERSIONS.get(sampleRate);
  if (version === undefined) throw new RangeError(`a silent mp3 is made at 16000 or 48000 Hz, not at ${sampleRate}`);
  const frame = new Uint8Array(version.bytes);
  frame.set([...version.header, channels === 1 ? 0xc0 : 0x00]);
  return {
    frame,
    samples: version.samples,
    decoderConfig: { codec: 'mp3', numberOfChannels: channels, sampleRate },
  };
}
