import { letterOf, type Mention } from '../mention.ts';
import type { Talk } from '../talk.ts';

/** Where in the talk: how far on, about what, and how much has been planned and examined. */
export function standingCues(mention: Mention, { turns, standings }: Talk): string[] {
  const { turn, manner } = mention;
  const who = letterOf(mention);
  const fifth = Math.min(4, Math.floor((5 * turn.index) / Math.max(1, turns.length)));
  const at = (back: number) => standings[Math.max(0, turn.index - back)];
  const topic = at(turn.role === 'clinician' ? 0 : 1)?.topic ?? 'none';
  const planned = at(0)?.planned ?? 0;
  const since = (what: 'planned' | 'examined', back: number) =>
    (at(0)?.[what] ?? 0) - (turn.index >= back ? (at(back)?.[what] ?? 0) : 0);
  return [
    `fifth ${fifth}`,
    `${who} fifth ${fifth}`,
    `topic ${topic}`,
    `${who} topic ${at(1)?.topic ?? 'none'}`,
    `${manner} topic ${topic}`,
    `plans lately ${Math.min(3, since('planned', 6))}`,
    `${who} plans so far ${Math.min(4, planned)}`,
    `examined lately ${Math.min(2, since('examined', 4))}`,
  ];
}
