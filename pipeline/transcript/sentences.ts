import type { Dialogue, Turn } from './transcript.ts';

/** A sentence of a turn, in code points of the whole text. */
export interface Sentence {
  begin: number;
  end: number;
  text: string;
}

/** Each finding in a turn needs the turn's code points, so they are kept after the first time. */
const known = new WeakMap<Turn, string[]>();

export function pointsOf(turn: Turn): string[] {
  let points = known.get(turn);
  if (!points) {
    points = Array.from(turn.text);
    known.set(turn, points);
  }
  return points;
}

/** Speech without punctuation has no sentences: this many code points to either side, to a whole word, must do. */
const farthest = 300;

/** The sentence in which `offset` lies, within its turn. */
export function sentenceAt(turn: Turn, offset: number): Sentence {
  const points = pointsOf(turn);
  const begin = beginOfSentence(points, offset - turn.begin);
  const end = endOfSentence(points, offset - turn.begin);
  return { begin: turn.begin + begin, end: turn.begin + end, text: points.slice(begin, end).join('') };
}

function beginOfSentence(points: readonly string[], at: number): number {
  let begin = at;
  while (begin > 0 && at - begin < farthest && !isEnd(points, begin - 1)) begin -= 1;
  if (at - begin >= farthest) while (begin < at && points[begin - 1] !== ' ') begin += 1;
  while (points[begin] === ' ') begin += 1;
  return begin;
}

function endOfSentence(points: readonly string[], at: number): number {
  let end = at;
  while (end < points.length && end - at < farthest && !isEnd(points, end)) end += 1;
  if (end - at < farthest) return Math.min(end + 1, points.length);
  while (end > at + 1 && points[end] !== ' ') end -= 1;
  return end;
}

/** A mark ends a sentence when a blank or nothing follows; a mark inside a word, as in "37.5" or "e.g.", does not. */
function isEnd(points: readonly string[], at: number): boolean {
  return /[.?!]/.test(points[at] ?? '') && (at + 1 >= points.length || points[at + 1] === ' ');
}

/** The turn's words after the sentence. */
export function afterSentence(turn: Turn, sentence: Sentence): string {
  return pointsOf(turn)
    .slice(sentence.end - turn.begin, sentence.end - turn.begin + farPoints)
    .join('')
    .trim();
}

/** Words that bear on a finding are no farther from it than this many code points. */
const farPoints = 600;
/** A turn of no more words than this is a listener's "Mm." or "Okay.": it does not end the speaker's sentence. */
const backChannelWords = 2;

/** The speaker's words up to `offset`, back to where somebody else took over. */
export function saidUpTo({ turns }: Dialogue, turn: Turn, offset: number): string {
  const until = offset - turn.begin;
  const said = [
    pointsOf(turn)
      .slice(Math.max(0, until - farPoints), until)
      .join(''),
  ];
  for (let index = turn.index - 1; index >= 0 && said.join(' ').length < farPoints; index -= 1) {
    const before = turns[index];
    if (before?.speaker === turn.speaker) said.unshift(before.text);
    else if ((before?.words.length ?? 0) > backChannelWords) break;
  }
  return said.join(' ');
}

/** The words of a turn between two code points of the transcript's text. */
export function wordsOf(turn: Turn, { begin, end }: { begin: number; end: number }): string {
  return pointsOf(turn)
    .slice(begin - turn.begin, end - turn.begin)
    .join('');
}

/** The sentences of a turn's text, in their order. */
export const sentencesOf = ({ text }: Pick<Turn, 'text'>): string[] => text.split(/(?<=[.?!…])\s+/);
