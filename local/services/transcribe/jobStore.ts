import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { keep, readKept } from '../snapshot.ts';
import { isTerminal, type Job, type JobKind } from './job.ts';

const KEPT_MS = 90 * 24 * 3600 * 1000;
const SCHEMA = 'transcribe-jobs/1';

interface JobFile {
  schema: string;
  jobs: Job[];
}

/** The account's jobs. Their records are kept 90 days, in `dataDir` across restarts when one is given. */
export class JobStore {
  readonly #clock: Clock;
  readonly #file: string | undefined;
  readonly #jobs = new Map<string, Job>();

  constructor(clock: Clock, dataDir?: string) {
    this.#clock = clock;
    if (dataDir === undefined) return;
    this.#file = join(dataDir, 'transcribe.json');
    const kept = readKept<JobFile>(this.#file, SCHEMA);
    for (const job of kept?.jobs ?? []) this.#jobs.set(keyOf(job.kind, job.name), job);
  }

  find(kind: JobKind, name: string): Job | undefined {
    this.#expire();
    return this.#jobs.get(keyOf(kind, name));
  }

  /** Oldest first. */
  all(): Job[] {
    this.#expire();
    return [...this.#jobs.values()];
  }

  /** Keeps a new or changed job. On return it is on the disk. */
  put(job: Job): void {
    this.#jobs.set(keyOf(job.kind, job.name), job);
    this.#save();
  }

  remove(job: Job): void {
    this.#jobs.delete(keyOf(job.kind, job.name));
    this.#save();
  }

  #expire(): void {
    const oldest = this.#clock.now() - KEPT_MS;
    for (const [key, job] of this.#jobs) if (isTerminal(job) && job.createdAt < oldest) this.#jobs.delete(key);
  }

  #save(): void {
    if (this.#file !== undefined) keep<JobFile>(this.#file, { schema: SCHEMA, jobs: [...this.#jobs.values()] });
  }
}

function keyOf(kind: JobKind, name: string): string {
  return `${kind}/${name}`;
}
