/** A chunk of a capture: its object's name, and when it begins, in milliseconds since 1970. */
interface Chunk {
  name: string;
  startMs: number;
}

/** Chime cuts after five seconds, and not to the millisecond. */
const longestChunkMs = 5_000 + 250;

/** `yyyy-mm-dd-hh-mm-ss-ms.mp4`, in UTC. */
const chunkName = /(?:^|\/)(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d{1,6})\.mp4$/;

function toChunk(name: string): Chunk[] {
  const [, ...digits] = chunkName.exec(name) ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0] = digits.map(Number);
  // Milliseconds, with or without zeros before them; more than three digits are microseconds.
  const ms = (digits[6] ?? '').length > 3 ? Math.floor(fraction / 1_000) : fraction;
  const startMs = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // There is no 31 February: it would be a day of March.
  const isTime = digits.length > 0 && new Date(startMs).toISOString().startsWith(toIso(digits));
  return isTime ? [{ name, startMs }] : [];
}

function toIso([year, month, day, hour, minute, second]: readonly string[]): string {
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

/** In the order of time, which is not that of names: Chime may leave out zeros. */
function toChunks(names: readonly string[]): Chunk[] {
  const byStart = new Map(names.flatMap(toChunk).map((chunk) => [chunk.startMs, chunk]));
  return [...byStart.values()].sort((a, b) => a.startMs - b.startMs);
}

/** The names of the chunks whose length only their bytes tell: the last one, and each that a gap follows. */
export function unmeasured(names: readonly string[]): string[] {
  const chunks = toChunks(names);
  const isFollowed = (startMs: number, at: number) => (chunks[at + 1]?.startMs ?? Infinity) - startMs <= longestChunkMs;
  return chunks.flatMap(({ name, startMs }, at) => (isFollowed(startMs, at) ? [] : name));
}

/**
 * How long a joined file must be, and how much of the time between the first chunk and the end of the last is in none of
 * them, in milliseconds.
 * @param names of objects, in any order, with or without their folders; what names no chunk is passed over
 * @param lengths of the {@link unmeasured}, in milliseconds
 * @returns undefined where there is no chunk
 */
export function measureChunks(
  names: readonly string[],
  lengths: ReadonlyMap<string, number>,
): { expectedMs: number; gapMs: number } | undefined {
  const chunks = toChunks(names);
  const [first] = chunks;
  const last = chunks.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const ends = chunks.map(({ name, startMs }, at) => {
    const next = chunks[at + 1]?.startMs ?? Infinity;
    const known = lengths.get(name);
    // A chunk that has a successor at once lasts until then.
    const length = next - startMs <= longestChunkMs ? next - startMs : Math.max(0, Math.round(known ?? longestChunkMs));
    return Math.min(startMs + length, next);
  });
  const expectedMs = chunks.reduce((sum, { startMs }, at) => sum + (ends[at] ?? startMs) - startMs, 0);
  return { expectedMs, gapMs: (ends.at(-1) ?? last.startMs) - first.startMs - expectedMs };
}
