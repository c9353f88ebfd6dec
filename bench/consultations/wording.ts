import { toFigures } from '../../pipeline/clinical/figures.ts';

/** A word with the apostrophes in it; hyphens part words. */
const word = /[\p{L}\p{N}_']+/gu;

/** The words of a text in small letters. */
export function words(text: string): string[] {
  return placedWords(text).map((each) => each.word);
}

/** The same with the UTF-16 index at which each ends. */
export function placedWords(text: string): { word: string; end: number }[] {
  return Array.from(text.matchAll(word), ({ 0: said, index }) => ({
    word: said.toLowerCase(),
    end: index + said.length,
  }));
}

const weak = new Set(
  `a an the of in on my your his her and or with to at some any bit little very really are is it for um uh i me you have
  had has been`.split(/\s+/),
);

/** What the words of a wording come down to: stems, without the words that say nothing of which thing is meant. */
export function contentOf(wording: string): string[] {
  return words(wording)
    .map(stem)
    .filter((each) => !weak.has(each));
}

/** British spellings become American ones, plurals singular: enough to compare how one thing is called, no more. */
function stem(spoken: string): string {
  const plain = spoken
    .replaceAll("'s", '')
    .replaceAll("'", '')
    .replaceAll('aem', 'em')
    .replaceAll('oea', 'ea')
    .replaceAll('oed', 'ed');
  const ending = ['ies', 'es', 's'].find((each) => plain.endsWith(each) && plain.length - each.length >= 3);
  if (ending === undefined) return plain;
  return plain.slice(0, -ending.length) + (ending === 'ies' ? 'y' : '');
}

/** Whether two wordings name the same thing: one stands in the other, word for word. */
export function overlap(a: string, b: string): boolean {
  const [own, other] = [contentOf(a), contentOf(b)];
  return contains(own, other) || contains(other, own);
}

export function sameWords(a: string, b: string): boolean {
  return contentOf(a).join(' ') === contentOf(b).join(' ');
}

function contains(whole: readonly string[], part: readonly string[]): boolean {
  return part.length > 0 && ` ${whole.join(' ')} `.includes(` ${part.join(' ')} `);
}

const numerals = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

/**
 * The numbers that a text names. The gold has them as they were said or in figures, and sometimes both: "sixteen (16)".
 * Where there are no figures, the product's own reading of the words is taken; words that it leaves count up to twelve.
 */
export function figuresIn(text: string): Set<number> {
  const figures = /\d/.test(text) ? text : toFigures(text);
  const written = Array.from(figures.matchAll(/\d+(?:\.\d+)?/g), ([figure]) => Number(figure));
  const spoken = words(figures).flatMap((each) => (numerals.includes(each) ? [numerals.indexOf(each)] : []));
  return new Set([...written, ...spoken]);
}
