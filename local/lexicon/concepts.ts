import type { CodeTable } from '../../pipeline/clinical/icd10cm.ts';
import type { Concept } from './tables.ts';

/**
 * Concepts as the configured code table knows them, best first. A code that the table's year lacks is replaced by the
 * nearest header that it has, ranked after the others. Without a table, all concepts stay as the lexicon has them.
 */
export function rankConcepts(concepts: readonly Concept[], codeTable?: CodeTable): readonly Concept[] {
  if (codeTable === undefined) return concepts;
  const valid: Concept[] = [];
  const fallbacks: Concept[] = [];
  for (const { code } of concepts) {
    const exact = codeTable.find(code);
    if (exact !== undefined) valid.push({ code, description: exact.description });
    else fallbacks.push(...headerOf(code, codeTable));
  }
  const known = new Set<string>();
  return [...valid, ...fallbacks].filter(({ code }) => !known.has(code) && known.add(code));
}

/**
 * Puts concepts of the side that was said first and those of another side last: a left knee is not coded as a right
 * one.
 */
export function rankBySide(concepts: readonly Concept[], directions: readonly string[]): readonly Concept[] {
  const said = sideIn(directions.join(' '));
  if (said === undefined) return concepts;
  const distance = ({ description }: Concept): number => {
    const side = sideIn(description);
    if (side === undefined) return 1;
    return side === said ? 0 : 2;
  };
  return concepts.toSorted((a, b) => distance(a) - distance(b));
}

function sideIn(words: string): string | undefined {
  const sides = new Set(words.toLowerCase().match(/\b(?:left|right|bilateral|both)\b/g));
  if (sides.has('bilateral') || sides.has('both') || sides.size > 1) return 'bilateral';
  return sides.values().next().value;
}

function headerOf(code: string, codeTable: CodeTable): Concept[] {
  for (let end = code.length - 1; end >= 3; end--) {
    const header = code.slice(0, end).replace(/\.$/, '');
    const found = codeTable.find(header);
    if (found !== undefined) return [{ code: header, description: found.description }];
  }
  return [];
}
