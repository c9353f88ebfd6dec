import {
  cutBefore,
  isAfterPause,
  isContiguous,
  isI,
  isLowerCase,
  relabel,
  type Run,
  type Spoken,
  textOf,
  toRuns,
} from './spoken.ts';

/** How much likelier a clinician than a patient is to say this, in log-odds; 0 when nothing tells. */
export type Leaning = (text: string) => number;

/** A label with no more than this share of the words may be nobody. */
const strayShare = 0.06;
/** How much likelier one speaker must be than the next before the words are given to them, in log-odds. */
const sureBy = 1;

/**
 * Tells labels that are people from those that are nobody. The latter have few words, most of them in the middle of
 * somebody else's speech. A nurse or a mother who says little speaks in sentences of her own, and stays.
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

/** Gives the words of labels that are nobody to the people whose sentences, pauses and questions they fit. */
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

function isNobody(spoken: readonly Spoken[], runs: readonly Run[]): boolean {
  if (runs.some((run) => isSomebody(spoken, run))) return false;
  const wordsOf = (some: readonly Run[]) => some.reduce((sum, { begin, end }) => sum + end - begin, 0);
  return 2 * wordsOf(runs.filter((run) => hangsOn(spoken, run))) >= wordsOf(runs);
}

/** Words of somebody who speaks about the patient in the third person, or who says what they are themselves. */
const aThird =
  /\b(?:she|he|her|his|him|nurse|interpreter|my (?:\w+ )?(?:son|daughter|baby|mum|mom|dad|mother|father|wife|husband))\b/i;

/** Whether the run interrupts a sentence with one of its own, or speaks about the patient in the third person. */
function isSomebody(spoken: readonly Spoken[], { begin, end }: Run): boolean {
  const [before, first, last, next] = [spoken[begin - 1], spoken[begin], spoken[end - 1], spoken[end]];
  const cutsIn =
    before && first && last && next && !before.ends && !isLowerCase(first) && last.ends && isLowerCase(next);
  return cutsIn === true || aThird.test(textOf(spoken.slice(begin, end)));
}

/** Whether the run tears somebody else's sentence without a pause, or goes from one to the next in one breath. */
function hangsOn(spoken: readonly Spoken[], { begin, end }: Run): boolean {
  const [before, first, last, next] = [spoken[begin - 1], spoken[begin], spoken[end - 1], spoken[end]];
  const joinsBefore = before && first && isContiguous(first);
  const joinsNext = last && next && isContiguous(next);
  if (joinsBefore && !before.ends && isLowerCase(first)) return true;
  if (joinsNext && !last.ends && (isLowerCase(next) || joinsBefore === true)) return true;
  return joinsBefore === true && joinsNext === true && before.label === next.label && end - begin > 3;
}

/** How well something fits each of the people, in log-odds and in the order of the people. */
type Scores = readonly number[];

/** How well a sentence fits each of the people. */
type Lean = (text: string) => Scores;

/** This many turns show who the clinician is. */
const enoughRuns = 200;

/**
 * Sentences that a clinician is likelier to say fit the one person who says most of the kind; the rest fit the others.
 */
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

/** How much likelier it is that one person goes on after `before` than that another takes over, in log-odds. */
function goesOn(before: Spoken | undefined, next: Spoken | undefined): number {
  if (!before || !next) return 0;
  if (before.asks) return isAfterPause(next) ? -2.5 : 1;
  if (before.ends) return isContiguous(next) ? 1.5 : -0.5;
  if (!isContiguous(next)) return 0;
  if (isLowerCase(next)) return 6;
  return isI(next) ? 1 : 0;
}

/**
 * Gives each sentence of a stray run to its likeliest speaker, over all ways to share the sentences out. A way gains
 * half of each seam where one person goes on, loses half where another takes over, and gains how well each sentence
 * fits its speaker ({@link goesOn}, {@link Lean}). Where two speakers score about the same, the sentence keeps its
 * label.
 *
 *     Now we need | to talk of sport. | Do you swim? | Sometimes | in the lake.
 *     spk_0       |         spk_2, which is nobody               | spk_1
 *     seams       6                  1.5           -2.5          6
 *     best way          spk_0             spk_0         spk_1        3 + 0.75 + 1.25 + 3 = 8
 *     next best         spk_0             spk_1         spk_1        3 - 0.75 - 1.25 + 3 = 4
 *
 * Not every way is tried: only the best scores for reaching a sentence are carried on, from either end of the run.
 */
function shareOut(spoken: readonly Spoken[], run: Run, people: readonly string[], lean: Lean): void {
  const words = spoken.slice(run.begin, run.end);
  const sentences = cutBefore(words, (_, before) => before.ends);
  const leans = sentences.map(({ begin, end }) => lean(textOf(words.slice(begin, end))));
  const borders = [...sentences.map(({ begin }) => run.begin + begin), run.end];
  const seams = borders.map((at) => goesOn(spoken[at - 1], spoken[at]));
  const fromBefore = follow(scoresBeside(spoken[run.begin - 1], people), seams, leans);
  const fromBehind = follow(scoresBeside(spoken[run.end], people), seams.toReversed(), leans.toReversed()).toReversed();
  for (const [at, { begin, end }] of sentences.entries()) {
    const scores = plus(fromBehind[at], plus(fromBefore[at], leans[at]));
    const [best = 0, second = 0] = scores.toSorted((a, b) => b - a);
    const who = people[scores.indexOf(best)];
    if (who !== undefined && best - second >= sureBy) relabel(words.slice(begin, end), who);
  }
}

/** The scores beside a run: its neighbour's speaker alone is possible, or everybody if that is none of the people. */
function scoresBeside(word: Spoken | undefined, people: readonly string[]): Scores {
  const isKnown = word !== undefined && people.includes(word.label);
  return people.map((person) => (!isKnown || person === word.label ? 0 : Number.NEGATIVE_INFINITY));
}

/** The best scores for reaching each sentence from one end of the run, by its speaker, before its own words count. */
function follow(from: Scores, seams: readonly number[], leans: readonly Scores[]): Scores[] {
  let scores = from;
  return leans.map((lean, at) => {
    const arriving = across(scores, seams[at] ?? 0);
    scores = plus(arriving, lean);
    return arriving;
  });
}

/** The best scores beyond a seam: each person has gone on there or has taken over. */
function across(scores: Scores, seam: number): Scores {
  return scores.map((_, to) => Math.max(...scores.map((score, who) => score + (who === to ? seam / 2 : -seam / 2))));
}

function plus(some: Scores = [], others: Scores = []): Scores {
  return some.map((score, who) => score + (others[who] ?? 0));
}
