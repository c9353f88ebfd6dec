import type { Chart, ChartFinding, ChartTurn } from '../pipeline/reading/chart.ts';
import type { Word } from '../pipeline/transcript/transcript.ts';
import { lastBefore } from './hearing.ts';
import type { Mark } from './highlights.ts';
import { TurnText } from './turnText.ts';

/** The shown text of each turn, by its index. */
export const toTexts = (turns: readonly ChartTurn[]) => turns.map((turn) => new TurnText(turn, turn.corrections));

export function markOf(texts: readonly TurnText[], turn: number, stretch: { begin: number; end: number }): Mark[] {
  const range = texts[turn]?.toRange(stretch);
  return range ? [{ turn, start: range[0], end: range[1] }] : [];
}

/** Below this, the transcript counts a word as one that was hard to hear. */
const sureWord = 0.5;

export function unsureMarks(turns: readonly ChartTurn[], texts: readonly TurnText[]): Mark[] {
  return turns.flatMap((turn, index) =>
    turn.words
      .filter(({ 4: confidence }) => confidence !== null && confidence < sureWord)
      .flatMap(([begin, end]) => markOf(texts, index, { begin, end })),
  );
}

export const correctedMarks = (texts: readonly TurnText[]): Mark[] =>
  texts.flatMap(({ corrected }, turn) => corrected.map(([start, end]) => ({ turn, start, end })));

export const evidenceMarks = (finding: ChartFinding | undefined, texts: readonly TurnText[]): Mark[] =>
  (finding?.evidence ?? []).flatMap(({ spans }) => spans.flatMap((span) => markOf(texts, span.turn, span)));

/** The mentions of all findings, which are entities of the consultation as it was opened. */
export function findingMarks(
  { findings }: Chart,
  entities: ReadonlyMap<string, { turn: number; begin: number; end: number }>,
  texts: readonly TurnText[],
): Mark[] {
  const all = Object.values(findings).flat();
  return all.flatMap(({ evidence }) =>
    evidence.flatMap(({ entity }) => {
      const mention = entities.get(entity);
      return mention ? markOf(texts, mention.turn, mention) : [];
    }),
  );
}

/** Where a text is said, whatever the case of its letters. */
export function searchMarks(wanted: string, texts: readonly TurnText[]): Mark[] {
  if (wanted.trim() === '') return [];
  const pattern = new RegExp(wanted.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), 'giu');
  return texts.flatMap(({ text }, turn) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ turn, start: index, end: index + found.length })),
  );
}

export interface Spoken {
  turn: number;
  word: Word | undefined;
}

const startOf = ({ startMs }: ChartTurn) => startMs;
const wordStart = (word: Word) => word[2];

/** The turn and the word that are heard at a time. Turns of two channels may overlap: then it is the later one. */
export function spokenAt(turns: readonly ChartTurn[], ms: number): Spoken | undefined {
  const turn = lastBefore(turns, ms, startOf);
  const words = turns[turn]?.words;
  return words ? { turn, word: words[lastBefore(words, ms, wordStart)] } : undefined;
}
