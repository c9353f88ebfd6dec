import type { Capture } from './pipeline.ts';

/** A piece of a capture, in milliseconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/**
 * The chunks of a capture up to a time: whole ones, and a shorter one at the end of each stretch that is over. Chunks that
 * are longer than the capture has lasted are not there yet.
 */
export function chunksOf({ stretches, chunkMs }: Pick<Capture, 'stretches' | 'chunkMs'>, until: number): Span[] {
  return stretches.flatMap(({ from: begin, to: over = Infinity }) => {
    const count = Math.ceil((Math.min(over, until) - begin) / chunkMs);
    const spans = Array.from({ length: Math.max(0, count) }, (_, n) => begin + n * chunkMs);
    return spans.map((from) => ({ from, to: Math.min(from + chunkMs, over) })).filter(({ to }) => to <= until);
  });
}

/** As Chime names what it writes: by the UTC time of its beginning, `yyyy-mm-dd-hh-mm-ss-ms`. */
export function nameAt(at: number): string {
  return new Date(at).toISOString().replace(/[T:.]/g, '-').replace('Z', '');
}
