import * as v from 'valibot';

/** The silent recording that stands in for one that a case does not have. */
export interface StandIn {
  durationMs: number;
  /** Two when the job told channels apart. */
  channels: 1 | 2;
}

const TAIL_MS = 800;
/** For a job result whose times cannot be read. */
const UNKNOWN_MS = 60_000;

const Results = v.object({ results: v.object({ channel_labels: v.optional(v.unknown()) }) });

/** A stand-in that ends a little after the last word of a job result. */
export function standInFor(job: Uint8Array | undefined): StandIn {
  if (job === undefined) return { durationMs: UNKNOWN_MS, channels: 1 };
  const spokenMs = lastEndMs(Buffer.from(job).toString());
  const parsed = v.safeParse(Results, parseJson(job));
  const isTwoChannel = parsed.success && parsed.output.results.channel_labels !== undefined;
  return { durationMs: spokenMs === 0 ? UNKNOWN_MS : spokenMs + TAIL_MS, channels: isTwoChannel ? 2 : 1 };
}

/**
 * The silence itself, in mp4, the container of the concatenation pipeline. `name` makes it this case's: two cases of one
 * length in one meeting are two recordings, not one and its duplicate.
 */
export async function makeStandIn(
  { durationMs, channels }: StandIn,
  name = '',
): Promise<{ fileName: string; bytes: Uint8Array }> {
  // The library behind it takes longer to load than most refusals take.
  const { silentRecording } = await import('./media.ts');
  const silence = await silentRecording({ durationMs, channels, container: 'mp4' });
  return { fileName: 'recording.mp4', bytes: Buffer.concat([silence, freeBox(name)]) };
}

/** A box that players pass over (ISO/IEC 14496-12, 8.1.2). */
function freeBox(text: string): Uint8Array {
  const content = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + content.length);
  head.write('free', 4);
  return Buffer.concat([head, content]);
}

/** Undefined when the bytes are not JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

/**
 * Reads the times from the text, so that a truncated file, or one of another shape with the same times, also has a
 * length.
 */
function lastEndMs(text: string): number {
  let last = 0;
  for (const [, time] of text.matchAll(/"end_time"\s*:\s*"?([\d.Ee+-]+)/g)) {
    const ms = Math.round(Number(time) * 1000);
    if (ms > last) last = ms;
  }
  return last;
}
