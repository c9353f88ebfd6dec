import type { Clock } from '../clock.ts';
import type { JsonService } from '../jsonService.ts';
import { isTerminal, type Job } from './job.ts';
import { type JobStateEvent, jobStateEvent } from './jobStateEvent.ts';
import { JobStore } from './jobStore.ts';
import type { MediaSource } from './mediaFacts.ts';
import { operationsOf, type OperationsContext, type TranscribeLimits } from './operations.ts';
import { withTranscribeMedical } from './regions.ts';
import { type OutputSink, type RecordedResult, runJob } from './runJob.ts';

export interface TranscribeOptions {
  clock: Clock;
  /** The region of calls that name none. */
  region?: string;
  accountId: string;
  media: MediaSource;
  output: OutputSink;
  recordedResult: RecordedResult;
  /** Called when a standard job has ended. No event is documented for medical jobs, so there is none. */
  onJobState?: (event: JobStateEvent) => Promise<void> | void;
  /** How long the engine works: milliseconds, or a function of the media's milliseconds. */
  jobDelayMs?: number | ((durationMs: number) => number);
  /** Keeps the jobs across restarts, in `transcribe.json` of this folder. */
  dataDir?: string;
  /** Gets what the stand-in itself failed with, such as a write; by default it is printed. */
  onBroken?: (error: unknown) => void;
  /** Replaces quotas one by one, or takes all of them away. */
  limits?: Partial<TranscribeLimits> | 'off';
  /** The regions of the medical engine. They are known by hearsay, so they can be corrected. */
  medicalRegions?: readonly string[];
  /** The folder of a medical transcript without an OutputKey: none according to the guide, `medical/` by hearsay. */
  medicalPrefix?: string;
}

export const documentedLimits: TranscribeLimits = { concurrentJobs: 250, start: 25, get: 30, delete: 5 };

export interface Transcribe {
  service: JsonService;
  /** Starts the jobs again that ran when their process ended, and reports the ends that it did not report. */
  resume: () => void;
  close: () => void;
}

/**
 * Batch Transcribe and Transcribe Medical without the speech recognition: requests, media and output are held to the
 * service's rules, and the words come from a result recorded beforehand. A recording without one fails and says so.
 * `close` stops the jobs under way where they are.
 */
export function createTranscribe(options: TranscribeOptions): Transcribe {
  const { clock, accountId, limits = {}, medicalPrefix = '' } = options;
  const { media, output, recordedResult, jobDelayMs = usualDelay, onBroken = console.error } = options;
  const jobs = new JobStore(clock, options.dataDir);
  const closing = new AbortController();
  const defaultPrefix = (job: Job): string => (job.kind === 'medical' ? medicalPrefix : '');
  const workMs = typeof jobDelayMs === 'number' ? () => jobDelayMs : jobDelayMs;
  const deliver = async (job: Job, event: JobStateEvent): Promise<void> => {
    await options.onJobState?.(event);
    delete job.undelivered;
    jobs.put(job);
  };
  const report = (job: Job): void => {
    const event = jobStateEvent(job, accountId);
    if (event) deliver(job, event).catch(onBroken);
  };
  const changed = (job: Job): void => {
    if (jobStateEvent(job, accountId)) job.undelivered = true;
    jobs.put(job);
    report(job);
  };
  const surroundings = { clock, accountId, media, output, recordedResult, workMs, defaultPrefix, changed };
  const run = (job: Job): void => void runJob(job, surroundings, closing.signal).catch(onBroken);

  const context: OperationsContext = {
    clock,
    jobs,
    media,
    defaultPrefix,
    run,
    defaultRegion: options.region ?? '',
    limits: limits === 'off' ? 'off' : { ...documentedLimits, ...limits },
    medicalRegions: options.medicalRegions ?? withTranscribeMedical,
  };
  const operations = { ...operationsOf('medical', context), ...operationsOf('standard', context) };
  return {
    service: { target: 'Transcribe', protocol: '1.1', operations },
    resume() {
      for (const job of jobs.all()) {
        if (!isTerminal(job)) run(job);
        else if (job.undelivered) report(job);
      }
    },
    close: () => closing.abort(),
  };
}

/** Some seconds to get going and a fifth of the media's length: the service's usual pace, which it does not promise. */
function usualDelay(durationMs: number): number {
  return 5_000 + durationMs / 5;
}
