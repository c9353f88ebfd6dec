import { pointsOf, sentencesOf } from '../../../transcript/sentences.ts';
import { letterOf, type Mention } from '../mention.ts';
import type { Talk } from '../talk.ts';
import { kindsIn } from '../wordKinds.ts';

/** The other mentions of the same finding, in the order of the talk. */
export interface Mates {
  earlier: readonly Mention[];
  later: readonly Mention[];
}

/**
 * What the other mentions of the same finding say of it, earlier and later; for a medicine also what is said of "it"
 * until the next one is named.
 */
export function mateCues(mention: Mention, mates: Mates, sentence: readonly Mention[]): string[] {
  const { earlier, later } = mates;
  const all = [...earlier, mention, ...later];
  const isClinicians = !all.some((mate) => letterOf(mate) === 'p' || letterOf(mate) === 'o');
  const last = later.at(-1);
  return [
    earlier.length > 0 ? 'again' : 'for the first time',
    later.length > 0 ? 'not for the last time' : 'for the last time',
    `mates ${Math.min(4, earlier.length)} ${Math.min(4, later.length)}`,
    ...matesSay('earlier', earlier),
    ...matesSay('later', later),
    ...(earlier[0] ? [`first ${letterOf(earlier[0])} ${earlier[0].manner}`] : []),
    ...(last ? lastSays(last) : []),
    ...(isClinicians ? ["the clinician's alone", `the clinician's alone ${mention.manner}`] : []),
    ...sentence.map((other) => `${isBefore(other, mention) ? 'left' : 'right'} ruled ${other.ruling.status}`),
  ];
}

const isBefore = (a: Mention, b: Mention) => a.entity.begin < b.entity.begin;

function matesSay(when: string, mates: readonly Mention[]): string[] {
  return mates.flatMap((mate) => {
    const by = `${when} ${letterOf(mate)}`;
    return [
      `${by} ruled ${mate.ruling.status}`,
      `${by} ${mate.ruling.reason}`,
      ...kindsOfSentence(mate).map((kind) => `${by} ${kind}`),
    ];
  });
}

/** Each mention's sentence is heard once for all its mates. */
const heard = new WeakMap<Mention, readonly string[]>();

function kindsOfSentence(mention: Mention): readonly string[] {
  let kinds = heard.get(mention);
  if (!kinds) {
    kinds = kindsIn(mention.place.sentence.text);
    heard.set(mention, kinds);
  }
  return kinds;
}

function lastSays(last: Mention): string[] {
  const by = `last ${letterOf(last)}`;
  return [
    `${by} ruled ${last.ruling.status}`,
    `last ${last.manner}`,
    ...(last.kind === 'medicine'
      ? [
          ...kindsIn(last.place.before).map((kind) => `${by} before ${kind}`),
          ...kindsIn(last.place.after).map((kind) => `${by} after ${kind}`),
        ]
      : []),
  ];
}

const pronoun = /\b(?:it|them|that|those|one|ones|this)\b/i;
/** A medicine is "it" for no longer than so many turns. */
const farTurns = 3;
const farPoints = 400;

/** "You're on ramipril? ... Let's stop that.": what is said of "it" until the next medicine is named. */
export function pronounCues({ kind, turn, place }: Mention, to: number, { turns }: Talk): string[] {
  if (kind !== 'medicine') return [];
  const after = turns.slice(turn.index, turn.index + farTurns + 1);
  return after.flatMap((other) => {
    const own = other === turn ? place.sentence.end - turn.begin : 0;
    const until = Math.min(other.end, to) - other.begin;
    const text = pointsOf(other)
      .slice(own, Math.min(until, own + farPoints))
      .join('');
    const said = sentencesOf({ text }).filter((sentence) => pronoun.test(sentence));
    return said.flatMap(kindsIn).map((word) => `it ${other.role.charAt(0)} ${word}`);
  });
}
