/** A stretch of a text in code points, and in bytes of its UTF-8; ends exclusive. */
export interface Piece {
  begin: number;
  end: number;
  bytes: ByteRange;
}

export interface ByteRange {
  from: number;
  to: number;
}

/** A place where the text may be cut, in UTF-16 code units, in code points and in bytes of UTF-8. */
interface Border {
  unit: number;
  point: number;
  byte: number;
}

/** Comprehend Medical bills characters in units of this many, rounded up for each call. */
export const unitCharacters = 100;

/**
 * Cuts a text into pieces of at most `maxBytes` UTF-8 bytes. Joined, the pieces are exactly the text, and no code point
 * is split. A piece ends at the end of a turn if there is one in the piece's last part, else at the end of a sentence
 * there, else at the end of a word; only an endless word is cut in the middle. Of several ends of turns, or of
 * sentences, the piece takes the one that wastes least of a billed unit.
 */
export function cutText(text: string, maxBytes: number): Piece[] {
  const pieces: Piece[] = [];
  let start: Border = { unit: 0, point: 0, byte: 0 };
  while (start.unit < text.length) {
    const end = endOfPiece(text, start, maxBytes);
    pieces.push({ begin: start.point, end: end.point, bytes: { from: start.byte, to: end.byte } });
    start = end;
  }
  return pieces;
}

/** The last part of a piece, where ends of turns and sentences are looked for, begins at this share of `maxBytes`. */
const lastPart = 0.8;

/** The ends that were passed: the one to take of each kind, the best kind first. */
type Ends = Partial<Record<'turn' | 'sentence' | 'word', Border>>;

/**
 * Reads as far as the bytes reach and takes the best end on the way. Here 24 bytes reach to `|`, and the last part
 * begins after the 19th: the piece ends at `t`, the end of a turn. Without it, it would end at the last `w`, the end of
 * a word.
 *
 *     Any cough at all? No.⏎And any fever?
 *         w     w  w    w   t |
 */
function endOfPiece(text: string, start: Border, maxBytes: number): Border {
  const ends: Ends = {};
  let at = start;
  while (at.unit < text.length) {
    const point = text.codePointAt(at.unit) ?? 0;
    const byte = at.byte + utf8Length(point);
    if (byte - start.byte > maxBytes) return ends.turn ?? ends.sentence ?? ends.word ?? wholeCharacter(text, start, at);
    at = { unit: at.unit + (point > 0xffff ? 2 : 1), point: at.point + 1, byte };
    if (!endsWord(text, at)) continue;
    const kind = byte - start.byte < lastPart * maxBytes ? 'word' : kindOfEnd(text, at);
    ends[kind] = kind === 'word' ? at : thriftier(start, at, ends[kind]);
  }
  return at;
}

/** Whether white space comes before and none after: "\r\n" and runs of blanks stay together. */
function endsWord(text: string, { unit }: Border): boolean {
  return isSpace(text.charCodeAt(unit - 1)) && !isSpace(text.charCodeAt(unit));
}

function kindOfEnd(text: string, { unit }: Border): keyof Ends {
  if (text.charAt(unit - 1) === '\n') return 'turn';
  return /[.?!]/.test(text.charAt(unit - 2)) ? 'sentence' : 'word';
}

/** The end that wastes less of a billed unit; of two equal ones, the later. */
function thriftier(start: Border, later: Border, earlier: Border | undefined): Border {
  const waste = ({ point }: Border) => (unitCharacters - ((point - start.point) % unitCharacters)) % unitCharacters;
  return earlier && waste(earlier) < waste(later) ? earlier : later;
}

/** A character as a reader sees it (an accented letter, a joined emoji, a flag) has no more code points than this. */
const characterPoints = 16;

/** The last border up to `at` that does not part an accent from its letter; `at` itself if none is near. */
function wholeCharacter(text: string, start: Border, at: Border): Border {
  let border = at;
  for (let step = 0; step < characterPoints && border.unit > start.unit + 1; step += 1) {
    const next = String.fromCodePoint(text.codePointAt(border.unit) ?? 0);
    const before = text.charCodeAt(border.unit - 1);
    if (!joins.test(next) && before !== zeroWidthJoiner && !(next === '\n' && before === carriageReturn)) return border;
    border = pointBefore(text, border);
  }
  return at;
}

function pointBefore(text: string, { unit, point, byte }: Border): Border {
  const last = text.charCodeAt(unit - 1);
  const units = last >= 0xdc00 && last <= 0xdfff ? 2 : 1;
  const length = utf8Length(text.codePointAt(unit - units) ?? 0);
  return { unit: unit - units, point: point - 1, byte: byte - length };
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
