import { expect, test } from 'vitest';
import { toImportedJob } from '../../../../local/cases/import/importedJob.ts';
import { toTranscript } from '../../../../pipeline/transcript/normalize.ts';
import { inspected, recordingId } from '../../../pipeline/visit.ts';

const spoken = (text: string, speaker?: string, at = 0) =>
  text.split(' ').map((word, index) => ({
    text: word,
    speaker,
    startMs: at + index * 100,
    endMs: at + index * 100 + 90,
    confidence: index === 0 ? 0.9 : undefined,
  }));
const read = (words: Parameters<typeof toImportedJob>[0]) =>
  toTranscript(JSON.parse(toImportedJob(words, 'WhisperX')), { recordingId, ...inspected.inspection });

test('the pipeline reads every word, mark, time and label back', () => {
  const transcript = read([...spoken('Any pain? ... Well!?', 'Dr Ode'), ...spoken('No, 2.5 mg.', 'Mum', 1000)]);
  expect(transcript.engine).toEqual({ name: 'imported', jobName: 'WhisperX', shape: 'speaker-labels' });
  expect(transcript.text).toBe('Any pain?... Well!?\nNo, 2.5 mg.');
  expect(transcript.turns.map(({ speaker, startMs, endMs }) => [speaker, startMs, endMs])).toEqual([
    ['Dr Ode', 0, 390],
    ['Mum', 1000, 1290],
  ]);
  expect(transcript.turns[1]?.words).toEqual([
    [20, 22, 1000, 1090, 0.9],
    [24, 27, 1100, 1190, null],
    [28, 30, 1200, 1290, null],
  ]);
  expect(transcript.quality.flags).toEqual([]);
});

test.each<[string, string[], 'named' | 'heard']>([
  ['people', ['Doctor', 'Patient'], 'named'],
  ['a person and a number', ['Nurse', 'SPEAKER_02'], 'named'],
  ['the labels of WhisperX', ['SPEAKER_00', 'SPEAKER_01'], 'heard'],
  ['the labels of whisper.cpp', ['Speaker0', '1', 'speaker 1'], 'heard'],
  ['letters', ['A', 'B'], 'heard'],
  ['doctor and patient, in short', ['D', 'P'], 'named'],
  ['nobody', [], 'heard'],
])('tells names from labels: %s', (_, labels, expected) => {
  const job = JSON.parse(
    toImportedJob(
      labels.flatMap((label) => spoken('Hm', label)),
      'x',
    ),
  ) as { imported: object };
  expect(job.imported).toEqual({ speakers: expected });
});

test('words without labels are a plain stream', () => {
  expect(read(spoken('Nobody knows who')).engine.shape).toBe('plain');
});
