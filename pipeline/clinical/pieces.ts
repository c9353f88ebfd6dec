/** A stretch of a text in code points, end exclusive. */
export interface Piece {
  begin: number;
  end: number;
}

/** A place where the text may be cut, in both units. */
interface Border {
  unit: number;
  point: number;
}

/** Comprehend Medical bills characters in units of this many, rounded up for each call. */
export const unitCharacters = 100;

/**
 * Cuts a text into pieces of at most `maxBytes` UTF-8 bytes. The pieces joined are the text exactly and no code point is
 * split. A piece ends at a turn's end if one lies in its last part, else at a sentence's, else at a word's; only an
 * endless word is cut anywhere. Of several such ends the one that wastes least of a billed unit is taken.
 */
export function cutText(text: string, maxBytes: number): Piece[] {
  const pieces: Piece[] = [];
  let start: Border = { unit: 0, point: 0 };
  while (start.unit < text.length) {
    const end = endOfPiece(text, start, maxBytes);
    pieces.push({ begin: start.point, end: end.point });
    start = end;
  }
  return pieces;
}

/** Where a good end is looked for: the last part of what fits. */
const lastPart = 0.8;

/** The ends that were passed: of each kind the one to be taken, the best kind first. */
type Ends = Partial<Record<'turn' | 'sentence' | 'word', Border>>;

/**
 * Reads as far as the bytes reach and takes the best end on the way. Here 24 bytes reach to `|`, and the last part begins
 * after the 19th: the piece ends at `t`, a turn's end. Without that one it would end at the last `w`, a word's end.
 *
 *     Any cough at all? No.⏎And any fever?
 *         w     w  w    w   t |
 */
function endOfPiece(text: string, start: Border, maxBytes: number): Border {
  const ends: Ends = {};
  let bytes = 0;
  let at = start;
  while (at.unit < text.length) {
    const point = text.codePointAt(at.unit) ?? 0;
    bytes += utf8Length(point);
    if (bytes > maxBytes) return ends.turn ?? ends.sentence ?? ends.word ?? wholeCharacter(text, start, at);
    at = { unit: at.unit + (point > 0xffff ? 2 : 1), point: at.point + 1 };
    if (!endsWord(text, at)) continue;
    const kind = bytes < lastPart * maxBytes ? 'word' : kindOfEnd(text, at);
    ends[kind] = kind === 'word' ? at : thriftier(start, at, ends[kind]);
  }
  return at;
}

/** Behind a blank and before none: "\r\n" and blanks stay together. */
function endsWord(text: string, { unit }: Border): boolean {
  return isSpace(text.charCodeAt(unit - 1)) && !isSpace(text.charCodeAt(unit));
}

function kindOfEnd(text: string, { unit }: Border): keyof Ends {
  if (text.charAt(unit - 1) === '\n') return 'turn';
  return /[.?!]/.test(text.charAt(unit - 2)) ? 'sentence' : 'word';
}

/** The end that wastes less of a billed unit; of equals the later one. */
function thriftier(start: Border, later: Border, earlier: Border | undefined): Border {
  const waste = ({ point }: Border) => (unitCharacters - ((point - start.point) % unitCharacters)) % unitCharacters;
  return earlier && waste(earlier) < waste(later) ? earlier : later;
}

/** One character to a reader has no more code points than this: an accent, a joined emoji, a flag. */
const characterPoints = 16;

/** The last border before `at` that does not part an accent from its letter, if one is near. */
function wholeCharacter(text: string, start: Border, at: Border): Border {
  let border = at;
  for (let step = 0; step < characterPoints && border.unit > start.unit + 1; step += 1) {
    const next = String.fromCodePoint(text.codePointAt(border.unit) ?? 0);
    const before = text.charCodeAt(border.unit - 1);
    if (!joins.test(next) && before !== zeroWidthJoiner && !(next === '\n' && before === carriageReturn)) return border;
    border = { unit: border.unit - (before >= 0xdc00 && before <= 0xdfff ? 2 : 1), point: border.point - 1 };
  }
  return at;
}

/** Marks, variation selectors, skin tones and the joiner belong to the character before them. */
const joins = /^(?:\p{M}|\p{Emoji_Modifier}|\u200d)/u;
const zeroWidthJoiner = 0x200d;
const carriageReturn = 0x0d;

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

const isSpace = (point: number) => point === 0x20 || point === 0x0a || point === 0x09 || point === 0x0d;
