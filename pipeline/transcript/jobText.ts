import { shapeUnknown, type Token, type Word } from './jobItems.ts';

/** How the text of the items stands to the service's own text. */
export type Likeness = 'same' | 'marks-differ';

/** Blanks around the words of these scripts say nothing, and neither do those around an opening mark. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * No word may get lost: the items of a single stream must read like the service's own text. Marks and blanks may differ,
 * for they are the service's guess anyway, and so may capitals, which follow from marks. Words without a text may stand
 * for any words in that place.
 * @throws PipelineError TranscriptShapeUnknown where words differ
 */
export function compareTexts(tokens: readonly Token[], text: string, transcript: string | undefined): Likeness {
  if (transcript === undefined || text === transcript) return 'same';
  if (evenly(text) === evenly(transcript)) return 'same';
  if (withoutBlanks(text) === withoutBlanks(transcript)) return unspaced.test(transcript) ? 'same' : 'marks-differ';
  if (lettersOf(text).letters === lettersOf(transcript).letters) return 'marks-differ';
  if (tokens.some(isUnread) && place(toStretches(tokens), toPage(transcript))) return 'same';
  throw shapeUnknown(`the items (${text.length}) are not the transcript (${transcript.length})`);
}

const evenly = (text: string) =>
  text
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s*([¿¡])\s*/g, '$1');
export const withoutBlanks = (text: string) => text.replaceAll(/\s/g, '');

/** Whether the result has the word's times, and no text for it. */
export const isUnread = ({ kind, text }: Token): boolean => kind === 'word' && text === '';

/**
 * Gives words without a text the one that stands in their place in the service's own text, if there is only one such
 * place and as many words in it.
 *
 *     items        My   ?   hurts   and   my   ?   ?   .
 *     transcript   My knee hurts and my left foot.
 */
export function fillTexts(tokens: readonly Token[], transcript: string | undefined): void {
  if (transcript === undefined || !tokens.some(isUnread)) return;
  const page = toPage(transcript);
  const stretches = toStretches(tokens);
  const [first, last] = [place(stretches, page), placeLast(stretches, page)];
  if (!first || !last) return;
  for (const [index, { unread }] of stretches.entries()) {
    if (unread.length === 0) continue;
    const [from, to] = [endAt(first, stretches, index), first[index + 1]];
    const isPlain = from === endAt(last, stretches, index) && to === last[index + 1];
    if (isPlain && to !== undefined) fill(unread, textBetween(page, from, to));
  }
}

function fill(unread: readonly Word[], text: string): void {
  const words = unread.length === 1 ? [text] : text.split(/\s+/).map(withoutMarks);
  if (words.length !== unread.length || words.includes('')) return;
  for (const [index, word] of unread.entries()) word.text = words[index] ?? '';
}

/** Words with a text, and those without one that follow them. */
interface Stretch {
  letters: string;
  unread: Word[];
}

function toStretches(tokens: readonly Token[]): Stretch[] {
  const stretches: (Stretch & { said: string })[] = [{ letters: '', said: '', unread: [] }];
  for (const token of tokens) {
    let last = stretches.at(-1);
    if (!last) break;
    if (token.kind === 'word' && isUnread(token)) {
      last.unread.push(token);
      continue;
    }
    // Marks between two words without a text part nothing.
    if (last.unread.length > 0 && token.kind === 'word') {
      last = { letters: '', said: '', unread: [] };
      stretches.push(last);
    }
    if (last.unread.length === 0) last.said += token.kind === 'word' ? ` ${token.text}` : token.text;
  }
  if (stretches.at(-1)?.unread.length !== 0) stretches.push({ letters: '', said: '', unread: [] });
  for (const stretch of stretches) stretch.letters = lettersOf(stretch.said).letters;
  return stretches;
}

/** The service's own text, and its letters. */
interface Page extends Letters {
  text: string;
  /** Whether words are parted by blanks: then a word begins and ends at one, or at a mark. */
  spaced: boolean;
}

function toPage(transcript: string): Page {
  const text = transcript.normalize('NFC');
  return { text, spaced: !unspaced.test(text), ...lettersOf(text) };
}

/** Where each stretch begins, each as early as it can; undefined when they do not all occur in their order. */
function place(stretches: readonly Stretch[], page: Page): number[] | undefined {
  const begins: number[] = [];
  let from = 0;
  for (const [index, { letters }] of stretches.entries()) {
    let at = index === stretches.length - 1 ? page.letters.length - letters.length : from;
    while (at >= from && !stands(letters, page, at)) {
      if (index === 0 || index === stretches.length - 1) return undefined;
      at = page.letters.indexOf(letters, at + 1);
    }
    if (at < from) return undefined;
    begins.push(at);
    from = at + letters.length;
  }
  return begins;
}

/** Where each stretch begins, each as late as it can. */
function placeLast(stretches: readonly Stretch[], page: Page): number[] | undefined {
  const begins: number[] = [];
  let until = page.letters.length;
  for (const [index, { letters }] of [...stretches.entries()].toReversed()) {
    let at = index === 0 ? 0 : until - letters.length;
    while (at >= 0 && !stands(letters, page, at)) {
      if (at === 0 || index === 0) return undefined;
      at = page.letters.lastIndexOf(letters, at - 1);
    }
    if (at < 0 || at + letters.length > until) return undefined;
    begins.unshift(at);
    until = at;
  }
  return begins;
}

function stands(letters: string, page: Page, at: number): boolean {
  if (!page.letters.startsWith(letters, at)) return false;
  return !page.spaced || (isBorder(page, at) && isBorder(page, at + letters.length));
}

/** Whether something stands between the letter at `index` and the one before it. */
function isBorder({ at, letters }: Page, index: number): boolean {
  return index === 0 || index === letters.length || (at[index] ?? 0) - (at[index - 1] ?? 0) > 1;
}

const endAt = (begins: readonly number[], stretches: readonly Stretch[], index: number) =>
  (begins[index] ?? 0) + (stretches[index]?.letters.length ?? 0);

const textBetween = ({ text, at }: Page, from: number, to: number) =>
  from < to ? text.slice(at[from], (at[to - 1] ?? 0) + 1) : '';

interface Letters {
  /** Letters, figures and signs in lower case. */
  letters: string;
  /** Where each of them stands in the text. */
  at: number[];
}

const marks = '.,;:?!…¿¡"\'‘’“”„«»‹›()[]{}–—-、。！？，；：،؛؟।॥·';
const someMarks = `[${marks.replaceAll(/[\]\-[]/g, String.raw`\$&`)}]+`;
const outerMarks = new RegExp(`^${someMarks}|${someMarks}$`, 'gu');
const withoutMarks = (word: string) => word.replaceAll(outerMarks, '');

/** A text without its blanks and marks. A mark that belongs to a number stays: 37.5 is not 375, and -2 is not 2. */
function lettersOf(written: string): Letters {
  const text = written.normalize('NFC');
  const found: Letters = { letters: '', at: [] };
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charAt(index);
    if (/\s/.test(letter) || (marks.includes(letter) && !isOfNumber(text, index))) continue;
    found.letters += letter.toLowerCase().charAt(0);
    found.at.push(index);
  }
  return found;
}

function isOfNumber(text: string, index: number): boolean {
  if (!/\d/.test(text.charAt(index + 1))) return false;
  const before = text.charAt(index - 1);
  return text.charAt(index) === '-'
    ? /^\s?$/.test(before)
    : '.,:'.includes(text.charAt(index)) && /^[\d\s]?$/.test(before);
}
