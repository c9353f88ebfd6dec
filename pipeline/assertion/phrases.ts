/**
 * Patterns out of lists of phrases, in any case. A phrase is a pattern itself; phrases stand on lines of their own or
 * have `|` between them. Spaces at the ends of a line do not count.
 */
const listed = ({ raw }: TemplateStringsArray): string =>
  raw
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('|');

/** Any of the phrases as whole words, anywhere. */
export const anyOf = (phrases: TemplateStringsArray): RegExp => new RegExp(`\\b(?:${listed(phrases)})\\b`, 'i');

/** Any of the phrases as whole words, at the beginning. */
export const opening = (phrases: TemplateStringsArray): RegExp => new RegExp(`^(?:${listed(phrases)})\\b`, 'i');
