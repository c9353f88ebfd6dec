import type { WordsCorrection } from '../pipeline/reading/opened.ts';

/** A stretch of a turn as it is shown: either as it was transcribed, or what a correction made of it. */
interface Piece {
  /** In code points of the transcript's text. */
  begin: number;
  end: number;
  /** Where it stands in the shown text, in UTF-16 units. */
  at: number;
  text: string;
  isCorrected: boolean;
}

/**
 * A turn's text as it is shown, with its words corrected. Offsets of documents count code points of the transcript's text,
 * ranges of the DOM count UTF-16 units of the shown text; this takes one to the other.
 */
export class TurnText {
  readonly text: string;
  readonly #pieces: readonly Piece[];

  constructor(
    turn: { begin: number; text: string },
    corrections: readonly Pick<WordsCorrection, 'begin' | 'end' | 'becomes'>[] = [],
  ) {
    this.#pieces = corrections.length === 0 ? [plain(turn)] : cut(turn, corrections);
    this.text = this.#pieces.map(({ text }) => text).join('');
  }

  /** The place in the shown text of an offset of the transcript. Inside a correction it is the correction's begin. */
  toUnits(offset: number): number {
    const piece = this.#pieces.find(({ end }) => offset < end) ?? this.#pieces.at(-1);
    if (!piece) return 0;
    if (offset >= piece.end) return piece.at + piece.text.length;
    if (piece.isCorrected || offset <= piece.begin) return piece.at;
    return piece.at + units(piece.text, offset - piece.begin);
  }

  /** The shown stretch for one of the transcript: one that touches a correction has it whole. */
  toRange({ begin, end }: { begin: number; end: number }): [start: number, end: number] {
    const last = this.#pieces.find((piece) => end <= piece.end);
    const isInside = last?.isCorrected === true && end > last.begin;
    return [this.toUnits(begin), isInside ? last.at + last.text.length : this.toUnits(end)];
  }

  /** The offset of the transcript for a place in the shown text. `up`: inside a correction it is the correction's end. */
  toOffset(unit: number, up = false): number {
    const piece = this.#pieces.find(({ at, text }) => unit < at + text.length) ?? this.#pieces.at(-1);
    if (!piece) return 0;
    if (unit >= piece.at + piece.text.length) return piece.end;
    if (piece.isCorrected) return up && unit > piece.at ? piece.end : piece.begin;
    return piece.begin + Array.from(piece.text.slice(0, Math.max(0, unit - piece.at))).length;
  }

  /** The shown stretches that were corrected. */
  get corrected(): [start: number, end: number][] {
    return this.#pieces
      .filter(({ isCorrected }) => isCorrected)
      .map(({ at, text }): [number, number] => [at, at + text.length]);
  }
}

const plain = ({ begin, text }: { begin: number; text: string }): Piece => ({
  begin,
  end: begin + length(text),
  at: 0,
  text,
  isCorrected: false,
});

function cut(
  { begin, text }: { begin: number; text: string },
  corrections: readonly Pick<WordsCorrection, 'begin' | 'end' | 'becomes'>[],
): Piece[] {
  const points = Array.from(text);
  const pieces: Piece[] = [];
  const add = (from: number, to: number, becomes?: string) => {
    const at = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
    const shown = becomes ?? points.slice(from - begin, to - begin).join('');
    if (to > from) pieces.push({ begin: from, end: to, at, text: shown, isCorrected: becomes !== undefined });
  };
  let done = begin;
  for (const one of corrections.toSorted((a, b) => a.begin - b.begin)) {
    add(done, one.begin);
    add(one.begin, one.end, one.becomes);
    done = one.end;
  }
  add(done, begin + points.length);
  return pieces;
}

const pairs = /[\uD800-\uDBFF][\uDC00-\uDFFF]/;

/** Length in code points. */
function length(text: string): number {
  return pairs.test(text) ? Array.from(text).length : text.length;
}

/** The UTF-16 units of the first code points of a text. */
function units(text: string, points: number): number {
  if (!pairs.test(text)) return points;
  let unit = 0;
  for (let n = 0; n < points && unit < text.length; n += 1) unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  return unit;
}
