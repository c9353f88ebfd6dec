import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FailureName, failures, PipelineError, retried } from '../../pipeline/errors.ts';
import { root, sources } from '../house/sources.ts';

type Kind = (typeof failures)[FailureName];

test('a failure is one of five kinds and its name is a legal ASL error name', () => {
  for (const [name, kind] of Object.entries(failures)) {
    expect(['input', 'late', 'early', 'skip', 'busy']).toContain(kind);
    expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
  }
});

test.each<[Kind, FailureName[]]>([
  [
    'input',
    [
      'UnsupportedMedia',
      'RecordingEmpty',
      'RecordingTooLong',
      'RecordingTooLarge',
      'RegionNotAllowed',
      'LanguageNotSupported',
      'TranscriptionFailed',
      'TranscriptShapeUnknown',
      'TextReplaced',
    ],
  ],
  ['skip', ['TranscriptionDisabled', 'NotARecording', 'KeyUnprintable', 'Duplicate', 'Incomplete', 'ConsentWithdrawn']],
  ['late', ['UnknownMeeting', 'NotThereYet']],
  ['early', ['TranscriptNotReady']],
  ['busy', ['Throttled', 'ServiceUnavailable', 'AnswerNotKept']],
])('of kind %s are these and no others', (kind, names) => {
  const ofKind = Object.entries(failures).filter(([, of]) => of === kind);
  expect(ofKind.map(([name]) => name).toSorted()).toEqual(names.toSorted());
});

test('only what is busy or late is tried again', () => {
  expect(retried).toEqual({
    busy: ['Throttled', 'ServiceUnavailable', 'AnswerNotKept'],
    late: ['UnknownMeeting', 'NotThereYet'],
  });
});

describe('the error', () => {
  const error = new PipelineError('Throttled', 'S3 answered SlowDown');

  test('has the name that Step Functions matches, where Lambda reads it', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('Throttled');
    expect(String(error)).toBe('Throttled: S3 answered SlowDown');
  });

  test('is, beside the refusal of a request, the only class of its kind in the pipeline', () => {
    const extended = sources('pipeline').flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\bclass (\w+) extends \w*Error\b/g)].map(([, name]) => name),
    );
    expect(extended).toEqual(['PipelineError', 'Refusal']);
  });
});
