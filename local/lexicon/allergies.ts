/** "Allergic to penicillin" is an allergy and a medicine: the service reports both. */
import { conditionKey, isCondition } from './lexicon.ts';
import type { Entry, Lexicon } from './lexicon.ts';
import type { Mention } from './mention.ts';
import { textOf, tokensOf } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

const leadsTo = /^ (?:(?:to|the|any|some|like|,|drug|medicine|called) )+$/;
/**
 * Codes of contraception, long-term medicines and allergies to medicines: their names may hold the name of a medicine.
 */
const byMedicine = /^Z(?:30|79|88)/;

/** Joins an allergy with the medicine that is named after it, when the lexicon has no name for the two together. */
export function joinMedicine(
  document: Document,
  { conditions }: Lexicon,
  allergy: Mention,
  next: Mention | undefined,
): Mention | undefined {
  if (allergy.entry !== conditions.get(conditionKey('allergy')) || next?.entry.type !== 'medicine') return undefined;
  const { flow, starts } = document;
  const between = flow.slice((starts[allergy.last + 1] ?? 1) - 1, starts[next.first]);
  const names = [`${textOf(document, next)} allergy`, 'drug allergy'].map(conditionKey);
  const entry = names.map((name) => conditions.get(name)).find((condition) => condition !== undefined);
  return entry && leadsTo.test(between) ? { first: allergy.first, last: next.last, entry } : undefined;
}

/** The medicine within the words of a condition: "allergic to penicillin", "on the pill". */
export function medicineIn(document: Document, { trie }: Lexicon, { entry, ...span }: Mention): Mention[] {
  if (!isCondition(entry) || !byMedicine.test(entry.concepts[0]?.code ?? '')) return [];
  for (const first of tokensOf(span)) {
    const found = trie.longest(document.tokens, first);
    const medicine = found?.entries.find(isMedicine);
    if (found && medicine && isInside(found.end, first, span)) return [{ first, last: found.end - 1, entry: medicine }];
  }
  return [];
}

function isMedicine({ type }: Entry): boolean {
  return type === 'medicine';
}

function isInside(end: number, first: number, { first: begin, last }: Span): boolean {
  return end <= last + 1 && (first > begin || end <= last);
}
