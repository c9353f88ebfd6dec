import type { Entities, Entity } from '../../pipeline/clinical/entities.ts';
import { codePoints, type Transcript } from '../../pipeline/transcript/transcript.ts';
import { matchingBlocks } from './blocks.ts';
import type { GoldConsultation } from './corpus.ts';
import type { GoldFinding, GoldKind, Importance, ToldTurn } from './gold.ts';
import { overlap, placedWords, sameWords, words } from './wording.ts';

/** An entity of the pipeline and the gold findings that it meets. */
export interface Mention {
  entity: Entity;
  /** Of the told turns, the one in which it was said; undefined where the transcript ends without a word. */
  turn: number | undefined;
  /** Those that its words name and that are said or decided in its turn. */
  strong: readonly GoldFinding[];
  /** Those of its kind that its words name, wherever they are said. */
  weak: readonly GoldFinding[];
}

/** Meets every entity with the gold findings, in the entities' order. */
export function toMentions(
  { turns, findings }: Pick<GoldConsultation, 'turns' | 'findings'>,
  { transcript, entities }: { transcript: Pick<Transcript, 'text'>; entities: Pick<Entities, 'entities'> },
): Mention[] {
  const turnOf = placeIn(turns, transcript.text);
  return entities.entities.map((entity) => {
    const turn = turnOf(entity.begin);
    return { entity, turn, ...meets(entity, turn, findings) };
  });
}

/** The finding that a mention is labelled with: of those it strongly meets a key one first, a trap last. */
export function labelOf({ strong }: Pick<Mention, 'strong'>): GoldFinding | undefined {
  return byImportance(strong)[0];
}

const ranks: Readonly<Record<Importance, number>> = { key: 0, minor: 1, trap: 2 };

/** Key findings first, traps last; else in the order of the gold. */
export function byImportance(findings: readonly GoldFinding[]): GoldFinding[] {
  return findings.toSorted((a, b) => ranks[a.importance] - ranks[b.importance]);
}

/**
 * Says in which of the told turns a code point of the transcript's text was said. The two texts need not agree: a
 * recognizer mishears, and talk that overlaps stands in another order. Words that have no counterpart belong to the
 * turn of the words before them.
 */
export function placeIn(told: readonly ToldTurn[], text: string): (begin: number) => number | undefined {
  const toldWords = told.flatMap((turn, index) => words(turn.text).map((word) => ({ word, turn: index })));
  const heard = placedWords(text);
  const turns = heard.map((): number | undefined => undefined);
  const blocks = matchingBlocks(
    toldWords.map(({ word }) => word),
    heard.map(({ word }) => word),
  );
  for (const { a, b, length } of blocks) {
    for (let n = 0; n < length; n += 1) turns[b + n] = toldWords[a + n]?.turn;
  }
  for (const [at, turn] of turns.entries()) turns[at] = turn ?? turns[at - 1] ?? 0;
  const ends = endsOf(text, heard);
  return (begin) => turns[firstAbove(ends, begin)];
}

/** Where each word ends, in code points. */
function endsOf(text: string, heard: readonly { end: number }[]): number[] {
  let points = 0;
  let read = 0;
  return heard.map(({ end }) => {
    points += codePoints(text.slice(read, end));
    read = end;
    return points;
  });
}

/** Index of the first of ascending numbers that is above a limit. */
function firstAbove(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? limit) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What an entity of a category may be in the gold. Any other category may be anything. */
const kindsOf: Readonly<Record<string, readonly GoldKind[]>> = {
  MEDICAL_CONDITION: ['symptom', 'problem', 'allergy'],
  MEDICATION: ['medication', 'allergy'],
  TEST_TREATMENT_PROCEDURE: ['test', 'procedure'],
};

/** Where findings of its own kind are said in its turn, those of another are not meant; so with the very same words. */
export function meets(
  { text, category }: Pick<Entity, 'text' | 'category'>,
  turn: number | undefined,
  findings: readonly GoldFinding[],
): Pick<Mention, 'strong' | 'weak'> {
  if (category === 'PROTECTED_HEALTH_INFORMATION') return { strong: [], weak: [] };
  const isOfKind = ({ kind }: GoldFinding) => kindsOf[category]?.includes(kind) ?? true;
  const named = findings.filter(({ aliases }) => aliases.some((alias) => overlap(text, alias)));
  const here = named.filter(({ turns }) => turn !== undefined && turns.includes(turn));
  const ofKind = orElse(here.filter(isOfKind), here);
  const inSameWords = ofKind.filter(({ aliases }) => aliases.some((alias) => sameWords(text, alias)));
  return { strong: orElse(inSameWords, ofKind), weak: named.filter(isOfKind) };
}

function orElse<T>(some: readonly T[], others: readonly T[]): readonly T[] {
  return some.length > 0 ? some : others;
}
