/** The lexicon's entries, and the trie by which their names are found. */
import type { CodeTable } from '../../pipeline/clinical/icd10cm.ts';
import { allergenNames } from './allergens.ts';
import { rankConcepts } from './concepts.ts';
import { derivedTerms } from './derivedTerms.ts';
import { isEveryday, isGuarded } from './everyday.ts';
import { nounForm, verbForm } from './stems.ts';
import { parseAnatomy, parseConditions, parseMedicines, parseTests } from './tables.ts';
import type { Concept, ConditionKind, LexiconTables, TestType, When } from './tables.ts';
import { readWords } from './tokens.ts';
import { nameKey, Trie } from './trie.ts';
import { sentencesOf } from './wordOrder.ts';
import { complaintWords, habitWords, modifierWords } from './words.ts';
import type { Habit, ModifierType } from './words.ts';

export interface Condition {
  type: 'condition';
  kind: ConditionKind;
  names: readonly string[];
  concepts: readonly Concept[];
  /** The codes of the condition at a site, by the site's `writtenSite` and `siteKey`. */
  sites: ReadonlyMap<string, readonly Concept[]>;
  /** "Sore" or "tight" says nothing until a part of the body is named. */
  needsSite: boolean;
  /** Made from the code table. It is less certain that a patient means such a condition by its name. */
  derived: boolean;
}

export type Entry =
  | Condition
  | { type: 'medicine'; brand: boolean; concepts: readonly Concept[] }
  | { type: 'test'; test: TestType; when: When }
  | { type: 'habit'; habit: Habit }
  | { type: 'allergen' }
  | { type: 'site'; names: readonly string[] }
  | { type: 'modifier'; attribute: ModifierType };

export function isCondition(entry: Entry): entry is Condition {
  return entry.type === 'condition';
}

export interface Lexicon {
  trie: Trie<Entry>;
  /** Conditions by `conditionKey` of each of their names. */
  conditions: ReadonlyMap<string, Condition>;
}

/** A lexicon that is being built. */
interface Draft extends Lexicon {
  conditions: Map<string, Condition>;
  /** Parts of the body, by `siteKey`. */
  sites: ReadonlySet<string>;
}

/**
 * Builds the lexicon. A code table adds its descriptions and its own terms. A name belongs to the first entry that has
 * it.
 */
export function buildLexicon(tables: Omit<LexiconTables, 'snomed'>, codeTable?: CodeTable): Lexicon {
  const sites = new Set(parseAnatomy(tables.anatomy).flatMap(({ names }) => names.map(siteKey)));
  const draft: Draft = { trie: new Trie<Entry>(), conditions: new Map<string, Condition>(), sites };
  for (const row of parseConditions(tables.conditions)) addCondition(draft, toCondition(row, codeTable));
  for (const [words, name] of Object.entries(complaintWords)) addComplaint(draft, words.split('|'), name);
  addOthers(draft.trie, tables);
  if (codeTable !== undefined)
    for (const term of derivedTerms(codeTable, draft.trie)) addCondition(draft, derivedCondition(term));
  return { trie: draft.trie, conditions: draft.conditions };
}

function addCondition({ trie, conditions, sites }: Draft, condition: Condition): void {
  // A diagnosis is a noun, and so is a title: "it burns" is not a burn.
  const match = condition.kind === 'diagnosis' || condition.derived ? 'noun' : 'verb';
  for (const name of condition.names.map(bareName)) {
    const key = conditionKey(name);
    if (key === '' || (conditions.get(key) ?? condition) !== condition) continue;
    conditions.set(key, condition);
    addName(trie, name, match, condition);
    const turns = condition.derived ? [] : sentencesOf(name, (word) => sites.has(siteKey(word)));
    for (const turned of turns) addName(trie, turned, 'noun', condition);
  }
}

/**
 * "A cold" is looked up as "cold" when the guards of everyday words see to the rest: "a cold sore" is then not a cold.
 */
function bareName(name: string): string {
  const bare = /^(?:(?:got|had|have|having|get) )?(?:a|an|my|the) (\S+)$/.exec(name)?.[1];
  return bare !== undefined && (isGuarded(bare) || isAbbreviation(bare)) ? bare : name;
}

function isAbbreviation(name: string): boolean {
  return /^[A-Z][A-Z0-9]+$/.test(name);
}

/** The form under which a condition's name is looked up. An abbreviation is looked up as written: HIV is not hives. */
export function conditionKey(name: string): string {
  return isAbbreviation(name) ? name : nameKey(readWords(name)).map(verbForm).join(' ');
}

/** The forms under which a part of the body is looked up: "my left knees" is "left knees", then "left knee". */
export function writtenSite(name: string): string {
  return siteWords(name).join(' ');
}

export function siteKey(name: string): string {
  return siteWords(name).map(nounForm).join(' ');
}

function siteWords(name: string): string[] {
  return nameKey(readWords(`my ${name}`)).slice(1);
}

function toCondition(row: ReturnType<typeof parseConditions>[number], codeTable?: CodeTable): Condition {
  const sites = new Map<string, readonly Concept[]>();
  for (const [site, concept] of row.sites) {
    const concepts = rankConcepts([concept], codeTable);
    // "Eyes" may have a code for both where "eye" has one for either.
    for (const key of [writtenSite(site), siteKey(site)]) if (!sites.has(key)) sites.set(key, concepts);
  }
  const { kind, names } = row;
  return {
    type: 'condition',
    kind,
    names,
    concepts: rankConcepts(row.concepts, codeTable),
    sites,
    needsSite: false,
    derived: false,
  };
}

function derivedCondition(term: { name: string; concept: Concept }): Condition {
  return {
    type: 'condition',
    kind: term.concept.code.startsWith('R') ? 'symptom' : 'diagnosis',
    names: [term.name],
    concepts: [term.concept],
    sites: new Map(),
    needsSite: false,
    derived: true,
  };
}

/**
 * A word such as "sore" stands for the condition `name` ("pain") once there is a site. The lexicon need not have
 * `name`.
 */
function addComplaint({ trie, conditions }: Draft, words: string[], name: string): void {
  const known = conditions.get(conditionKey(name));
  for (const word of words) {
    // A diagnosis is known only as a noun: that "burn" is one says nothing about a complaint of burning.
    if ((conditions.get(conditionKey(word))?.kind ?? 'diagnosis') !== 'diagnosis') continue;
    addName(trie, word, 'verb', {
      type: 'condition',
      kind: known?.kind ?? 'symptom',
      names: [word, name, ...(known?.names ?? [])],
      concepts: known?.concepts ?? [],
      sites: known?.sites ?? new Map(),
      needsSite: true,
      derived: false,
    });
  }
}

function addOthers(trie: Trie<Entry>, tables: Omit<LexiconTables, 'snomed'>): void {
  for (const { brand, names, concepts } of parseMedicines(tables.medicines))
    for (const name of names) addName(trie, name, 'noun', { type: 'medicine', brand, concepts });
  for (const { names, ...test } of parseTests(tables.tests))
    for (const name of names) addName(trie, name, 'noun', { type: 'test', ...test });
  for (const { names, adjectives } of parseAnatomy(tables.anatomy)) {
    const site: Entry = { type: 'site', names: [...names, ...adjectives].map(siteKey) };
    for (const name of names) addName(trie, name, 'noun', site);
  }
  for (const name of allergenNames) addName(trie, name, 'noun', { type: 'allergen' });
  for (const [habit, names] of habitWords)
    for (const name of names.split('|')) addName(trie, name, 'verb', { type: 'habit', habit });
  for (const [attribute, names] of modifierWords)
    for (const name of names.split('|')) addName(trie, name, 'noun', { type: 'modifier', attribute });
}

/** An abbreviation is not inflected, and one that reads as an everyday word must be written in capitals to count. */
function addName(trie: Trie<Entry>, name: string, match: 'noun' | 'verb', entry: Entry): void {
  const words = readWords(name);
  if (!isAbbreviation(name)) return trie.add(words, match, entry);
  const isShort = name.length <= 2 && !/\d/.test(name);
  if (isShort || isEveryday(name.toLowerCase())) trie.add([name], 'written', entry);
  else trie.add(words, 'exact', entry);
  // Recognisers often write an abbreviation letter by letter; "a a a" is a stammer.
  if (/^(?!(.)\1+$)[A-Z]{3,}$/.test(name)) trie.add(Array.from(name.toLowerCase()), 'exact', entry);
}
