import { burst } from './burst.ts';
import { type Embedded, runEmbedded } from './embedded.ts';
import { quotas } from './quotas.ts';

/** Jobs at once: few enough for a long line. */
const jobs = 20;
/**
 * The first take the places one second after the other, and give them back as far apart, in each round. The others are all
 * in the line before the first job ends; of 500, the last waits less than half an hour.
 */
const [apartMs, jobMs] = [1_000, 40_000];
const uploadMs = (n: number) => Math.min(n, jobs + 2) * apartMs + Math.max(0, n - jobs - 2) * 20;

/** The same recordings on the embedded stack and on virtual services. */
export interface Compared {
  embedded: Embedded;
  /** Where the two differ, in words; empty when they do not. */
  differences: string[];
}

/**
 * Uploads the same recordings, one after the other at the same times, to the embedded stack and to the services of a
 * burst, and compares the calls of each service and the order of the ends.
 */
export async function compare(recordings: number, onEnd?: (ended: number) => void): Promise<Compared> {
  const load = { recordings, uploadMs };
  const embedded = await runEmbedded({ ...load, jobs, jobMs, ...(onEnd && { onEnd }) });
  const quota = { ...quotas.default, jobs };
  const report = await burst({ ...load, quota, jobMs: () => jobMs, characters: embedded.characters });
  return { embedded, differences: differencesOf(embedded, report) };
}

/** What became of the recordings, as it is printed. */
export function toLines({ statuses, services, ends, seconds }: Embedded): string[] {
  const listed = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `${ends.length} recordings in the embedded stack: ${listed(statuses)}`,
    `calls: ${listed(services)}`,
    `${seconds.toFixed(0)} s of real time`,
  ];
}

type Sides = Pick<Embedded, 'ends' | 'services'>;

/** What the one did and the other did not. */
export function differencesOf(embedded: Sides, virtual: Sides): string[] {
  const names = [...new Set([...Object.keys(embedded.services), ...Object.keys(virtual.services)])].toSorted();
  const calls = names.flatMap((name) => {
    const [real, counted] = [embedded.services[name] ?? 0, virtual.services[name] ?? 0];
    return real === counted ? [] : [`${name}: ${real} calls in the embedded stack, ${counted} in the burst`];
  });
  const at = embedded.ends.findIndex((n, place) => n !== virtual.ends[place]);
  const isLonger = at < 0 && embedded.ends.length !== virtual.ends.length;
  if (isLonger)
    return [...calls, `${embedded.ends.length} ended in the embedded stack, ${virtual.ends.length} in the burst`];
  if (at < 0) return calls;
  const [real, other] = [embedded.ends[at], virtual.ends[at]];
  return [...calls, `end ${at + 1}: recording ${real} in the embedded stack, ${other} in the burst`];
}
