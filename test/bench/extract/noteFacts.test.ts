import { expect, test } from 'vitest';
import { readNoteFacts } from '../../../bench/extract/noteFacts.ts';

const facts = readNoteFacts(
  '# a comment\nc1\tabsent\tfever\tR50 R68.83\nc1\tmedicine\tacetaminophen\tparacetamol|tylenol\n',
);
const [fever, medicine] = facts.get('c1') ?? [];

test.each([
  ['R50.9', '', true],
  ['R68.83', 'fever', true],
  ['R68.89', 'fever', false],
  ['', 'fever', false],
])('a condition is met by its code alone: %s %s', (code, words, met) => {
  expect(fever?.matches({ code, words })).toBe(met);
});

test.each([
  ['Paracetamol acetaminophen', true],
  ['tylenol', true],
  ['paracetamols', false],
])('a medicine is met by whole words: %s', (words, met) => {
  expect(medicine?.matches({ code: '', words })).toBe(met);
});

test.each(['c1\tdenied\tfever\tR50', 'c1\tabsent\tfever', 'c1\tabsent\tfever\t'])(
  'a line that is not what the header says is refused: %s',
  (line) => {
    expect(() => readNoteFacts(line)).toThrow('not a fact of a note');
  },
);

test('the facts of the notes are of twelve consultations, each with what is denied and what is taken', () => {
  const notes = readNoteFacts();
  expect(notes.size).toBe(12);
  for (const [id, own] of notes) {
    const statuses = new Set(own.map(({ status }) => status));
    expect([id, own.length > 8, statuses.has('absent'), statuses.has('medicine')]).toEqual([id, true, true, true]);
  }
});
