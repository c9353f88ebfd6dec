import type { Code, CodeTable } from '../../pipeline/clinical/icd10cm.ts';
import { anyOf } from '../../pipeline/phrases.ts';
import { isEveryday } from './everyday.ts';
import type { Concept } from './tables.ts';
import { readDocument } from './tokens.ts';
import type { Trie } from './trie.ts';

/**
 * Leaves out external causes, injuries by encounter and factors that are not diseases: their titles are sentences, not
 * terms.
 */
const chapters = /^[A-NQR]/;
const residual = anyOf`
  other|others|unspecified|specified|classified|elsewhere|without|with|due|associated
  type|part|site|side|nos|not|use|following
`;
const vague = /, (?:unspecified|not otherwise specified|(?:part|site|location) unspecified)$/u;
/** Removed only from a name of two words or more: "fistula, unspecified joint" is not just a fistula. */
const vagueSite = /^(\S+ .+), unspecified [\p{L} ]+$/u;
/** Titles of an organ's tumours, with the terms that clinicians use for them. */
const tumours: readonly (readonly [title: RegExp, terms: readonly ((organ: string) => string)[]])[] = [
  [
    /^malignant neoplasm of ([\p{L} ]+)$/u,
    [(organ) => `${organ} cancer`, (organ) => `cancer of ${organ}`, (organ) => `carcinoma of ${organ}`],
  ],
  [
    /^secondary malignant neoplasm of ([\p{L} ]+)$/u,
    [(organ) => `${organ} metastases`, (organ) => `metastases in ${organ}`, (organ) => `metastases to ${organ}`],
  ],
  [/^benign neoplasm of ([\p{L} ]+)$/u, [(organ) => `benign ${organ} tumor`, (organ) => `benign tumor of ${organ}`]],
];

/**
 * Terms that the official table adds to the lexicon: the titles of codes that are short enough to be said, "X,
 * unspecified" as X, "X, acute" as "acute X", "X of Y" as "Y X", "malignant neoplasm of X" as "X cancer". The title of
 * a header stands for the least specified code below it. A title that the lexicon already knows as a whole is left to
 * the lexicon, and a title that is one everyday word is left out.
 */
export function* derivedTerms(
  codeTable: CodeTable,
  known: Trie<unknown>,
): Iterable<{ name: string; concept: Concept }> {
  for (const { title, code } of titledCodes(codeTable)) {
    for (const name of toTerms(title)) {
      if (isSayable(name) && !isKnown(name, known))
        yield { name, concept: { code: code.code, description: code.description } };
    }
  }
}

/** Billable codes by their own title, then by the title of a header above them that says as much as they do. */
function* titledCodes(codeTable: CodeTable): Iterable<{ title: string; code: Code }> {
  const headers = new Map<string, Header>();
  for (const code of codeTable.entries()) {
    if (!chapters.test(code.code)) continue;
    if (code.billable) {
      yield { title: code.description, code };
      headersOf(code, headers).forEach((header) => offer(header, code));
    } else headers.set(code.code, { title: code.description, best: undefined });
  }
  for (const { title, best } of headers.values()) if (best) yield { title, code: best };
}

interface Header {
  title: string;
  /** The vaguest code below it, the first among equals; a code that leaves nothing open does not count. */
  best: Code | undefined;
}

/** The headers above a code: `R07.8` and `R07` for `R07.89`. */
function headersOf({ code }: Code, headers: ReadonlyMap<string, Header>): Header[] {
  const above = Array.from({ length: Math.max(0, code.length - 3) }, (_, cut) => code.slice(0, code.length - 1 - cut));
  return above.flatMap((name) => headers.get(name) ?? []);
}

function offer(header: Header, code: Code): void {
  if (vagueness(code) > (header.best ? vagueness(header.best) : 0)) header.best = code;
}

/** How much a title leaves open. */
function vagueness({ description }: Code): number {
  return description.match(/\bunspecified\b/gi)?.length ?? 0;
}

function toTerms(description: string): string[] {
  let title = description.toLowerCase().replace(/^unspecified /, '');
  while (vague.test(title) || vagueSite.test(title)) title = title.replace(vague, '').replace(vagueSite, '$1');
  const [, eponym] = / \[([\p{L}'-]+ [\p{L}' -]+)\]$/u.exec(title) ?? [];
  title = title.replace(/ (?:\[[^\]]*\]|\([^)]*\))/g, '');
  const [, last, first] = /^([^,]+), ([^, ]+)$/.exec(title) ?? [];
  const term = last === undefined ? title : `${first} ${last}`;
  const pair = /^(\p{L}{5,}) and (\p{L}{5,})$/u.exec(term)?.slice(1) ?? [];
  const [, what, where] = /^(\p{L}+) of (?:the )?(\p{L}+(?: \p{L}+)?)$/u.exec(term) ?? [];
  const turned = what === undefined ? [] : [`${where} ${what}`];
  const organs = tumours.flatMap(([pattern, terms]) => {
    const organ = pattern.exec(term)?.[1];
    return organ === undefined ? [] : terms.map((make) => make(organ));
  });
  return [term, ...turned, ...pair, ...organs, ...(eponym === undefined ? [] : [eponym])];
}

function isSayable(term: string): boolean {
  const words = term.split(' ');
  const single = words.length === 1 && (term.length < 5 || isEveryday(term));
  return !single && words.length <= 5 && /^[\p{L} '-]+$/u.test(term) && !residual.test(term);
}

function isKnown(name: string, known: Trie<unknown>): boolean {
  const { tokens } = readDocument(name);
  return known.longest(tokens, 0)?.end === tokens.length;
}
