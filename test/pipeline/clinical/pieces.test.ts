import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText } from '../../../pipeline/clinical/pieces.ts';

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
  ['a turn before a sentence', 'aaaa aaaa.\nbbbb. bbbb cc', 13, ['aaaa aaaa.\n', 'bbbb. bbbb cc']],
  ['a sentence before a word', 'aaaa aaaa. bbb bbb bbb', 13, ['aaaa aaaa. ', 'bbb bbb bbb']],
  ['a word when there is no sentence', 'aaaa bbbb cccc dddd', 12, ['aaaa bbbb ', 'cccc dddd']],
  ['anywhere in an endless word', 'a'.repeat(25), 10, ['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)]],
  ['never inside a code point', '🩺🩺🩺', 5, ['🩺', '🩺', '🩺']],
  ['never between a letter and its accent', 'e\u0301'.repeat(4), 4, ['e\u0301', 'e\u0301', 'e\u0301', 'e\u0301']],
  ['never inside a joined emoji', '👩\u200d⚕️👩\u200d⚕️', 20, ['👩\u200d⚕️', '👩\u200d⚕️']],
  ['never inside a line break', `${'a'.repeat(9)}\r\nb`, 10, ['a'.repeat(9), '\r\nb']],
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

/** Talk as long as four hours of it, in turns of a few words to a few sentences. */
const talk = fc
  .array(fc.integer({ min: 1, max: 60 }), { minLength: 50, maxLength: 4000 })
  .map((turns) => turns.map((words) => `${'word '.repeat(words).trim()}.`).join('\n'));

test('pieces of talk cost at most one in a hundred units more than the text as a whole would', () => {
  fc.assert(
    fc.property(talk, fc.constantFrom(5_000, 10_000, 20_000), (text, limit) => {
      const units = cutText(text, limit).reduce((sum, { begin, end }) => sum + Math.ceil((end - begin) / 100), 0);
      expect(units).toBeLessThanOrEqual(Math.ceil(1.01 * Math.ceil(text.length / 100)));
    }),
    { numRuns: 50 },
  );
});

test('a text of many bytes a character stays within the bytes', () => {
  for (const { begin, end } of cutText('🩺 '.repeat(20_000), 10_000)) expect(end - begin).toBeLessThanOrEqual(4_000);
});
