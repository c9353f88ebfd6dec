import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
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
  #jobs = new Map<string, Job>();

  constructor(clock: Clock, dataDir?: string) {
    this.#clock = clock;
    if (dataDir === undefined) return;
    mkdirSync(dataDir, { recursive: true });
    this.#file = join(dataDir, 'transcribe.json');
    this.#load(this.#file);
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

  #load(file: string): void {
    const text = readIfThere(file);
    if (text === undefined) return;
    const kept = JSON.parse(text) as JobFile;
    if (kept.schema !== SCHEMA) throw new Error(`${file} is not a ${SCHEMA} file`);
    this.#jobs = new Map(kept.jobs.map((job) => [keyOf(job.kind, job.name), job]));
  }

  /** A reader finds the old file or the new one, never half of one. */
  #save(): void {
    if (this.#file === undefined) return;
    const kept: JobFile = { schema: SCHEMA, jobs: [...this.#jobs.values()] };
    writeFileSync(`${this.#file}.new`, JSON.stringify(kept));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function keyOf(kind: JobKind, name: string): string {
  return `${kind}/${name}`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
