import type { Token } from './jobItems.ts';
import { type HeardAs, toUtterance, type Utterance } from './jobResult.ts';
import {
  cutBefore,
  isAfterPause,
  isContiguous,
  isI,
  isLowerCase,
  relabel,
  type Run,
  type Spoken,
  toRuns,
  toSpoken,
} from './spoken.ts';
import { findNobody, giveAway, type Leaning } from './strayLabels.ts';

/** At most this many words slip over the border of a turn. */
const slip = 2;

/**
 * Corrects labels that diarization often gets wrong: those of the words at a turn's border, of short answers and
 * back-channels, and labels that are nobody. Text, words and their order stay. A word changes its label only where the
 * sentence, its marks and the pauses agree, and its utterance remembers the service's label. All decisions are made
 * from the service's labels, so a second pass changes nothing. Utterances whose labels are right are returned as the
 * same objects.
 */
export function repairLabels(utterances: readonly Utterance[], leaning: Leaning): Utterance[] {
  const spoken = toSpoken(utterances);
  const first = spoken[0]?.heard;
  if (spoken.every(({ heard }) => heard === first)) return [...utterances];
  const { people, strays } = findNobody(spoken);
  moveBorders(spoken);
  if (strays.length > 0) {
    giveAway(spoken, strays, people, leaning);
    moveBorders(spoken);
  }
  if (people.length === 2) splitShortTurns(spoken, people);
  if (spoken.every(({ label, heard }) => label === heard)) return [...utterances];
  return cut(utterances, spoken);
}

/**
 * Where the border of two labels tears a sentence, moves it to that sentence's end or beginning, a word or two away.
 */
function moveBorders(spoken: readonly Spoken[]): void {
  for (let at = 1; at < spoken.length; at += 1) {
    const before = spoken[at - 1];
    const after = spoken[at];
    if (!before || !after || before.label === after.label) continue;
    if (before.ends || !isContiguous(after)) continue;
    if (!moveOn(spoken, at)) moveBack(spoken, at);
  }
}

/** Corrects the last words of a turn that have the label of the next: "Do you take any | tablets? | No, none." */
function moveOn(spoken: readonly Spoken[], border: number): boolean {
  const [before, after] = [spoken[border - 1], spoken[border]];
  if (!before || !after || !isLowerCase(after)) return false;
  // If only a word or two come before the border, the other speaker may be going on with an interrupted sentence.
  if (border < 3 || !haveLabel(spoken.slice(border - 3, border), before.label)) return false;
  const words = wordsToEnd(spoken, border) ?? [];
  const [last, next] = [words.at(-1), spoken[border + words.length]];
  if (!last || !next) return false;
  // Words that a third speaker follows without a pause are a turn of their own.
  const isAmidThree = next.label !== after.label && next.label !== before.label && !isAfterPause(next);
  if (isAmidThree || isShortTurn(words) || (!last.asks && !isAfterPause(next))) return false;
  relabel(words, before.label);
  return true;
}

/** Corrects the first words of a turn that have the label of the turn before: "Any pain? | Um, | yes there is." */
function moveBack(spoken: readonly Spoken[], border: number): void {
  const words = wordsFromBegin(spoken, border) ?? [];
  const [first, after] = [words[0], spoken[border]];
  if (!first || !after) return;
  const hasComma = words.some(({ marks }) => marks.includes(','));
  // Without a pause, the words after the border must be three or more: one or two could be a turn of their own.
  const isRun = haveLabel(spoken.slice(border, border + 3), after.label);
  const isTorn = isAfterPause(first) ? isLowerCase(after) || isI(after) : isLowerCase(after) && hasComma && isRun;
  if (isTorn) relabel(words, after.label);
}

/** The words of one label from the `from`th on that end a sentence, if they are no more than {@link slip}. */
function wordsToEnd(spoken: readonly Spoken[], from: number): Spoken[] | undefined {
  const label = spoken[from]?.label;
  for (let at = from; at < from + slip; at += 1) {
    const word = spoken[at];
    if (!word || word.label !== label) return undefined;
    if (word.ends) return spoken.slice(from, at + 1);
  }
  return undefined;
}

/** The words of one label up to the `to`th that begin a sentence, if they are no more than {@link slip}. */
function wordsFromBegin(spoken: readonly Spoken[], to: number): Spoken[] | undefined {
  const label = spoken[to - 1]?.label;
  for (let begin = to - 1; begin >= to - slip; begin -= 1) {
    const before = spoken[begin - 1];
    if (!before || before.label !== label) return undefined;
    if (before.ends) return spoken.slice(begin, to);
  }
  return undefined;
}

/** Words of somebody who goes on listening, and words that answer a question by themselves. */
const backChannels = new Set(
  'ok okay yeah yes yep yup no right sure mm mm-hmm mmhm mhm hmm uh-huh alright great absolutely sí ja oui'.split(' '),
);
const answers = new Set('yes yeah yep no nope nah sí nein ja oui non não sim'.split(' '));

const fillers = new Set('um uh uhm er erm ohh oh'.split(' '));

const isOneOf = (words: ReadonlySet<string>, { word }: Spoken) => words.has(word.text.toLowerCase());
const isShortTurn = (words: readonly Spoken[]) =>
  words.every((word) => isOneOf(backChannels, word) || isOneOf(answers, word));
const haveLabel = (words: readonly Spoken[], label: string) => words.every((word) => word.label === label);

/** Gives a short sentence inside the run of one of two people to the other, who said it. */
function splitShortTurns(spoken: readonly Spoken[], people: readonly string[]): void {
  for (let begin = 1; begin < spoken.length; begin += 1) {
    const before = spoken[begin - 1];
    if (!before || before.label !== spoken[begin]?.label) continue;
    const sentence = wordsToEnd(spoken, begin);
    if (!sentence || sentence.at(-1)?.asks) continue;
    const next = spoken[begin + sentence.length];
    if (!next || !people.includes(before.label)) continue;
    if (!haveLabel(sentence, before.label) || next.label !== before.label) continue;
    if (isBackChannel(before, sentence, next) || isAnswer(before, sentence, next)) {
      relabel(sentence, people.find((label) => label !== before.label) ?? before.label);
    }
  }
}

/** "and it was Mm-hmm. getting worse": a sentence of its own inside another speaker's. */
function isBackChannel(before: Spoken, sentence: readonly Spoken[], next: Spoken): boolean {
  const [first] = sentence;
  if (!first || before.ends || isOneOf(fillers, before)) return false;
  if (isLowerCase(first) || !sentence.every((word) => isOneOf(backChannels, word))) return false;
  const isTorn = isAfterPause(first) || !before.marks.includes(',');
  return (isLowerCase(next) && isTorn) || before.word.text === next.word.text;
}

/** "Any cough? No. And any fever?": whoever goes on asking has been answered. */
function isAnswer(before: Spoken, sentence: readonly Spoken[], next: Spoken): boolean {
  const [first] = sentence;
  if (!first || !before.asks || !isAfterPause(first) || isLowerCase(next)) return false;
  return sentence.every((word) => isOneOf(answers, word));
}

/**
 * Cuts the tokens again, wherever the label changes. An utterance in which nothing changed stays the same object; any
 * other is written again, with the service's label beside the words to which it gave another label.
 *
 *     heard   spk_0: Did you bring the old   spk_1: bottle? It is in the car.
 *     label          0   0   0     0   0            0       1  1  1  1   1
 *     cut     spk_0: Did you bring the old bottle?          spk_1: It is in the car.
 *                    word 5 was heard as spk_1
 */
function cut(utterances: readonly Utterance[], spoken: readonly Spoken[]): Utterance[] {
  const tokens = utterances.flatMap((utterance) => utterance.tokens);
  /** The index of the token with which each word begins; the marks that follow a word belong to it. */
  const starts = [...tokens.keys()].filter((at) => tokens[at]?.kind === 'word');
  starts[0] = 0; // the marks before the first word belong to it too
  return toRuns(spoken).map((run) => {
    const { begin, end } = run;
    return asHeard(spoken, run) ?? rewrite(spoken.slice(begin, end), tokens.slice(starts[begin], starts[end]));
  });
}

/** The utterance that a run still is: all its words and no others, under the label they were heard with. */
function asHeard(spoken: readonly Spoken[], { begin, end }: Run): Utterance | undefined {
  const utterance = spoken[begin]?.utterance;
  if (spoken[begin - 1]?.utterance === utterance || spoken[end]?.utterance === utterance) return undefined;
  const isKept = (word: Spoken) =>
    word.utterance === utterance && word.label === utterance.speaker && word.heard === utterance.speaker;
  return spoken.slice(begin, end).every(isKept) ? utterance : undefined;
}

/** Makes an utterance of words with one label; `tokens` are the words and their marks. */
function rewrite(words: readonly Spoken[], tokens: Token[]): Utterance {
  const utterance = toUtterance(words[0]?.label ?? '', tokens);
  const relabelled = heardOtherwise(words);
  if (relabelled.length > 0) utterance.relabelled = relabelled;
  return utterance;
}

/** The stretches of words to which the service gave another label than they have now. */
function heardOtherwise(words: readonly Spoken[]): HeardAs[] {
  return cutBefore(words, (word, before) => word.heard !== before.heard).flatMap(({ begin, end }) => {
    const { label, heard } = words[begin] ?? {};
    return heard === undefined || heard === label ? [] : [{ from: begin, to: end, label: heard }];
  });
}
