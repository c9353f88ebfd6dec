/**
 * Patterns out of lists of phrases, in any case. A phrase is a pattern itself; phrases stand on lines of their own or
 * have `|` between them. Spaces at the ends of a line do not count.
 */
type Phrases<Made> = (lines: TemplateStringsArray, ...lists: string[]) => Made;

/** The phrases as a part of another pattern. */
export const listOf: Phrases<string> = (lines, ...lists) =>
  String.raw(lines, ...lists)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('|');

/** Any of the phrases as whole words, anywhere. */
export const anyOf: Phrases<RegExp> = (...list) => new RegExp(`\\b(?:${listOf(...list)})\\b`, 'i');

/** Any of the phrases as whole words, at the beginning. */
export const opening: Phrases<RegExp> = (...list) => new RegExp(`^(?:${listOf(...list)})\\b`, 'i');
