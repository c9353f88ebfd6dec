import type { Transcription } from '../../pipeline/ports.ts';
import type { Job, JobRequest } from '../../pipeline/recording/job.ts';
import { mediaUri } from '../../pipeline/recording/recording.ts';
import type { Account } from './account.ts';

/** Transcribe within the account's quotas: jobs above them are refused, not queued. */
export class Jobs implements Transcription {
  readonly #account: Account;
  readonly #msOf: (request: JobRequest) => number;
  readonly #onEnd: (outputKey: string) => void;
  readonly #jobs = new Map<string, Job>();
  #running = 0;
  mostRunning = 0;

  constructor(account: Account, msOf: (request: JobRequest) => number, onEnd: (outputKey: string) => void) {
    this.#account = account;
    this.#msOf = msOf;
    this.#onEnd = onEnd;
  }

  async start(request: JobRequest): Promise<'started' | 'taken'> {
    const { jobName, media, outputKey, engine } = request;
    const { quota } = this.#account;
    const name = engine === 'transcribe' ? 'StartTranscriptionJob' : 'StartMedicalTranscriptionJob';
    const refuses = () => this.#running >= quota.jobs || this.#account.exceeds(name, quota.starts);
    await this.#account.limited('Transcribe', name, refuses);
    if (this.#jobs.has(jobName)) return 'taken';
    const job: Job = { status: 'IN_PROGRESS', mediaUri: mediaUri(media), failureReason: undefined };
    this.#jobs.set(jobName, job);
    this.#running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.#running);
    void this.#work(job, this.#msOf(request), outputKey);
    return 'started';
  }

  async #work(job: Job, ms: number, outputKey: string): Promise<void> {
    await this.#account.clock.sleep(ms);
    job.status = 'COMPLETED';
    this.#running -= 1;
    this.#onEnd(outputKey);
  }

  async find(engine: JobRequest['engine'], jobName: string): Promise<Job | undefined> {
    const name = engine === 'transcribe' ? 'GetTranscriptionJob' : 'GetMedicalTranscriptionJob';
    await this.#account.limited('Transcribe', name, () => this.#account.exceeds(name, this.#account.quota.looks));
    return this.#jobs.get(jobName);
  }

  /** Nobody asks for the job any more. */
  forget(jobName: string): void {
    this.#jobs.delete(jobName);
  }

  async remove(): Promise<void> {
    throw new Error('no job of a burst fails');
  }
}
