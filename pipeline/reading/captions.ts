import type { Turn, Word } from '../transcript/transcript.ts';
import { toWebVtt } from '../transcript/webvtt.ts';
import type { Chart, ChartTurn } from './chart.ts';

/** Captions as the clinician corrected them: words and roles. */
export function toCaptions({ turns }: Pick<Chart, 'turns'>): string {
  return toWebVtt({ turns: turns.map(toCorrected) });
}

/** A turn that says what the corrections say: each correction is one word, with the time of those in its place. */
function toCorrected(turn: ChartTurn): Turn {
  return turn.corrections.toReversed().reduce<Turn>((before, { begin, end, becomes }) => {
    const points = Array.from(before.text);
    const text = Array.from(becomes);
    points.splice(begin - before.begin, end - begin, ...text);
    const by = text.length - (end - begin);
    const replaced = before.words.filter((word) => word[0] < end && word[1] > begin);
    const [first, last] = [replaced[0], replaced.at(-1)];
    const word: Word[] = first && last ? [[first[0], last[1] + by, first[2], last[3], null]] : [];
    return {
      ...before,
      text: points.join(''),
      end: before.end + by,
      words: [
        ...before.words.filter((one) => one[1] <= begin),
        ...word,
        ...before.words
          .filter((one) => one[0] >= end)
          .map(([from, to, ...rest]): Word => [from + by, to + by, ...rest]),
      ],
    };
  }, turn);
}
