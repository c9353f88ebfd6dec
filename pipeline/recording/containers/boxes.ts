import { ascii, type Bytes, u64 } from './bytes.ts';

/** A box of an MP4 (ISO/IEC 14496-12, 4.2). Its end may lie behind the end of the file. */
export interface Box {
  type: string;
  at: number;
  bodyAt: number;
  end: number;
}

const maxBoxes = 256;

/** The box that begins here; undefined when none can. A size of 0 reaches to `limit`. */
export function boxAt(view: DataView, at: number, limit: number): Box | undefined {
  if (at + 8 > view.byteLength) return undefined;
  const short = view.getUint32(at);
  const isLong = short === 1;
  if (isLong && at + 16 > view.byteLength) return undefined;
  const size = isLong ? u64(view, at + 8) : short === 0 ? limit - at : short;
  const bodyAt = at + (isLong ? 16 : 8);
  const type = ascii(view, at + 4, 4);
  if (at + size < bodyAt || !/^[\x20-\x7e\xa9]{4}$/.test(type)) return undefined;
  return { type, at, bodyAt, end: at + size };
}

/** The boxes side by side in a view of which `from` to `to` is read. */
export function boxesOf(view: DataView, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at < to; ) {
    const box = boxAt(view, at, to);
    if (!box) break;
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

/** The boxes side by side in the file from `from` to `to`, read one header at a time. */
export async function boxesIn(bytes: Bytes, from: number, to: number, last?: string): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let at = from; at < to && boxes.length < maxBoxes; ) {
    const box = boxAt(await bytes.at(at, 16), 0, to - at);
    if (!box) break;
    boxes.push({ type: box.type, at, bodyAt: at + box.bodyAt, end: at + box.end });
    if (box.type === last) break;
    at += box.end;
  }
  return boxes;
}

/** Children of the boxes of this type, of theirs of the next type, and so on. */
export async function inside(bytes: Bytes, boxes: readonly Box[], ...path: string[]): Promise<Box[]> {
  const [type, ...rest] = path;
  const found = boxes.filter((box) => box.type === type);
  if (rest.length === 0) return found;
  const children: Box[] = [];
  for (const { bodyAt, end } of found) children.push(...(await boxesIn(bytes, bodyAt, Math.min(end, bytes.size))));
  return inside(bytes, children, ...rest);
}
