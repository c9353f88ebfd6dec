import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetMedicalTranscriptionJobCommand,
  GetTranscriptionJobCommand,
  type MediaFormat,
  StartMedicalTranscriptionJobCommand,
  StartTranscriptionJobCommand,
} from '@aws-sdk/client-transcribe';
import { describe, expect, test } from 'vitest';
import { join as concat, little } from '../../../../bench/media/layout.ts';
import { fragment, fragmentHead, mp4 } from '../../../../bench/media/mp4Files.ts';
import { amrFrame, mp3, wavHead } from '../../../../bench/media/soundFiles.ts';
import { wavHeader } from '../../../../local/cases/pcm.ts';
import type { MediaObject } from '../../../../local/services/transcribe/mediaFacts.ts';
import { mediaObject, medical, standard, transcribeHarness } from './harness.ts';
import { wav } from './wav.ts';

const samples = process.env['AUDIO_SAMPLES'] ?? '../shared/corpus/audio';
const hasSamples = existsSync(samples);

const aac = { samples: 100, sampleTicks: 1_024, timescale: 48_000 };
const amrFrames = (count: number, isWide = false) => Array<Uint8Array>(count).fill(amrFrame(isWide));

const text = {
  format: 'Unsupported media format',
  otherFormat: 'The media format provided does not match the detected media format',
  rate: 'Invalid sample rate for audio file',
  otherRate: 'The sample rate provided does not match the detected sample rate',
  size: 'Invalid file size: file size too large',
  channels: 'Invalid number of channels: number of channels too large',
};

interface Given {
  MediaFormat?: MediaFormat;
  MediaSampleRateHertz?: number;
  Settings?: { ChannelIdentification: boolean };
}

/** Runs a medical job and a standard one over the media and tells how each ended. */
async function outcomes(media: MediaObject | undefined, given: Given = {}) {
  await using stack = await transcribeHarness();
  if (media) stack.objects.set('rec/visit.wav', media);
  else stack.objects.delete('rec/visit.wav');
  const client = stack.client();
  await client.send(new StartMedicalTranscriptionJobCommand({ ...medical, ...given }));
  await client.send(new StartTranscriptionJobCommand({ ...standard, ...given }));
  await stack.clock.advance(60_000);
  const { MedicalTranscriptionJob: one } = await client.send(new GetMedicalTranscriptionJobCommand(medical));
  const { TranscriptionJob: two } = await client.send(new GetTranscriptionJobCommand(standard));
  return {
    medical: one?.FailureReason ?? one?.TranscriptionJobStatus,
    standard: two?.FailureReason ?? two?.TranscriptionJobStatus,
    detected: `${two?.MediaFormat} ${two?.MediaSampleRateHertz}`,
  };
}

/** Media of a length nobody has to keep: a header and as many zeros as it promises. */
function silence(seconds: number): MediaObject {
  const dataBytes = seconds * 32_000;
  const header = wavHeader({ channels: 1, sampleRate: 16_000, dataBytes });
  const read = async (start: number, end: number) => {
    const bytes = Buffer.alloc(end - start);
    if (start < header.length) header.copy(bytes, 0, start);
    return bytes;
  };
  return { size: header.length + dataBytes, read };
}

describe('media', () => {
  test.each<[string, MediaObject, Given, string, string]>([
    ['of half a second', mediaObject(wav({ seconds: 0.5 })), {}, 'COMPLETED', 'COMPLETED'],
    ['of 4 hours', silence(14_400), {}, 'COMPLETED', 'COMPLETED'],
    ['at 48 kHz', mediaObject(wav({ sampleRate: 48_000 })), {}, 'COMPLETED', 'COMPLETED'],
    ['at 8 kHz', mediaObject(wav({ sampleRate: 8_000 })), {}, text.rate, 'COMPLETED'],
    ['at 4 kHz', mediaObject(wav({ sampleRate: 4_000 })), {}, text.rate, text.rate],
    ['at 96 kHz', mediaObject(wav({ sampleRate: 96_000 })), {}, text.rate, text.rate],
    ['at another rate', mediaObject(wav()), { MediaSampleRateHertz: 44_100 }, text.otherRate, text.otherRate],
    ['in another format', mediaObject(wav()), { MediaFormat: 'mp3' }, text.otherFormat, text.otherFormat],
    ['of no format', mediaObject(Buffer.from('not media at all, only words')), {}, text.format, text.format],
    ['of a few bytes', mediaObject(Buffer.from('RIF')), {}, text.format, text.format],
    ['of no bytes', mediaObject(Buffer.alloc(0)), {}, text.format, text.format],
    ['above 2 GB', { ...mediaObject(wav()), size: 2 * 1024 ** 3 + 1 }, {}, text.size, text.size],
    [
      'of 3 channels, each by itself',
      mediaObject(wav({ channels: 3 })),
      { Settings: { ChannelIdentification: true } },
      text.channels,
      text.channels,
    ],
    [
      'of 2 channels, each by itself',
      mediaObject(wav({ channels: 2 })),
      { Settings: { ChannelIdentification: true } },
      'COMPLETED',
      'COMPLETED',
    ],
  ])('%s', async (_, media, given, medicalEnd, standardEnd) => {
    expect(await outcomes(media, given)).toMatchObject({ medical: medicalEnd, standard: standardEnd });
  });

  test.each<[string, MediaObject | undefined, RegExp]>([
    ['that is not there', undefined, /no S3 object at s3:\/\/rec\/visit\.wav/],
    ['of less than half a second', mediaObject(wav({ seconds: 0.49 })), /490 ms is less than 500 ms/],
    ['of no samples', mediaObject(wav({ seconds: 0 })), /0 ms is less than 500 ms/],
    ['of more than 4 hours', silence(14_401), /14401000 ms is more than 4 hours/],
    [
      'that cannot be read',
      { size: 64_044, read: () => Promise.reject(new Error('disk on fire')) },
      /embedded stack failed.*disk on fire/,
    ],
  ])('%s', async (_, media, reason) => {
    const ended = await outcomes(media);
    expect(ended.medical).toMatch(reason);
    expect(ended.standard).toMatch(reason);
  });

  test.each<[string, Uint8Array, Given, string]>([
    ['AMR of a phone', concat('#!AMR\n', ...amrFrames(100)), {}, 'amr 8000'],
    ['AMR of wide band', concat('#!AMR-WB\n', ...amrFrames(100, true)), { MediaFormat: 'amr' }, 'amr 16000'],
    ['a WAV that was never finalized', concat(wavHead({ dataBytes: 0 }), new Uint8Array(64_000)), {}, 'wav 16000'],
    [
      'ADPCM',
      concat(
        wavHead({ tag: 2, bits: 4, blockBytes: 256, extra: little(500 * 65_536 + 32), dataBytes: 0 }),
        new Uint8Array(40_000),
      ),
      {},
      'wav 16000',
    ],
    ['an MP3 behind padding', concat(new Uint8Array(5_000), mp3(100)), {}, 'mp3 16000'],
    ['an MP4 behind a tag', concat('ID3', [4, 0, 0, 0, 0, 0, 50], new Uint8Array(50), mp4([aac])), {}, 'mp4 48000'],
    ['an MP4 whose header says nothing', mp4([{ ...aac, duration: 0 }]), {}, 'mp4 48000'],
    [
      'an MP4 whose last fragment is cut',
      concat(fragmentHead(), fragment(0), fragment(1).slice(0, -50)),
      {},
      'mp4 48000',
    ],
  ])('that a decoder reads, whatever its header says: %s', async (_, bytes, given, detected) => {
    expect(await outcomes(mediaObject(Buffer.from(bytes)), given)).toMatchObject({ standard: 'COMPLETED', detected });
  });

  test('takes as long as its length says', async () => {
    await using stack = await transcribeHarness({ jobDelayMs: (durationMs) => durationMs * 3 });
    stack.put('visit.wav', wav({ seconds: 4 }));
    await stack.client().send(new StartTranscriptionJobCommand(standard));
    await stack.clock.advance(1_000 + 11_999);
    expect(stack.events).toEqual([]);
    await stack.clock.advance(1);
    expect(stack.events).toHaveLength(1);
  });

  test('in Modern Standard Arabic is taken at 8 kHz in Europe only', async () => {
    await using stack = await transcribeHarness();
    stack.put('visit.wav', wav({ sampleRate: 8_000 }));
    stack.objects.set('gone/visit.wav', mediaObject(wav({ sampleRate: 8_000 })));
    const arabic = { ...standard, LanguageCode: 'ar-SA' } as const;
    const cape = { ...arabic, TranscriptionJobName: 'cape', Media: { MediaFileUri: 's3://gone/visit.wav' } };
    await stack.client('eu-west-1').send(new StartTranscriptionJobCommand(arabic));
    await stack.client('af-south-1').send(new StartTranscriptionJobCommand({ ...cape, OutputBucketName: 'gone' }));
    await stack.clock.advance(60_000);
    const reasons = new Map(
      stack.events.map(({ detail }) => [
        detail.TranscriptionJobName,
        detail.FailureReason ?? detail.TranscriptionJobStatus,
      ]),
    );
    expect(reasons.get('visite-1')).toBe('COMPLETED');
    expect(reasons.get('cape')).toBe(text.rate);
  });
});

describe('media made elsewhere', () => {
  test.runIf(hasSamples).each<[string, Given, string, string]>([
    ['consult-mono16k.wav', {}, 'COMPLETED', 'wav 16000'],
    ['consult-mono.mp3', {}, 'COMPLETED', 'mp3 16000'],
    ['consult-stereo.flac', {}, 'COMPLETED', 'flac 16000'],
    ['consult-stereo.m4a', { MediaFormat: 'm4a' }, 'COMPLETED', 'm4a 16000'],
    ['consult-stereo.m4a', {}, 'COMPLETED', 'mp4 16000'],
    ['consult-video.mp4', { MediaFormat: 'mp4' }, 'COMPLETED', 'mp4 16000'],
    ['consult-video.mp4', { MediaFormat: 'm4a' }, text.otherFormat, 'm4a 16000'],
    ['consult-mono-opus.ogg', {}, 'COMPLETED', 'ogg 48000'],
    ['consult-stereo-opus.webm', {}, 'COMPLETED', 'webm 48000'],
    ['consult-stereo8k.wav', {}, text.rate, 'wav 8000'],
    ['silence-5s.wav', {}, 'COMPLETED', 'wav 16000'],
    ['mp3-named-wav.wav', { MediaFormat: 'wav' }, text.otherFormat, 'wav 16000'],
    ['short-300ms.wav', {}, 'Invalid media duration: 300 ms is less than 500 ms', 'wav 16000'],
    ['garbage.webm', {}, text.format, 'undefined undefined'],
    ['text.mp4', {}, text.format, 'undefined undefined'],
    ['truncated.m4a', {}, text.format, 'undefined undefined'],
    ['video-only.mp4', {}, text.format, 'undefined undefined'],
    ['zero.mp4', {}, text.format, 'undefined undefined'],
  ])('%s given as %j: %s', async (file, given, medicalEnd, detected) => {
    const ended = await outcomes(mediaObject(readFileSync(join(samples, file))), given);
    expect(ended).toMatchObject({ medical: medicalEnd, detected });
  });
});
