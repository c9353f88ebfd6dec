import { cutBefore, isAfterPause, isContiguous, isI, isLowerCase, relabel, type Spoken, textOf } from './spoken.ts';

/** Says by log-odds how much rather a clinician than a patient says this; 0 when nothing tells. */
export type Leaning = (text: string) => number;

/** A label with no more than this share of the words may be nobody. */
const strayShare = 0.06;
/** How much likelier one speaker must be than the next before the words are given to them, in log-odds. */
const sureBy = 1;

/**
 * Tells labels that are people from those that are nobody: with few words, most of which hang in the middle of somebody
 * else's speech. A nurse or a mother who says little speaks in sentences of her own; she is neither, and stays.
 */
export function findNobody(spoken: readonly Spoken[]): { people: string[]; strays: string[] } {
  const words = new Map<string, number>();
  for (const { label } of spoken) words.set(label, (words.get(label) ?? 0) + 1);
  const labels = [...words].toSorted(([, a], [, b]) => b - a);
  const few = labels.slice(2).flatMap(([label, count]) => (count <= strayShare * spoken.length ? [label] : []));
  if (few.length === 0) return { people: [...words.keys()], strays: [] };
  const runs = toRuns(spoken);
  const strays = few.filter((label) =>
    isNobody(
      spoken,
      runs.filter(({ begin }) => spoken[begin]?.label === label),
    ),
  );
  return { people: [...words.keys()].filter((label) => !strays.includes(label)), strays };
}

/** Gives the words of labels that are nobody to whom their sentences, pauses and questions say. */
export function giveAway(
  spoken: readonly Spoken[],
  strays: readonly string[],
  people: readonly string[],
  leaning: Leaning,
): void {
  const runs = toRuns(spoken);
  const lean = leanBetween(spoken, runs, people, leaning);
  for (const run of runs) {
    if (strays.includes(spoken[run.begin]?.label ?? '')) shareOut(spoken, run, people, lean);
  }
}

const toRuns = (spoken: readonly Spoken[]) => cutBefore(spoken, (word, before) => word.label !== before.label);

interface Run {
  begin: number;
  end: number;
}

function isNobody(spoken: readonly Spoken[], runs: readonly Run[]): boolean {
  if (runs.some((run) => isSomebody(spoken, run))) return false;
  const wordsOf = (some: readonly Run[]) => some.reduce((sum, { begin, end }) => sum + end - begin, 0);
  return 2 * wordsOf(runs.filter((run) => hangsOn(spoken, run))) >= wordsOf(runs);
}

/** Speaks of the patient as of another, or as what they are. */
const aThird =
  /\b(?:she|he|her|his|him|nurse|interpreter|my (?:\w+ )?(?:son|daughter|baby|mum|mom|dad|mother|father|wife|husband))\b/i;

/** Cuts in on a sentence with one of their own, or speaks of the patient as of a third person. */
function isSomebody(spoken: readonly Spoken[], { begin, end }: Run): boolean {
  const [before, first, last, next] = [spoken[begin - 1], spoken[begin], spoken[end - 1], spoken[end]];
  const cutsIn =
    before && first && last && next && !before.ends && !isLowerCase(first) && last.ends && isLowerCase(next);
  return cutsIn === true || aThird.test(textOf(spoken.slice(begin, end)));
}

/** Tears a sentence of somebody else without a pause, or goes from one such sentence to the next in one breath. */
function hangsOn(spoken: readonly Spoken[], { begin, end }: Run): boolean {
  const [before, first, last, next] = [spoken[begin - 1], spoken[begin], spoken[end - 1], spoken[end]];
  const joinsBefore = before && first && isContiguous(first);
  const joinsNext = last && next && isContiguous(next);
  if (joinsBefore && !before.ends && isLowerCase(first)) return true;
  if (joinsNext && !last.ends && (isLowerCase(next) || joinsBefore === true)) return true;
  return joinsBefore === true && joinsNext === true && before.label === next.label && end - begin > 3;
}

/** How much rather each of the people says a sentence than the others, in log-odds. */
type Lean = (text: string) => readonly number[];

/** So many turns show who is the clinician. */
const enoughRuns = 200;

/** Who leans most towards the clinician takes what leans so; the people who say least of the kind take the rest. */
function leanBetween(
  spoken: readonly Spoken[],
  runs: readonly Run[],
  people: readonly string[],
  leaning: Leaning,
): Lean {
  const sums = people.map(() => 0);
  for (const { begin, end } of runs.slice(0, enoughRuns)) {
    const who = people.indexOf(spoken[begin]?.label ?? '');
    if (who >= 0) sums[who] = (sums[who] ?? 0) + leaning(textOf(spoken.slice(begin, end)));
  }
  const most = Math.max(...sums);
  const isPlain = sums.filter((sum) => sum === most).length === 1;
  return (text) => {
    const towards = isPlain ? Math.max(-3, Math.min(3, leaning(text))) : 0;
    return sums.map((sum) => (sum === most ? towards / 2 : -towards / 2));
  };
}

/** How much rather the same person goes on after `before` than another takes over, in log-odds. */
function goesOn(before: Spoken, next: Spoken): number {
  if (before.asks) return isAfterPause(next) ? -2.5 : 1;
  if (before.ends) return isContiguous(next) ? 1.5 : -0.5;
  if (!isContiguous(next)) return 0;
  if (isLowerCase(next)) return 6;
  return isI(next) ? 1 : 0;
}

/** The likeliest speaker of each sentence of the run, of all ways to share them out; the label stays where two are as likely. */
function shareOut(spoken: readonly Spoken[], run: Run, people: readonly string[], lean: Lean): void {
  const words = spoken.slice(run.begin, run.end);
  const sentences = cutBefore(words, (_, before) => before.ends);
  const ahead: number[][] = [];
  let costs = people.map(() => 0);
  const step = (from: readonly number[], seam: number) =>
    people.map((_, to) => Math.max(...from.map((cost, who) => cost + (who === to ? seam / 2 : -seam / 2))));
  const beside = (label: string | undefined) =>
    people.map((person) => (label === person || !people.includes(label ?? '') ? 0 : Number.NEGATIVE_INFINITY));
  const seams = [...sentences.map(({ begin }) => begin + run.begin), run.end].map((at) => {
    const [before, next] = [spoken[at - 1], spoken[at]];
    return before && next ? goesOn(before, next) : 0;
  });
  const leans = sentences.map(({ begin, end }) => lean(textOf(words.slice(begin, end))));

  costs = beside(spoken[run.begin - 1]?.label);
  for (const at of sentences.keys()) {
    costs = step(costs, seams[at] ?? 0).map((cost, who) => cost + (leans[at]?.[who] ?? 0));
    ahead.push(costs);
  }
  costs = beside(spoken[run.end]?.label);
  for (const [at, { begin, end }] of [...sentences.entries()].toReversed()) {
    costs = step(costs, seams[at + 1] ?? 0);
    const chances = costs.map((cost, who) => cost + (ahead[at]?.[who] ?? 0));
    const [best = 0, second = 0] = chances.toSorted((a, b) => b - a);
    const who = people[chances.indexOf(best)];
    if (who !== undefined && best - second >= sureBy) relabel(words.slice(begin, end), who);
    costs = costs.map((cost, person) => cost + (leans[at]?.[person] ?? 0));
  }
}
