import { describe, expect, test } from 'vitest';
import type { Token } from '../../../pipeline/transcript/jobItems.ts';
import { compareTexts, fillTexts, isUnread } from '../../../pipeline/transcript/jobText.ts';
import { cpuMs } from '../../cpuTime.ts';

/** `?` is a word without a text, a single mark is a mark, everything else is a word. */
const tokensOf = (written: string): Token[] =>
  written.split(' ').map((text) => {
    if (/^[.,!…。]$/.test(text)) return { kind: 'punctuation', text };
    return { kind: 'word', text: text === '?' ? '' : text, startMs: 0, endMs: 0, confidence: null };
  });

const filled = (items: string, transcript: string | undefined) => {
  const tokens = tokensOf(items);
  fillTexts(tokens, transcript);
  return tokens.map((token) => (isUnread(token) ? '?' : token.text)).join(' ');
};

describe('a word without a text', () => {
  test.each([
    ['takes the one in its place', 'My ? hurts .', 'My knee hurts.', 'My knee hurts .'],
    ['at the beginning', '? knee hurts', 'My knee hurts', 'My knee hurts'],
    ['at the end', 'My knee ? .', 'My knee hurts.', 'My knee hurts .'],
    ['at the end of a text without marks', 'My knee ?', 'My knee hurts', 'My knee hurts'],
    ['alone', '?', 'Hello.', 'Hello'],
    ['without the marks around it', 'Well , ? , yes .', 'Well, (no), yes.', 'Well , no , yes .'],
    ['with the marks in it', 'He weighs ? kilos', 'He weighs 37.5 kilos', 'He weighs 37.5 kilos'],
    ['whatever the capitals and blanks', 'my ? hurts', 'My  knee\nhurts', 'my knee hurts'],
    ['two in a row', 'My ? ? hurts', 'My left knee hurts', 'My left knee hurts'],
    ['two with a mark between', 'My ? , ? hurts', 'My knee, sometimes, hurts', 'My knee , sometimes hurts'],
    ['two far apart', 'My ? hurts and my ? too', 'My knee hurts and my foot too', 'My knee hurts and my foot too'],
    ['which holds the word behind it', 'I take ? in tea', 'I take aspirin in tea', 'I take aspirin in tea'],
    ['between the same words', 'no ? no ? no', 'no pain no fever no', 'no pain no fever no'],
    ['beyond the first plane', 'My ? hurts', 'My 🦵 hurts', 'My 🦵 hurts'],
    ['in a language without blanks', '咳 ? 出ます 。', '咳が出ます。', '咳 が 出ます 。'],
    ['written with combining accents', 'e\u0301te\u0301 ? fini', 'été est fini', 'e\u0301te\u0301 est fini'],
  ])('%s', (_, items, transcript, result) => {
    expect(filled(items, transcript)).toBe(result);
  });

  test.each([
    ['there is no transcript', 'My ? hurts', undefined],
    ['there is nothing in its place', 'My ? knee', 'My knee'],
    ['two words stand in the place of three', 'My ? ? ? hurts', 'My left knee hurts'],
    ['it may stand in two places', 'no ? no ? no', 'no no no no no'],
    ['other words differ', 'My ? hurts', 'Her knee hurts'],
    ['the end differs', 'My ? hurts', 'My knee aches'],
    ['only marks stand in its place', 'My ? knee', 'My ... knee'],
  ])('stays without one where %s', (_, items, transcript) => {
    expect(filled(items, transcript)).toBe(items);
  });

  test('is looked for in four hours of talk without going over them again and again', () => {
    const words = Array.from({ length: 36_000 }, (_, n) => `word${n % 700}`);
    const items = words.map((word, n) => (n % 9 === 4 ? '?' : word)).join(' ');
    expect(cpuMs(() => expect(filled(items, words.join(' '))).toBe(words.join(' ')), 1)).toBeLessThan(5_000);
  });
});

describe('the text of the items and the service’s own', () => {
  const compare = (items: string, transcript: string | undefined) => {
    const tokens = tokensOf(items);
    const text = tokens.map(({ kind, text }) => (kind === 'word' && text !== '' ? ` ${text}` : text)).join('');
    return compareTexts(tokens, text.trim(), transcript);
  };

  test.each([
    ['are equal', 'My knee hurts .', 'My knee hurts.', 'same'],
    ['are equal but for the number of blanks', 'My knee hurts .', ' My  knee hurts. ', 'same'],
    ['have no other to compare with', 'My knee', undefined, 'same'],
    ['are written without blanks', '咳 が 出ます 。 はい', '咳が出ます。はい', 'same'],
    ['have their blank before an opening mark', 'Hola . ¿Qué', 'Hola.¿ Qué', 'same'],
    ['lack a word without a text', 'My ? hurts .', 'My hurts.', 'same'],
    ['have other words in the place of one', 'My ? hurts .', 'My left, left knee hurts.', 'same'],
    ['have a blank before the mark', 'My knee hurts .', 'My knee hurts .', 'marks-differ'],
    ['have their marks first', '. My knee hurts', 'My knee hurts.', 'marks-differ'],
    ['have other marks', 'My knee , it hurts !', 'My knee. It hurts', 'marks-differ'],
    ['have no marks', 'My knee hurts', '"My knee"; (hurts)…', 'marks-differ'],
    ['part a word by a hyphen', 'a follow up', 'a follow-up', 'marks-differ'],
    ['have another apostrophe', "I don't", 'I don’t', 'marks-differ'],
    ['have no blank behind a full stop', 'knee . It', 'knee.It', 'marks-differ'],
  ])('%s: %j, %j', (_, items, transcript, likeness) => {
    expect(compare(items, transcript)).toBe(likeness);
  });

  test.each([
    ['a word less', 'My knee', 'My knee hurts'],
    ['a word more', 'My left knee', 'My knee'],
    ['another word', 'No fever', 'Low fever'],
    ['another order', 'knee my', 'my knee'],
    ['another number', 'take 37.5', 'take 375'],
    ['another size', 'take .5', 'take 5'],
    ['another sign', 'it is -2', 'it is 2'],
    ['a percentage', 'it is 5%', 'it is 5'],
    ['another accent', 'sábana', 'sabana'],
    ['another word beside one without a text', 'My ? aches', 'My knee hurts'],
  ])('with %s are refused, without repeating either', (_, items, transcript) => {
    expect(() => compare(items, transcript)).toThrow(
      expect.objectContaining({
        name: 'TranscriptShapeUnknown',
        message: expect.stringMatching(/^the items \(\d+\) are not the transcript \(\d+\)$/),
      }),
    );
  });
});
