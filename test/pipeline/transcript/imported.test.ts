import { describe, expect, test } from 'vitest';
import { toTranscript } from '../../../pipeline/transcript/normalize.ts';
import { readImported } from '../../../pipeline/transcript/imported.ts';
import { conversation, jobResult } from '../jobResults.ts';
import { inspected, recordingId } from '../visit.ts';

test.each<[string, unknown, object]>([
  ['no mark', undefined, {}],
  ['null for no mark', null, {}],
  ['a mark alone', {}, { imported: { speakers: 'heard' } }],
  ['labels that somebody wrote', { speakers: 'named' }, { imported: { speakers: 'named' } }],
  ['labels of a kind nobody knows', { speakers: 7 }, { imported: { speakers: 'heard' } }],
])('%s', (_, mark, expected) => expect(readImported(mark)).toEqual(expected));

test.each(['yes', 1, true])('%j for a mark is refused by name', (mark) => {
  expect(() => readImported(mark)).toThrow(expect.objectContaining({ name: 'TranscriptShapeUnknown' }));
});

describe('a transcript of marked words', () => {
  const context = { recordingId, ...inspected.inspection };
  // The last word of the question has the label of the answer, as diarization errs.
  const torn = conversation([0, 'Did you bring the old'], [1, 'bottle?', 50], [1, 'It is in the car.']);
  const read = (mark?: object) =>
    toTranscript({ ...jobResult('newer', torn), ...(mark && { imported: mark }) }, context);
  const hasRelabelled = (mark?: object) => read(mark).turns.some(({ relabelled }) => relabelled !== undefined);

  test('names its recognizer as the job, whatever engine the route chose', () => {
    const marked = { ...jobResult('newer', torn), jobName: 'WhisperX', imported: {} };
    expect(toTranscript(marked, context).engine).toEqual({
      name: 'imported',
      jobName: 'WhisperX',
      shape: 'speaker-labels',
    });
    expect(read().engine.name).toBe('transcribe-medical');
  });

  test('has labels that were heard corrected like those of the service, and names left alone', () => {
    expect(hasRelabelled()).toBe(true);
    expect(hasRelabelled({ speakers: 'heard' })).toBe(true);
    expect(hasRelabelled({ speakers: 'named' })).toBe(false);
  });
});
