/** A WAV file of silence: 16 bit PCM. */
export function wav({ seconds = 2, sampleRate = 16_000, channels = 1 } = {}): Buffer {
  const data = Buffer.alloc(Math.round(seconds * sampleRate) * channels * 2);
  return Buffer.concat([wavHeader({ sampleRate, channels, dataBytes: data.length }), data]);
}

/** The 44 bytes before the samples: enough to tell how long a file is that nobody has to build. */
export function wavHeader({ sampleRate = 16_000, channels = 1, dataBytes = 0 }): Buffer {
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
