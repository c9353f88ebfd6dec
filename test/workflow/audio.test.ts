import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../local/cases/caseFolder.ts';
import { containers, silentRecording } from '../../local/cases/media.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, visit } from './visits.ts';

const startJob = /^Start.*TranscriptionJob$/;
const medical = 'StartMedicalTranscriptionJob';
const standard = 'StartTranscriptionJob';

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

/** Runs a recording and says how it ended, and which jobs were started for it. */
async function verdict(given: Case) {
  const calls = product.countCalls();
  const { outcome } = await product.run(given);
  return {
    ended: outcome.error ?? outcome.status,
    jobs: [medical, standard].filter((operation) => calls(operation) > 0),
    started: calls(startJob),
  };
}

const accepted = (job: string) => ({ ended: 'completed', jobs: [job], started: 1 });
const refused = (error: string) => ({ ended: error, jobs: [], started: 0 });
const ignored = { ended: 'ignored', jobs: [], started: 0 };

/** A chunk as the media capture pipeline names it, and where it must not start anything. */
const chunkKeys = (name: string, fileName: string) => [
  `captures/${meetingOf(name)}/audio/${fileName}`,
  `recordings/${meetingOf(name)}/audio/${fileName}`,
  `recordings/${meetingOf(name)}/${fileName}`,
];

describe('media made here', () => {
  const made = { durationMs: 2_000, channels: 1 } as const;

  test.each(containers)('%s is transcribed', async (container) => {
    const recording = { fileName: `visit.${container}`, bytes: await silentRecording({ ...made, container }) };
    expect(await verdict(visit(`made-${container}`, { recording }))).toEqual(accepted(medical));
  });

  test.each([1, 2] as const)('%i channels at 8 kHz go to standard Transcribe', async (channels) => {
    const bytes = await silentRecording({ ...made, channels, container: 'wav', sampleRate: 8_000 });
    const recording = { fileName: 'visit.wav', bytes };
    expect(await verdict(visit(`made-8k-${channels}`, { recording }))).toEqual(accepted(standard));
  });

  test('the content counts, not the name', async () => {
    const recording = { fileName: 'visit.wav', bytes: await silentRecording({ ...made, container: 'mp3' }) };
    expect(await verdict(visit('made-misnamed', { recording }))).toEqual(accepted(medical));
  });

  test('a capture chunk starts nothing, wherever it lies', async () => {
    const name = 'made-chunk';
    const bytes = await silentRecording({ durationMs: 5_000, channels: 1, container: 'mp4' });
    for (const key of chunkKeys(name, '2026-03-02-09-30-05-000.mp4')) {
      const given = visit(name, { recording: { fileName: 'x.mp4', bytes }, session: { recording: { key } } });
      expect({ key, ...(await verdict(given)) }).toEqual({ key, ...ignored });
    }
  });

  test.each([
    'video/x.mp4',
    'composited-video/x.mp4',
    'data-channel/x.txt',
    'meeting-events/x.txt',
    'transcription-messages/x.txt',
  ])('what Chime writes to %s is no recording', async (place) => {
    const name = `artifact-${place}`;
    const key = `recordings/${meetingOf(name)}/${place}`;
    expect(await verdict(visit(name, { session: { recording: { key } } }))).toEqual(ignored);
  });
});

const corpus = join(import.meta.dirname, '../../../shared/corpus/audio');
const isThere = existsSync(join(corpus, 'manifest.json'));

interface Media {
  file: string;
  verdict: 'ok' | 'reject' | 'check';
}

/** What to make of the files whose verdict is ours. */
const decided: Readonly<Record<string, object>> = {
  'mp3-named-wav.wav': accepted(medical),
  'short-300ms.wav': refused('RecordingEmpty'),
  'silence-5s.wav': accepted(medical),
  'consult-stereo8k.wav': accepted(standard),
  'zero.mp4': refused('RecordingEmpty'),
};

function expected({ file, verdict }: Media): object {
  const decision = decided[file];
  if (decision) return decision;
  if (verdict === 'check') throw new Error(`${file}: nothing is decided`);
  return verdict === 'ok' ? accepted(medical) : refused('UnsupportedMedia');
}

const files = isThere
  ? (JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as { files: Media[] }).files
  : [];
const isChunk = ({ file }: Media) => file.startsWith('chime-chunks/');

describe.runIf(isThere)('synthesised speech', () => {
  test.each(files.filter((media) => !isChunk(media)))('$file: $verdict', async (media) => {
    const recording = { fileName: media.file, bytes: readFileSync(join(corpus, media.file)) };
    expect(await verdict(visit(`speech-${media.file}`, { recording }))).toEqual(expected(media));
  });

  test('chunks of a capture start nothing', async () => {
    const chunks = files.filter(isChunk);
    expect(chunks.length).toBeGreaterThan(0);
    for (const { file } of chunks) {
      const bytes = readFileSync(join(corpus, file));
      for (const key of chunkKeys('speech-chunks', file.split('/').at(-1) ?? '')) {
        const given = visit('speech-chunks', {
          recording: { fileName: 'x.mp4', bytes },
          session: { recording: { key } },
        });
        expect({ key, ...(await verdict(given)) }).toEqual({ key, ...ignored });
      }
    }
  });
});
