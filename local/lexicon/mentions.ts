/** The mentions of a text: names of the lexicon, one by one, then complaints joined with their part of the body. */
import { listOf } from '../../pipeline/phrases.ts';
import { readAllergyTalk } from './allergens.ts';
import { joinMedicine, medicineIn } from './allergies.ts';
import { isMeant, isService } from './everyday.ts';
import { isCondition } from './lexicon.ts';
import type { Entry, Lexicon } from './lexicon.ts';
import { asMeasured } from './measured.ts';
import { asVisited } from './visited.ts';
import type { Mention } from './mention.ts';
import { isName } from './names.ts';
import { joinSite } from './sites.ts';
import type { Scene } from './sites.ts';
import { tokensOf, wholeToken } from './tokens.ts';
import type { Document, Span } from './tokens.ts';
import type { Found } from './trie.ts';
import { tighten } from './wording.ts';

const auxiliary = wholeToken(listOf`
  is|are|was|were|be|been|am|feel|feels|feeling|felt|got|had|have|has
  really|very|quite|bit|so|not|no|on|it|a|bad|dodgy
`);
const rank = ['allergen', 'condition', 'medicine', 'test', 'encounter', 'habit', 'site', 'modifier'];

/** All mentions, in the order of the text. Only a habit and its code may have the same words. */
export function findMentions(document: Document, lexicon: Lexicon): Mention[] {
  const found = findNames(document, lexicon);
  const names = found.flatMap(
    (candidates) => candidates.find(({ entry }) => entry.type === 'site') ?? candidates[0] ?? [],
  );
  const scene: Scene = { document, lexicon, names, takenSites: new Set() };
  const mentions = found.flatMap((candidates, index) => {
    const condition = candidates.map(({ entry }) => entry).find(isCondition);
    const joined = condition && joinSite(scene, index, condition);
    if (joined) return [joined];
    const [first] = candidates;
    const toMedicine = first && joinMedicine(document, lexicon, first, found[index + 1]?.[0]);
    if (toMedicine) return [toMedicine];
    const own = candidates.find(({ entry }) => !isCondition(entry) || !entry.needsSite);
    const habit = candidates.find(({ entry }) => entry.type === 'habit' && own?.entry.type !== 'habit');
    const within = own ? medicineIn(document, lexicon, own) : [];
    return [own, habit, ...within].filter((mention) => mention !== undefined);
  });
  return withoutCovered(mentions).map((mention) => tighten(document, mention));
}

/** The leftmost longest names, each with everything that it can be, likeliest first. */
function findNames(document: Document, lexicon: Lexicon): Mention[][] {
  const found: Mention[][] = [];
  const isAllergen = readAllergyTalk(document);
  const isTest = (at: number): boolean => {
    const before = found.at(-1)?.[0];
    return before?.last === at ? before.entry.type === 'test' : beginsTest(document, lexicon, at);
  };
  let first = 0;
  while (first < document.tokens.length) {
    const name = nameAt(document, lexicon, first);
    const span = { first, last: name ? name.end - 1 : first };
    const meant = name && meaningsOf(document, name, span);
    const possible = isAllergen(span) ? meant : meant?.filter(({ type }) => type !== 'allergen');
    const entries = possible && asMeasured(document, span, asVisited(document, span, possible), isTest);
    if (entries && entries.length > 0) found.push(entries.map((entry) => ({ ...span, entry })));
    first = entries ? span.last + 1 : first + 1;
  }
  return found;
}

/**
 * Everything that a name can be where it stands, likeliest first; undefined when its words mean something else there.
 */
function meaningsOf(document: Document, name: Found<Entry>, span: Span): Entry[] | undefined {
  const { words, before, after } = around(document, span);
  if (!isMeant(words, before, after) || isName(document, span)) return undefined;
  const entries = isService(after) ? name.entries.filter((entry) => !isCondition(entry)) : name.entries;
  return entries.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/**
 * The longest name at a token. When it begins with an auxiliary or with a word for how bad something is, it gives way
 * to a name that begins inside it and ends after it: "is sore" to "sore throat", "bad chest" to "chest infection".
 */
function nameAt({ tokens }: Document, lexicon: Lexicon, first: number): Found<Entry> | undefined {
  const name = lexicon.trie.longest(tokens, first);
  if (name === undefined || !auxiliary.test(tokens[first]?.text ?? '')) return name;
  for (let start = first + 1; start < name.end; start++) {
    const other = lexicon.trie.longest(tokens, start);
    if (other !== undefined && other.end > name.end) return undefined;
  }
  return name;
}

function beginsTest({ tokens }: Document, { trie }: Lexicon, at: number): boolean {
  return trie.longest(tokens, at)?.entries.some((entry) => entry.type === 'test' && entry.when === 'always') ?? false;
}

/** "Blood pressure check" is a test before it is the reason for an encounter. */
function rankOf(entry: Entry): number {
  const encounter = isCondition(entry) && entry.concepts[0]?.code.startsWith('Z');
  return rank.indexOf(encounter ? 'encounter' : entry.type);
}

function around({ flow, starts, tokens }: Document, { first, last }: Span) {
  const from = starts[first] ?? 0;
  const to = (starts[last] ?? 0) + (tokens[last]?.text.length ?? 0);
  return {
    words: flow.slice(from, to),
    before: flow.slice((starts[first - 4] ?? 1) - 1, from),
    after: flow.slice(to, to + 40),
  };
}

/** A site that a complaint took in, and whatever stands inside a joined mention, is not mentioned a second time. */
function withoutCovered(mentions: readonly Mention[]): Mention[] {
  const sites = new Set(mentions.flatMap(({ site }) => (site ? [site.first] : [])));
  const inside = new Map<number, Mention>();
  for (const mention of mentions) if (mention.joined) for (const token of tokensOf(mention)) inside.set(token, mention);
  const kept = mentions.filter((mention) => {
    if (mention.entry.type === 'modifier') return true;
    if (mention.entry.type === 'site' && sites.has(mention.first)) return false;
    return [undefined, mention].includes(inside.get(mention.first));
  });
  return kept.sort((a, b) => a.first - b.first);
}
