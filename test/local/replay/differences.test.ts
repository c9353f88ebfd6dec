import { expect, test } from 'vitest';
import { differencesOf } from '../../../local/replay/differences.ts';

const document = { status: 'completed', turns: [{ role: 'patient', words: [[0, 4]] }] };

test.each<[what: string, before: unknown, after: unknown, lines: string[]]>([
  ['the same', document, structuredClone(document), []],
  ['a value', document, { ...document, status: 'partial' }, ['status: "completed" → "partial"']],
  [
    'a value inside',
    document,
    { ...document, turns: [{ role: 'other', words: [[0, 5]] }] },
    ['turns.0.role: "patient" → "other"', 'turns.0.words.0.1: 4 → 5'],
  ],
  ['one more', { flags: [] }, { flags: ['crosstalk'] }, ['flags.0: nothing → "crosstalk"']],
  ['another kind', { results: [1] }, { results: { 0: 1 } }, ['results: [1] → {"0":1}']],
  ['a long value', { text: 'a'.repeat(80) }, { text: '' }, [`text: "${'a'.repeat(58)}… → ""`]],
  ['a document that was not there', undefined, document, ['the first run did not write the document']],
])('%s', (_, before, after, lines) => expect(differencesOf(before, after)).toEqual(lines));

test('more differences than anybody reads are counted', () => {
  const words = Array.from({ length: 1_100 }, (_, n) => n);
  const lines = differencesOf(
    words,
    words.map((n) => n + 1),
  );
  expect(lines).toHaveLength(41);
  expect(lines.at(-1)).toBe('and 1,060 more');
});
