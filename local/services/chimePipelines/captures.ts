import { type Clock, passes } from '../clock.ts';
import { SessionEnded } from '../chime/device.ts';
import type { Meeting } from '../chime/meeting.ts';
import type { People } from '../chime/people.ts';
import { chunksOf, nameAt } from './chunks.ts';
import { meetingLines } from './meetingLines.ts';
import type { Capture } from './pipeline.ts';
import type { PipelineReport } from './pipelineReports.ts';
import type { PipelineStore } from './pipelineStore.ts';
import { Runs } from './runs.ts';
import type { Unverified } from './settings.ts';
import { type Buckets, type Sink, toSink } from './sink.ts';
import { type SilenceOf, toMp4 } from './sound.ts';
import { soundOf, type Speech } from './speech.ts';
import { interruptionMs } from './spoils.ts';
import { transcriptionLines } from './transcriptionLines.ts';

export interface CapturesOptions {
  clock: Clock;
  store: PipelineStore;
  runs: Runs;
  people: People;
  meeting: (id: string) => Meeting | undefined;
  /** What is heard in a meeting. */
  speeches: (meetingId: string) => readonly Speech[];
  buckets: Buckets;
  silenceOf: SilenceOf;
  report: PipelineReport;
  assumed: Unverified;
  closing: AbortSignal;
}

/** Captures at work: chunk by chunk into the bucket, until they are stopped or their meeting ends. */
export class Captures {
  readonly #options: CapturesOptions;
  /** The bytes of chunks in which nobody is heard, by their rate and number of frames: most chunks are one of two. */
  readonly #silent = new Map<string, Uint8Array>();

  constructor(options: CapturesOptions) {
    this.#options = options;
  }

  /** Begins, or goes on after a restart. */
  run(capture: Capture): void {
    this.#options.runs.start(capture.id, (stop) => this.#run(capture, stop));
  }

  async #run(capture: Capture, stopping: AbortSignal): Promise<void> {
    const { clock, closing, assumed, store, report } = this.#options;
    const meetingEnd = new AbortController();
    const device = this.#join(capture);
    device?.ended.then(() => meetingEnd.abort()).catch(() => undefined);
    if (!device) meetingEnd.abort();
    const ending = AbortSignal.any([stopping, meetingEnd.signal, closing]);
    if (capture.status === 'Initializing' && (await this.#wait(clock.sleep(assumed.startMs, ending)))) {
      if (capture.spoil?.name === 'neverBegins') await this.#wait(new Promise((_, reject) => onAbort(ending, reject)));
      else {
        const now = clock.now();
        capture.stretches.push({ from: now });
        store.save(capture, { status: 'InProgress', written: now });
        report('MediaPipelineInProgress', capture);
      }
    }
    while (capture.status === 'InProgress' && !ending.aborted) await this.#goOn(capture, ending);
    if (capture.status === 'Failed') return device?.leave();
    const { endedAt = clock.now() } = this.#options.meeting(capture.meetingId) ?? {};
    const last = capture.stretches.at(-1);
    if (last) last.to ??= Math.max(last.from, Math.min(endedAt, clock.now()));
    store.save(capture, { status: 'Stopping' });
    device?.leave();
    if (last) await clock.busy(this.#write(capture, last.to ?? endedAt));
    await clock.sleep(assumed.stopMs, closing);
    store.save(capture, { status: 'Stopped', endedAt: clock.now() });
    if (capture.spoil?.name !== 'endsUnsaid') report('MediaPipelineDeleted', capture);
  }

  /** Until the next chunk is complete, or something happens to the capture. */
  async #goOn(capture: Capture, ending: AbortSignal): Promise<void> {
    const { clock, assumed } = this.#options;
    const { from: begin = 0 } = capture.stretches[0] ?? {};
    const { from = 0 } = capture.stretches.at(-1) ?? {};
    const next = from + (Math.floor((capture.written - from) / assumed.chunkMs) + 1) * assumed.chunkMs;
    const trouble = this.#trouble(capture) ? begin + (capture.spoil?.afterMs ?? 0) : Infinity;
    await this.#wait(passes(clock, Math.min(next, trouble), ending));
    if (ending.aborted) return;
    if (clock.now() >= trouble) await this.#fail(capture, trouble, ending);
    else await clock.busy(this.#write(capture, clock.now()));
  }

  /** Whether it is still to be interrupted, or to fail. */
  #trouble({ spoil, stretches }: Capture): boolean {
    return spoil?.name === 'captureFails' || (spoil?.name === 'interrupted' && stretches.length === 1);
  }

  async #fail(capture: Capture, at: number, ending: AbortSignal): Promise<void> {
    const { clock, store, report } = this.#options;
    const last = capture.stretches.at(-1);
    if (last) last.to = at;
    await clock.busy(this.#write(capture, at));
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

  /** Writes everything up to a time that is complete by then. */
  async #write(capture: Capture, until: number): Promise<void> {
    const { store, meeting: find, speeches, assumed } = this.#options;
    const meeting = find(capture.meetingId);
    if (!meeting) return;
    const sink = toSink(capture.request.SinkArn, capture.id);
    const chunks = chunksOf(capture, assumed.chunkMs, until).filter(({ to }) => to > capture.written);
    for (const { from, to } of chunks)
      await this.#put(sink, `audio/${nameAt(from)}.mp4`, await this.#sound(capture, from, to));
    const isOver = capture.status === 'Stopping';
    const to = isOver ? until : (chunks.at(-1)?.to ?? capture.written);
    const from = capture.written;
    await this.#text(
      capture,
      sink,
      `meeting-events/${nameAt(from)}.txt`,
      meetingLines(capture, meeting, speeches(meeting.id), { from, to }),
    );
    if (isOver)
      await this.#text(
        capture,
        sink,
        `transcription-messages/${nameAt(from)}.txt`,
        transcriptionLines(capture, meeting),
      );
    store.save(capture, { written: to });
  }

  async #sound(capture: Capture, from: number, to: number): Promise<Uint8Array> {
    const { speeches, silenceOf, assumed } = this.#options;
    const all = speeches(capture.meetingId);
    const { sampleRate = assumed.sampleRate } = all.find(({ sound }) => sound)?.sound ?? {};
    const begin = capture.stretches.findLast((stretch) => stretch.from <= from)?.from ?? from;
    const sound = soundOf(all, sampleRate, { begin, from, to }, silenceOf);
    const { frame } = silenceOf(sampleRate);
    if (sound.frames.some((one) => one !== frame)) return toMp4(sound, silenceOf);
    const key = `${sampleRate} ${sound.frames.length}`;
    const bytes = this.#silent.get(key) ?? (await toMp4(sound, silenceOf));
    this.#silent.set(key, bytes);
    return bytes;
  }

  async #text(capture: Capture, sink: Sink, name: string, lines: string): Promise<void> {
    if (lines === '') return;
    capture.texts.push(`${sink.prefix}/${name}`);
    await this.#options.buckets.put(sink.bucket, `${sink.prefix}/${name}`, lines, 'text/plain');
  }

  #put({ bucket, prefix }: Sink, name: string, body: Uint8Array): Promise<unknown> {
    return this.#options.buckets.put(bucket, `${prefix}/${name}`, body, 'video/mp4');
  }
}

function onAbort(signal: AbortSignal, reject: (reason: unknown) => void): void {
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
}
