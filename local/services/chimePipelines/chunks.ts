import type { Capture } from './pipeline.ts';
import { secondsPerFrame } from './sound.ts';

/** A piece of a capture, in milliseconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/**
 * The chunks of a capture that are complete by a time, but for those that were by an earlier one: whole chunks, and a
 * shorter one at the end of each stretch that is over, unless no frame of sound begins in it.
 */
export function chunksOf(
  { stretches, chunkMs, sampleRate }: Pick<Capture, 'stretches' | 'chunkMs' | 'sampleRate'>,
  until: number,
  earlier = -Infinity,
): Span[] {
  const frameMs = secondsPerFrame(sampleRate) * 1000;
  return stretches.flatMap(({ from: begin, to: over = Infinity }) => {
    const framesBefore = (at: number) => Math.ceil((at - begin) / frameMs);
    const first = Math.max(0, Math.floor((earlier - begin) / chunkMs));
    const end = Math.ceil((Math.min(over, until) - begin) / chunkMs);
    return Array.from({ length: Math.max(0, end - first) }, (_, n) => begin + (first + n) * chunkMs)
      .map((from) => ({ from, to: Math.min(from + chunkMs, over) }))
      .filter(({ from, to }) => to > earlier && to <= until && framesBefore(to) > framesBefore(from));
  });
}

/** As Chime names what it writes: by the UTC time of its beginning, `yyyy-mm-dd-hh-mm-ss-ms`. */
export function nameAt(at: number): string {
  return new Date(at).toISOString().replace(/[T:.]/g, '-').replace('Z', '');
}
