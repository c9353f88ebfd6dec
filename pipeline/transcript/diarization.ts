import type { Token } from './jobItems.ts';
import { append, toUtterance, type Utterance } from './jobResult.ts';
import { isAfterPause, isContiguous, isI, isLowerCase, relabel, type Spoken, toSpoken } from './spoken.ts';
import { findNobody, giveAway, type Leaning } from './strayLabels.ts';

/** So many words slip over a turn's border. */
const slip = 2;

/**
 * Mends what diarization gets wrong about the words at a turn's border, about short answers and back-channels, and about
 * labels that are nobody. Text, words and their order stay; a word changes its label only where the sentence, its marks
 * and the pauses agree, and its utterance remembers the service's label. It decides from the service's labels, so
 * mending twice is mending once; sound labels come back as they are, the same objects.
 */
export function repairLabels(utterances: readonly Utterance[], leaning: Leaning): Utterance[] {
  const spoken = toSpoken(utterances);
  const heard = spoken.map(({ label }) => label);
  if (new Set(heard).size < 2) return [...utterances];
  const { people, strays } = findNobody(spoken);
  moveBorders(spoken);
  if (strays.length > 0) {
    giveAway(spoken, strays, people, leaning);
    moveBorders(spoken);
  }
  if (people.length === 2) splitShortTurns(spoken, people);
  if (spoken.every(({ label }, at) => label === heard[at])) return [...utterances];
  return cut(utterances, spoken, heard);
}

/** Where the border of two labels tears a sentence that ends or begins a word or two away, the border moves there. */
function moveBorders(spoken: readonly Spoken[]): void {
  for (let at = 1; at < spoken.length; at += 1) {
    const before = spoken[at - 1];
    const after = spoken[at];
    if (!before || !after || before.label === after.label) continue;
    if (before.ends || !isContiguous(after)) continue;
    if (!moveOn(spoken, at)) moveBack(spoken, at);
  }
}

/** The first words of a turn under the label of the turn before: "Any pain? | Um, | yes there is." */
function moveBack(spoken: readonly Spoken[], border: number): void {
  const [before, after] = [spoken[border - 1], spoken[border]];
  if (!before || !after) return;
  // Without a pause to show it, one or two words more could be a turn of their own.
  const isRun = spoken.slice(border, border + 3).every(({ label }) => label === after.label);
  for (let begin = border - 1; begin >= border - slip; begin -= 1) {
    const [last, first] = [spoken[begin - 1], spoken[begin]];
    if (!last || !first || last.label !== before.label || first.label !== before.label) return;
    if (!last.ends) continue;
    const words = spoken.slice(begin, border);
    const hasComma = words.some(({ marks }) => marks.includes(','));
    const isTorn = isAfterPause(first) ? isLowerCase(after) || isI(after) : isLowerCase(after) && hasComma && isRun;
    if (isTorn) relabel(words, after.label);
    return;
  }
}

/** The last words of a turn under the label of the next: "Do you take any | tablets? | No, none." */
function moveOn(spoken: readonly Spoken[], border: number): boolean {
  const [before, after] = [spoken[border - 1], spoken[border]];
  if (!before || !after || !isLowerCase(after)) return false;
  // After a word or two the other may only go on with a sentence that was cut in on.
  if (border < 3 || spoken[border - 2]?.label !== before.label || spoken[border - 3]?.label !== before.label)
    return false;
  for (let end = border + 1; end <= border + slip; end += 1) {
    const [last, next] = [spoken[end - 1], spoken[end]];
    if (!last || !next || last.label !== after.label) return false;
    if (!last.ends) continue;
    const words = spoken.slice(border, end);
    const isTurn = next.label !== after.label && next.label !== before.label && !isAfterPause(next);
    if (isTurn || isShortTurn(words) || (!last.asks && !isAfterPause(next))) return false;
    relabel(words, before.label);
    return true;
  }
  return false;
}

/** What a listener says to go on listening, and what answers a question in a word. */
const backChannels = new Set(
  'ok okay yeah yes yep yup no right sure mm mm-hmm mmhm mhm hmm uh-huh alright great absolutely sí ja oui'.split(' '),
);
const answers = new Set('yes yeah yep no nope nah sí nein ja oui non não sim'.split(' '));

const fillers = new Set('um uh uhm er erm ohh oh'.split(' '));

const isOneOf = (words: ReadonlySet<string>, { word }: Spoken) => words.has(word.text.toLowerCase());
const isShortTurn = (words: readonly Spoken[]) =>
  words.every((word) => isOneOf(backChannels, word) || isOneOf(answers, word));

/** Gives a short sentence inside the run of one of two people to the other, who said it. */
function splitShortTurns(spoken: readonly Spoken[], people: readonly string[]): void {
  for (let begin = 1; begin < spoken.length; begin += 1) {
    let end = begin + 1;
    while (end - begin < slip && !spoken[end - 1]?.ends) end += 1;
    const last = spoken[end - 1];
    if (!last?.ends || last.asks) continue; // as most words: nothing is allocated for them
    const sentence = spoken.slice(begin, end);
    const [before, next] = [spoken[begin - 1], spoken[end]];
    if (!before || !next || !people.includes(before.label)) continue;
    if ([...sentence, next].some(({ label }) => label !== before.label)) continue;
    if (isBackChannel(before, sentence, next) || isAnswer(before, sentence, next)) {
      relabel(sentence, people.find((label) => label !== before.label) ?? before.label);
      begin = end - 1;
    }
  }
}

/** "and it was Mm-hmm. getting worse": a sentence of its own amid the sentence of another. */
function isBackChannel(before: Spoken, sentence: readonly Spoken[], next: Spoken): boolean {
  const [first] = sentence;
  if (!first || before.ends || isOneOf(fillers, before)) return false;
  if (isLowerCase(first) || !sentence.every((word) => isOneOf(backChannels, word))) return false;
  const isTorn = isAfterPause(first) || !before.marks.includes(',');
  return (isLowerCase(next) && isTorn) || before.word.text === next.word.text;
}

/** "Any cough? No. And any fever?": who asks on has been answered. */
function isAnswer(before: Spoken, sentence: readonly Spoken[], next: Spoken): boolean {
  const [first] = sentence;
  if (!first || !before.asks || !isAfterPause(first) || isLowerCase(next)) return false;
  return sentence.every((word) => isOneOf(answers, word));
}

/** The same tokens as maximal runs of one label; where that is not the service's, its own stays beside the words. */
function cut(utterances: readonly Utterance[], spoken: readonly Spoken[], heard: readonly string[]): Utterance[] {
  const mended: Utterance[] = [];
  /** Nothing of it changes, and nothing is added to it. */
  const isSound = ({ speaker }: Utterance, from: number, to: number) => {
    if (from === to || spoken[from - 1]?.label === speaker || spoken[to]?.label === speaker) return false;
    for (let word = from; word < to; word += 1) {
      if (spoken[word]?.label !== speaker || heard[word] !== speaker) return false;
    }
    return true;
  };
  let at = 0;
  let begin = 0;
  let current: Utterance | undefined;
  let leading: Token[] = [];
  for (const utterance of utterances) {
    const next = at + utterance.tokens.reduce((count, { kind }) => count + (kind === 'word' ? 1 : 0), 0);
    if (isSound(utterance, at, next)) {
      mended.push(utterance);
      current = utterance;
      at = next;
      continue;
    }
    for (const token of utterance.tokens) {
      if (token.kind === 'punctuation') {
        if (current) append(current, token);
        else leading.push(token);
        continue;
      }
      const speaker = spoken[at]?.label ?? '';
      if (current?.speaker !== speaker) {
        current = toUtterance(speaker, token.startMs, leading);
        mended.push(current);
        leading = [];
        begin = at;
      }
      remember(current, at - begin, heard[at] ?? speaker);
      append(current, token);
      current.endMs = Math.max(current.endMs, token.endMs);
      at += 1;
    }
  }
  return mended;
}

function remember(utterance: Utterance, word: number, label: string): void {
  if (label === utterance.speaker) return;
  utterance.relabelled ??= [];
  const last = utterance.relabelled.at(-1);
  if (last?.label === label && last.to === word) last.to = word + 1;
  else utterance.relabelled.push({ from: word, to: word + 1, label });
}
