/**
 * A template tag that makes a pattern of a list of phrases. A phrase is itself a pattern; a line break or `|` separates
 * two phrases. Spaces at the ends of a line do not count.
 */
type Phrases<Made> = (lines: TemplateStringsArray, ...lists: string[]) => Made;

/** The phrases as the source of a pattern, to be a part of another one. */
export const listOf: Phrases<string> = (lines, ...lists) =>
  String.raw(lines, ...lists)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('|');

/** Any of the phrases as whole words, anywhere, in any letter case. */
export const anyOf: Phrases<RegExp> = (...list) => new RegExp(`\\b(?:${listOf(...list)})\\b`, 'i');

/** Any of the phrases as whole words, at the beginning, in any letter case. */
export const opening: Phrases<RegExp> = (...list) => new RegExp(`^(?:${listOf(...list)})\\b`, 'i');
