import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterSentence, saidUpTo, sentenceAt } from '../../../pipeline/transcript/sentences.ts';
import type { Transcript } from '../../../pipeline/transcript/transcript.ts';
import type { Line } from '../jobResults.ts';
import { transcriptOf } from '../transcriptOf.ts';

/** A dialogue in which one place is marked with `^`: the transcript, and the marked turn and offset. */
function marked(...lines: readonly Line[]) {
  const transcript = transcriptOf(lines.map(([speaker, text]): Line => [speaker, text.replace('^', '')]));
  const index = lines.findIndex(([, text]) => text.includes('^'));
  const turn = transcript.turns[index];
  if (!turn) throw new Error('nothing is marked');
  return { transcript, turn, offset: turn.begin + Array.from((lines[index]?.[1] ?? '').split('^')[0] ?? '').length };
}

const slice = ({ text }: Transcript, begin: number, end: number) => Array.from(text).slice(begin, end).join('');

describe('the sentence at', () => {
  test.each([
    ['its first letter', 'It hurts. ^Since Monday? Yes.', 'Since Monday?'],
    ['the middle of it', 'It hurts. Since Mon^day? Yes.', 'Since Monday?'],
    ['its own mark', 'It hurts^. Since Monday.', 'It hurts.'],
    ['the blank after it, which belongs to the next', 'It hurts.^ Since Monday.', 'Since Monday.'],
    ['the last of three marks', 'Well..^. maybe. No.', 'Well...'],
    ['a number with a point', 'I had ^37.5 at noon. It fell.', 'I had 37.5 at noon.'],
    ['an end without a mark', 'Yes. ^no idea', 'no idea'],
    ['the only word', '^Yes', 'Yes'],
    ['code points, not units', '🩺 hurts. ^Then 🙂 more. Yes.', 'Then 🙂 more.'],
  ])('%s', (_, text, sentence) => {
    const { transcript, turn, offset } = marked([0, 'Hello 🩺.'], [1, text]);
    const found = sentenceAt(turn, offset);
    expect(found.text).toBe(sentence);
    expect(slice(transcript, found.begin, found.end)).toBe(sentence);
  });

  const unpunctuated = (words: number) => Array.from({ length: words }, (_, n) => `word${n}`).join(' ');

  test('a place in speech without marks is 300 characters to either side at most, in whole words', () => {
    const { turn, offset } = marked([1, `${unpunctuated(150)} ^here ${unpunctuated(150)}`]);
    const { begin, end, text } = sentenceAt(turn, offset);
    expect([offset - begin, end - offset].map((far) => far > 280 && far <= 300)).toEqual([true, true]);
    expect(turn.text).toContain(` ${text} `);
  });

  test('a place in an endless word is not nothing', () => {
    const { turn, offset } = marked([1, `${'a'.repeat(500)}^${'b'.repeat(500)}`]);
    expect(sentenceAt(turn, offset).text).toBe('b');
  });

  test('any letter holds it, and lies in its turn', () => {
    const words = fc.array(fc.constantFrom('a', 'pain.', 'no?', '37.5', '🩺', 'e\u0301', 'word'.repeat(40)), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(words, fc.nat(), (said, at) => {
        const transcript = transcriptOf([
          [0, 'Hello.'],
          [1, said.join(' ')],
        ]);
        const turn = transcript.turns[1];
        const word = turn?.words[at % turn.words.length];
        if (!turn || !word) throw new Error('no turn');
        const { begin, end, text } = sentenceAt(turn, word[0]);
        expect(begin >= turn.begin && begin <= word[0] && end > word[0] && end <= turn.end).toBe(true);
        expect(text).toBe(slice(transcript, begin, end));
      }),
    );
  });
});

describe('after a sentence', () => {
  test.each([
    ['comes the rest of the turn', '^It 🩺 hurts. Since Monday. Yes.', 'Since Monday. Yes.'],
    ['comes nothing at the end of the turn', 'It hurts. ^Since Monday.', ''],
  ])('%s', (_, text, after) => {
    const { turn, offset } = marked([0, 'Hello 🩺.'], [1, text], [0, 'I see.']);
    expect(afterSentence(turn, sentenceAt(turn, offset))).toBe(after);
  });

  test('come 600 characters and no more', () => {
    const { turn, offset } = marked([1, `^Yes. ${'word '.repeat(300).trim()}`]);
    expect(afterSentence(turn, sentenceAt(turn, offset))).toBe('word '.repeat(120).trim());
  });
});

describe('what was said up to a place', () => {
  test.each<[string, Line[], string]>([
    ['stands in its turn before it', [[1, 'It hurts. Since ^Monday.']], 'It hurts. Since '],
    ['is nothing at the beginning', [[1, '^It hurts.']], ''],
    [
      'goes on over a back-channel',
      [
        [1, 'I fear it is'],
        [0, 'Mm.'],
        [1, '^cancer.'],
      ],
      'I fear it is ',
    ],
    [
      'goes on over one of two words',
      [
        [1, 'I fear it is'],
        [0, 'Right, okay.'],
        [1, '^cancer.'],
      ],
      'I fear it is ',
    ],
    [
      'begins after one of three',
      [
        [1, 'I fear it is'],
        [0, 'What is it?'],
        [1, 'A ^cancer.'],
      ],
      'A ',
    ],
    [
      'goes on over several',
      [
        [1, 'I fear'],
        [0, 'Mm.'],
        [1, 'it is'],
        [0, 'Yes.'],
        [1, 'a ^cancer.'],
      ],
      'I fear it is a ',
    ],
    [
      'is none of the other speaker',
      [
        [0, 'Any pain?'],
        [1, '^No.'],
      ],
      '',
    ],
  ])('%s', (_, lines, said) => {
    const { transcript, turn, offset } = marked(...lines);
    expect(saidUpTo(transcript, turn, offset)).toBe(said);
  });

  test('is 600 characters of one turn and no more', () => {
    const { transcript, turn, offset } = marked([1, `${'word '.repeat(300)}^here`]);
    expect(saidUpTo(transcript, turn, offset)).toBe('word '.repeat(120));
  });

  test('looks no further back than it takes to have them', () => {
    const lines = Array.from(
      { length: 40 },
      (_, n): Line => (n % 2 === 0 ? [1, `${n} ${'word '.repeat(40).trim()}`] : [0, 'Mm.']),
    );
    const { transcript, turn, offset } = marked(...lines, [1, '^here']);
    const turns = saidUpTo(transcript, turn, offset).match(/\d+/g);
    expect(turns).toEqual(['34', '36', '38']);
  });
});
