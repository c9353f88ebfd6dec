/** Negation, history, family and hypothesis of a mention, found by the triggers around it. Modelled on NegEx. */
import type { Mention } from './mention.ts';
import { findPhrases, textOf, tokensOf } from './tokens.ts';
import type { Document, Span } from './tokens.ts';
import { clauseEnd, fresh, opensClause, sentenceEnd, triggers } from './triggers.ts';
import type { Assertion, Trigger } from './triggers.ts';

/** Codes of a history, each with the trait that says whose it is. */
const codedHistory: readonly (readonly [RegExp, Assertion])[] = [
  [/^Z8[0-4]/, 'PERTAINS_TO_FAMILY'],
  [/^Z(?:8[5-7]|9[08])/, 'PAST_HISTORY'],
];

/** "No known (drug) allergies", as letters: the only names that deny what they are about. */
const ownDenial = /^n\W?k\W?(?:d\W?)?a$/i;

interface Scope extends Span {
  trait: Assertion;
  trigger: Span;
  /** The trigger stands after the mention: such a trigger negates only a condition. */
  conditionOnly: boolean;
  /** Something denied within this scope is not known to be absent. */
  open: boolean;
}

/** The traits that the words around a mention give it, in the order of the triggers. */
export function readAssertions(document: Document): (mention: Mention) => Assertion[] {
  const byToken = scopesByToken(document);
  return (mention) => {
    const ends = mention.joined ? [mention.first, mention.last] : [mention.first];
    const scopes = ends.flatMap((at) => byToken.get(at) ?? []).filter((scope) => concerns(scope, mention));
    const settled = scopes.filter((scope) => !isLeftOpen(scope, scopes));
    const held = new Set(settled.map(({ trait }) => trait));
    if (!held.has('HYPOTHETICAL')) for (const trait of historyOf(mention)) held.add(trait);
    if (ownDenial.test(textOf(document, mention))) held.add('NEGATION');
    return order.filter((trait) => held.has(trait));
  };
}

/** Every token's scopes, in the order of the triggers. */
function scopesByToken(document: Document): Map<number, Scope[]> {
  const byToken = new Map<number, Scope[]>();
  const all = triggers.flatMap((trigger) =>
    findPhrases(document, trigger.pattern).flatMap((span) => reachOf(document, trigger, span) ?? []),
  );
  for (const scope of all) {
    for (const at of tokensOf(scope)) {
      const scopes = byToken.get(at) ?? [];
      byToken.set(at, scopes);
      scopes.push(scope);
    }
  }
  return byToken;
}

/** A mention's own words do not negate it, and a normal result does not negate a test: it was done. */
function concerns({ trigger, conditionOnly }: Scope, mention: Mention): boolean {
  if (within(trigger, mention.joined ?? mention)) return false;
  return !conditionOnly || mention.entry.type === 'condition';
}

/** "If it's not better, or your neck hurts": the neck is not denied. */
function isLeftOpen({ trait, trigger }: Scope, scopes: readonly Scope[]): boolean {
  return trait === 'NEGATION' && scopes.some((scope) => scope.open && within(trigger, scope));
}

const order = [...new Set(triggers.map(({ trait }) => trait))];

function historyOf({ entry }: Mention): Assertion[] {
  const code = entry.type === 'condition' ? (entry.concepts[0]?.code ?? '') : '';
  return codedHistory.flatMap(([pattern, trait]) => (pattern.test(code) ? [trait] : []));
}

function within(inner: Span, outer: Span): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}

function reachOf(document: Document, trigger: Trigger, span: Span): Scope | undefined {
  const { trait, atMost, unless } = trigger;
  const scope = { trait, trigger: span, conditionOnly: trigger.reach === 'before', open: trigger.open === true };
  const sentence = extend(document, span, (text) => sentenceEnd.test(text), 60);
  if (unless?.test(flowOf(document, sentence, 1))) return undefined;
  if (trigger.reach === 'sentence') {
    const reach = extend(document, span, (text) => sentenceEnd.test(text) || text === 'but', atMost);
    return { ...scope, ...reach };
  }
  if (trigger.reach === 'before') {
    const { first } = extend(document, span, (text) => clauseEnd.test(text) || text === ',', atMost);
    return { ...scope, first, last: span.first - 1 };
  }
  return { ...scope, first: span.last + 1, last: lastAfter(document, span.last, trigger) };
}

/** The last token that a trigger reaches to its right. */
function lastAfter(document: Document, from: number, trigger: Trigger): number {
  const limit = from + trigger.atMost;
  for (let at = from + 1; at <= limit; at++) if (isStop(document, at, at === from + 1, trigger)) return at - 1;
  return limit;
}

/** Whether a trigger's reach ends before the token `at`. */
function isStop(document: Document, at: number, isFirst: boolean, trigger: Trigger): boolean {
  const { trait, stop, anew, ends = clauseEnd } = trigger;
  const word = (index: number): string => document.tokens[index]?.text ?? '';
  const [before, text] = [word(at - 1), word(at)];
  if (text === '' || ends.test(text) || (text === 'other' && word(at + 1) === 'than')) return true;
  const isOpening = isFirst && (trait === 'HYPOTHETICAL' || /^(?:have|got)$/.test(text));
  if (stop?.test(text) && !isOpening && !opensClause.test(before)) return true;
  if (anew?.test(text) && before === ',') return true;
  return trait === 'NEGATION' && /^(?:,|and)$/.test(before) && fresh.test(text);
}

function extend(document: Document, span: Span, ends: (text: string) => boolean, atMost: number): Span {
  const { tokens } = document;
  let { first, last } = span;
  while (first > 0 && span.first - first < atMost && !ends(tokens[first - 1]?.text ?? '')) first--;
  while (last + 1 < tokens.length && last - span.last < atMost && !ends(tokens[last + 1]?.text ?? '')) last++;
  return { first, last };
}

/** The flow of a span, with `more` tokens after it: the mark that ends a sentence says whether it was a question. */
function flowOf(document: Document, { first, last }: Span, more: number): string {
  const words = document.tokens.slice(first, last + 1 + more).map(({ text }) => text);
  return ` ${words.join(' ')} `;
}
