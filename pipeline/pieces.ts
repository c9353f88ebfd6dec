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

/**
 * Cuts a text into pieces of at most `maxBytes` UTF-8 bytes. The pieces joined are the text exactly and no code point is
 * split. A piece ends at a turn's end if one lies in its second half, else at a sentence's, else at a word's; only an
 * endless word is cut anywhere.
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

function endOfPiece(text: string, start: Border, maxBytes: number): Border {
  let bytes = 0;
  let at = start;
  const last: { turn?: Border; sentence?: Border; word?: Border } = {};
  while (at.unit < text.length) {
    const point = text.codePointAt(at.unit) ?? 0;
    bytes += utf8Length(point);
    if (bytes > maxBytes) return last.turn ?? last.sentence ?? last.word ?? at;
    at = { unit: at.unit + (point > 0xffff ? 2 : 1), point: at.point + 1 };
    if (!isSpace(point)) continue;
    last.word = at;
    if (bytes < maxBytes / 2) continue;
    if (point === 0x0a) last.turn = at;
    else if (/[.?!]/.test(text.charAt(at.unit - 2))) last.sentence = at;
  }
  return at;
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

const isSpace = (point: number) => point === 0x20 || point === 0x0a || point === 0x09 || point === 0x0d;
