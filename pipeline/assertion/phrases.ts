/**
 * Patterns out of lists of phrases, in any case. A phrase is a pattern itself; phrases stand on lines of their own or
 * have `|` between them. Spaces at the ends of a line do not count.
 */
type Phrases = (lines: TemplateStringsArray, ...lists: string[]) => RegExp;

/** Any of the phrases as whole words, anywhere. */
export const anyOf: Phrases = (...list) => new RegExp(`\\b(?:${join(...list)})\\b`, 'i');

/** Any of the phrases as whole words, at the beginning. */
export const opening: Phrases = (...list) => new RegExp(`^(?:${join(...list)})\\b`, 'i');

function join(lines: TemplateStringsArray, ...lists: string[]): string {
  return String.raw(lines, ...lists)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('|');
}
