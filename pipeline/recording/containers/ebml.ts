import { PipelineError } from '../../errors.ts';

/** An element of EBML (RFC 8794). */
export interface Element {
  id: number;
  at: number;
  bodyAt: number;
  /** Bytes of the body; undefined when a live recorder left it open. */
  size: number | undefined;
}

/** The element that begins here; undefined when none can. */
export function elementAt(view: DataView, at: number): Element | undefined {
  if (at < 0 || at >= view.byteLength) return undefined;
  const idBytes = Math.clz32(view.getUint8(at)) - 23;
  const sizeAt = at + idBytes;
  if (idBytes > 4 || sizeAt >= view.byteLength) return undefined;
  const sizeBytes = Math.clz32(view.getUint8(sizeAt)) - 23;
  const bodyAt = sizeAt + sizeBytes;
  if (sizeBytes > 8 || bodyAt > view.byteLength) return undefined;
  // The first byte gives the number of bytes by its highest bit; the bits below it belong to the number.
  const highest = view.getUint8(sizeAt) - 2 ** (8 - sizeBytes);
  const size = highest * 256 ** (sizeBytes - 1) + numberAt(view, sizeAt + 1, sizeBytes - 1);
  const isOpen = size >= 2 ** (7 * sizeBytes) - 1;
  return { id: numberAt(view, at, idBytes), at, bodyAt, size: isOpen ? undefined : size };
}

/** Four hours in blocks of 20 ms are fewer. */
const maxChildren = 1_000_000;

/**
 * The elements side by side from `from` to `to`, as far as they lie in the view whole.
 * @throws PipelineError UnsupportedMedia when they are more than a recording can have
 */
export function* childrenOf(
  view: DataView,
  from: number,
  to: number,
): Generator<Element & { size: number; end: number }> {
  let count = 0;
  for (let at = from; at < to; ) {
    const element = elementAt(view, at);
    if (element?.size === undefined) return;
    count += 1;
    if (count > maxChildren)
      throw new PipelineError('UnsupportedMedia', `more than ${maxChildren} elements in one place`);
    const end = element.bodyAt + element.size;
    if (end > Math.min(to, view.byteLength)) return;
    yield { ...element, size: element.size, end };
    at = end;
  }
}

/** An unsigned number of so many bytes. */
export function numberAt(view: DataView, at: number, bytes: number): number {
  let value = 0;
  for (let n = 0; n < bytes; n += 1) value = value * 256 + view.getUint8(at + n);
  return value;
}

export function floatAt(view: DataView, at: number, bytes: number): number {
  if (bytes === 4) return view.getFloat32(at);
  return bytes === 8 ? view.getFloat64(at) : 0;
}
