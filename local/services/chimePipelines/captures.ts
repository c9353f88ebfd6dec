import { type Clock, passes } from '../clock.ts';
import { SessionEnded } from '../chime/device.ts';
import type { Meeting } from '../chime/meeting.ts';
import type { People } from '../chime/people.ts';
import type { CaptureFiles } from './captureFiles.ts';
import type { Capture } from './pipeline.ts';
import type { PipelineReport } from './pipelineReports.ts';
import type { PipelineStore } from './pipelineStore.ts';
import { Runs } from './runs.ts';
import type { Unverified } from './settings.ts';
import type { Speech } from './speech.ts';
import { interruptionMs } from './spoils.ts';

export interface CapturesOptions {
  clock: Clock;
  store: PipelineStore;
  runs: Runs;
  people: People;
  meeting: (id: string) => Meeting | undefined;
  /** What is heard in a meeting. */
  speeches: (meetingId: string) => readonly Speech[];
  files: CaptureFiles;
  report: PipelineReport;
  assumed: Unverified;
  closing: AbortSignal;
}

/** Captures at work: chunk by chunk into the bucket, until they are stopped or their meeting ends. */
export class Captures {
  readonly #options: CapturesOptions;

  constructor(options: CapturesOptions) {
    this.#options = options;
  }

  /** Begins, or goes on after a restart. */
  run(capture: Capture): void {
    this.#options.runs.start(capture.id, (stop) => this.#run(capture, stop));
  }

  /** The rate of a meeting's capture that is under way; undefined without one. */
  rateIn(meetingId: string): number | undefined {
    return this.#options.store.captures().find((one) => one.meetingId === meetingId && one.status === 'InProgress')
      ?.sampleRate;
  }

  async #run(capture: Capture, stopping: AbortSignal): Promise<void> {
    const { clock, closing, assumed, files, meeting, store, report } = this.#options;
    const meetingEnd = new AbortController();
    const device = this.#join(capture);
    if (!device) meetingEnd.abort();
    void device?.ended.then(() => meetingEnd.abort());
    const ending = AbortSignal.any([stopping, meetingEnd.signal, closing]);
    if (capture.status === 'Initializing') await this.#begin(capture, ending);
    while (capture.status === 'InProgress' && !ending.aborted) await this.#goOn(capture, ending);
    closing.throwIfAborted();
    device?.leave();
    if (capture.status === 'Failed') return;
    const last = capture.stretches.at(-1);
    if (last) last.to ??= meeting(capture.meetingId)?.endedAt ?? clock.now();
    store.save(capture, { status: 'Stopping' });
    if (last?.to !== undefined) await clock.busy(files.write(capture, last.to));
    await clock.sleep(assumed.stopMs, closing);
    store.save(capture, { status: 'Stopped', endedAt: clock.now() });
    if (capture.spoil?.name !== 'endsUnsaid') report('MediaPipelineDeleted', capture);
  }

  async #begin(capture: Capture, ending: AbortSignal): Promise<void> {
    const { clock, assumed, speeches, store, report } = this.#options;
    if (!(await this.#wait(clock.sleep(assumed.startMs, ending)))) return;
    if (capture.spoil?.name === 'neverBegins') return void (await this.#wait(aborted(ending)));
    const now = clock.now();
    const { sound } = speeches(capture.meetingId).findLast((speech) => speech.sound) ?? {};
    const { sampleRate } = sound ?? capture;
    store.save(capture, { status: 'InProgress', stretches: [{ from: now }], written: now, sampleRate });
    report('MediaPipelineInProgress', capture);
  }

  /** Until the next chunk is complete, or something happens to the capture. */
  async #goOn(capture: Capture, ending: AbortSignal): Promise<void> {
    const { clock, files } = this.#options;
    const { chunkMs } = capture;
    const { from: begin = 0 } = capture.stretches[0] ?? {};
    const { from = 0 } = capture.stretches.at(-1) ?? {};
    const next = from + (Math.floor(Math.max(0, capture.written - from) / chunkMs) + 1) * chunkMs;
    const trouble = this.#trouble(capture) ? begin + (capture.spoil?.afterMs ?? 0) : Infinity;
    await this.#wait(passes(clock, Math.min(next, trouble), ending));
    if (ending.aborted) return;
    if (clock.now() >= trouble) await this.#fail(capture, trouble, ending);
    else await clock.busy(files.write(capture, clock.now()));
  }

  /** Whether it is still to be interrupted, or to fail. */
  #trouble({ spoil, stretches }: Capture): boolean {
    return spoil?.name === 'captureFails' || (spoil?.name === 'interrupted' && stretches.length === 1);
  }

  async #fail(capture: Capture, at: number, ending: AbortSignal): Promise<void> {
    const { clock, files, store, report } = this.#options;
    const last = capture.stretches.at(-1);
    if (last) last.to = at;
    await clock.busy(files.write(capture, at));
    if (capture.spoil?.name === 'captureFails') {
      store.save(capture, { status: 'Failed', endedAt: clock.now() });
      report('MediaPipelinePermanentFailure', capture);
      return;
    }
    report('MediaPipelineTemporaryFailure', capture);
    if (!(await this.#wait(passes(clock, at + interruptionMs, ending)))) return;
    capture.stretches.push({ from: clock.now() });
    store.save(capture);
    report('MediaPipelineResumed', capture);
  }

  /** False when it was ended before. @throws the reason of a stand-in that closes */
  async #wait(passing: Promise<void>): Promise<boolean> {
    return passing.then(
      () => true,
      () => {
        this.#options.closing.throwIfAborted();
        return false;
      },
    );
  }

  #join({ meetingId, id }: Capture) {
    try {
      return this.#options.people.joinPipeline(meetingId, id);
    } catch (error) {
      if (error instanceof SessionEnded) return undefined;
      throw error;
    }
  }
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
