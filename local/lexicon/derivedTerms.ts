import type { CodeTable } from '../../pipeline/icd10cm.ts';
import { isEveryday } from './everyday.ts';
import type { Concept } from './tables.ts';
import { readDocument } from './tokens.ts';
import type { Trie } from './trie.ts';

/** External causes, injuries by encounter, factors that are no disease: their titles are sentences, not terms. */
const chapters = /^[A-NQR]/;
const residual =
  /\b(?:other|others|unspecified|specified|classified|elsewhere|without|due|associated|type|site|nos|not|use)\b/;

/**
 * Terms that the official table adds to the lexicon: the titles of billable codes that are short enough to be said,
 * "X, unspecified" as X, "X, acute" as "acute X". A title that the lexicon reads already, wholly or in its last words,
 * is left to the lexicon; so is one everyday word.
 */
export function* derivedTerms(
  codeTable: CodeTable,
  known: Trie<unknown>,
): Iterable<{ name: string; concept: Concept }> {
  for (const { code, billable, description } of codeTable.entries()) {
    if (!billable || !chapters.test(code) || description.length > 48) continue;
    const name = toTerm(description);
    if (name === undefined || isKnown(name, known)) continue;
    yield { name, concept: { code, description } };
  }
}

function toTerm(description: string): string | undefined {
  const title = description.toLowerCase().replace(/, (?:unspecified|not otherwise specified)$/, '');
  const inverted = /^([^,]+), ([^, ]+)$/.exec(title);
  const term = inverted ? `${inverted[2]} ${inverted[1]}` : title;
  const words = term.split(' ');
  const sayable = words.length <= 4 && /^[\p{L} '-]+$/u.test(term) && !residual.test(term);
  const single = words.length === 1 && (term.length < 5 || isEveryday(term));
  return sayable && !single ? term : undefined;
}

function isKnown(name: string, known: Trie<unknown>): boolean {
  const { tokens } = readDocument(name);
  return known.longest(tokens, 0)?.end === tokens.length;
}
