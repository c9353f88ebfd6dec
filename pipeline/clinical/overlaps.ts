import { codeOf, isVague } from './codes.ts';
import type { Entity } from './entities.ts';
import { kindOf } from './assertion/kinds.ts';

type Spanned = Pick<Entity, 'begin' | 'end' | 'category' | 'type' | 'text' | 'codes'>;

/** How entities whose words overlap belong together. */
export interface Overlaps<One> {
  /** The entity that names the same thing: one that has a code, else in more words. */
  same: ReadonlyMap<One, One>;
  /** "A headache and a fever", beside a headache and a fever: each of its things is an entity of its own. */
  lists: ReadonlySet<One>;
}

/**
 * Two operations may draw the borders of one thing differently: "pain" and "chest pain", "ramipril" and "ramipril 5 mg".
 * Entities of one kind whose words overlap are the same thing, unless their codes are of different things or the wider
 * one joins several.
 */
export function toOverlaps<One extends Spanned>(entities: readonly One[]): Overlaps<One> {
  const same = new Map<One, One>();
  const lists = new Set<One>();
  for (const [one, others] of overlapping(entities)) {
    const within = others.filter((other) => lengthOf(other) < lengthOf(one));
    if (joins.test(one.text)) {
      if (areApart(within)) lists.add(one);
      continue;
    }
    for (const other of within.filter((each) => mayBeOne(one, each))) {
      const [lesser, greater] = hasCode(one) || !hasCode(other) ? [other, one] : [one, other];
      if (!same.has(lesser)) same.set(lesser, greater);
    }
  }
  return { same, lists };
}

const joins = /,|\b(?:and|or|nor|with)\b/i;

const lengthOf = ({ begin, end }: Spanned) => end - begin;

/** Each entity that names something, the longest first, with those of its kind that share words with it. */
function overlapping<One extends Spanned>(entities: readonly One[]): [One, One[]][] {
  const sorted = entities.filter((one) => kindOf(one) !== undefined).toSorted((a, b) => a.begin - b.begin);
  const found = new Map<One, One[]>();
  let open: One[] = [];
  for (const one of sorted) {
    open = open.filter(({ end }) => end > one.begin);
    for (const other of open) {
      if (kindOf(other) !== kindOf(one)) continue;
      found.set(one, [...(found.get(one) ?? []), other]);
      found.set(other, [...(found.get(other) ?? []), one]);
    }
    open.push(one);
  }
  return [...found].sort(([a], [b]) => lengthOf(b) - lengthOf(a) || a.begin - b.begin);
}

/** Whether at least two of them share no words. */
function areApart(some: readonly Spanned[]): boolean {
  return some.some((one) => some.some((other) => other.begin >= one.end));
}

/** A code and a more specific one of its category name one thing; without a code nothing says that they are two. */
function mayBeOne(one: Spanned, other: Spanned): boolean {
  const [code, another] = [one, other].map(categoryOf);
  return code === undefined || another === undefined || code === another;
}

const hasCode = ({ codes }: Spanned) => codes.length > 0;

function categoryOf({ codes }: Spanned): string | undefined {
  const code = codeOf(codes, 'ICD-10-CM');
  return code === undefined || isVague(code) ? undefined : code.slice(0, 3);
}
