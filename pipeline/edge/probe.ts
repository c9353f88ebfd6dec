import { type Dependency, dependencies, type Probe, type State } from '../health.ts';
import type { Log } from '../ports.ts';
import { isNamed } from './failure.ts';

/** A harmless question to a dependency. @throws when it is not answered */
export type Look = (signal: AbortSignal) => Promise<unknown>;

export type Looks = Readonly<Record<Dependency, Look>>;

/** For how long what was found is told, in milliseconds. */
const maxAgeMs = 30_000;

/** How long a look may take, in milliseconds: whoever waits for it decides about the next door. */
const limitMs = 2_000;

export interface ProbeOptions {
  /** Loads what looks; its time is not that of the dependencies. */
  load: () => Promise<Looks>;
  log: Log;
  now: () => Date;
  limitMs?: number;
}

/**
 * Looks at all dependencies at once, at most every thirty seconds: those who ask meanwhile are told what was found, and
 * those who ask at the same time wait for one look. Each execution environment knows its own: one that is shared would
 * be a dependency more.
 */
export function toProbe(options: ProbeOptions): () => Promise<Probe> {
  let known: { probe: Promise<Probe>; at: number } | undefined;
  return () => {
    const at = options.now().getTime();
    if (!known || at - known.at >= maxAgeMs) known = { probe: probeAll(options), at };
    return known.probe;
  };
}

async function probeAll({ load, log, now, limitMs: ms = limitMs }: ProbeOptions): Promise<Probe> {
  const checkedAt = now().toISOString();
  const loaded = load();
  const found = dependencies.map(async (dependency): Promise<[Dependency, State]> => {
    try {
      await inTime((await loaded)[dependency], ms);
    } catch (error) {
      // What is too busy for this question is there.
      if (!isNamed(error, 'Throttled')) {
        log('dependency down', { dependency, errorName: error instanceof Error ? error.name : 'unknown' });
        return [dependency, 'down'];
      }
    }
    return [dependency, 'ok'];
  });
  return { checkedAt, dependencies: Object.fromEntries(await Promise.all(found)) as Probe['dependencies'] };
}

/** A look that does not heed its signal is not waited for either. */
async function inTime(look: Look, ms: number): Promise<void> {
  const signal = AbortSignal.timeout(ms);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  await Promise.race([look(signal), late]);
}
