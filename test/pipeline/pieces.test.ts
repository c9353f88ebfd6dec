import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText } from '../../pipeline/pieces.ts';

const bytes = (text: string) => new TextEncoder().encode(text).length;
const read = (text: string, piece: { begin: number; end: number }) =>
  Array.from(text).slice(piece.begin, piece.end).join('');

const spoken = fc
  .array(fc.constantFrom('pain', 'no', '🩺', 'e\u0301te', 'naïve', '37.5', '𝒜b', '?', '.', ' ', ' ', '\n', '\r\n'), {
    maxLength: 200,
  })
  .map((parts) => parts.join(''));

test('the pieces joined are the text, each within its bytes', () => {
  fc.assert(
    fc.property(spoken, fc.integer({ min: 8, max: 120 }), (text, limit) => {
      const pieces = cutText(text, limit);
      expect(pieces.map((piece) => read(text, piece)).join('')).toBe(text);
      for (const piece of pieces) expect(bytes(read(text, piece))).toBeLessThanOrEqual(limit);
      for (const piece of pieces) expect(piece.end).toBeGreaterThan(piece.begin);
    }),
  );
});

test.each([
  ['a turn before a sentence', 'aaaa aaaa.\nbbbb. bbbb cc', 20, ['aaaa aaaa.\n', 'bbbb. bbbb cc']],
  ['a sentence before a word', 'aaaa aaaa. bbb bbb bbb', 18, ['aaaa aaaa. ', 'bbb bbb bbb']],
  ['a word when there is no sentence', 'aaaa bbbb cccc dddd', 12, ['aaaa bbbb ', 'cccc dddd']],
  ['anywhere in an endless word', 'a'.repeat(25), 10, ['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)]],
  ['never inside a code point', '🩺🩺🩺', 5, ['🩺', '🩺', '🩺']],
  ['not at all when it fits', 'no fever', 8, ['no fever']],
  ['nothing of nothing', '', 10, []],
])('cuts at %s', (_, text, limit, expected) => {
  expect(cutText(text, limit).map((piece) => read(text, piece))).toEqual(expected);
});

test('the text after the last full stop is kept', () => {
  const text = `${'She is well. '.repeat(2000)}She is allergic to penicillin`;
  const pieces = cutText(text, 10_000);
  expect(read(text, pieces.at(-1) ?? { begin: 0, end: 0 })).toMatch(/allergic to penicillin$/);
});
