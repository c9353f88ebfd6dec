import type { Chime } from '../chime/chime.ts';
import { chimeService } from '../chime/chimeService.ts';
import type { Delivery } from '../chime/events.ts';
import type { Clock } from '../clock.ts';
import type { BusEvent } from '../eventBridge/rule.ts';
import type { ScopedService } from '../scopedService.ts';
import { CaptureFiles } from './captureFiles.ts';
import { Captures } from './captures.ts';
import { chunksOf, nameAt } from './chunks.ts';
import { Concatenations, spoiled } from './concatenations.ts';
import { operationsOf } from './operations.ts';
import type { Capture, Pipeline } from './pipeline.ts';
import { createReport } from './pipelineReports.ts';
import { PipelineStore } from './pipelineStore.ts';
import { requests } from './requests.ts';
import { paths, readRoute } from './routes.ts';
import { Runs } from './runs.ts';
import { assumed, documentedLimits, type PipelineLimits, type Unverified, withPipelinesApi } from './settings.ts';
import { type Buckets, toSink } from './sink.ts';
import { lengthOf, readMp4, type SilenceOf } from './sound.ts';
import type { Speech, Turn } from './speech.ts';
import { type SpoilRequest, Spoils } from './spoils.ts';
import { type Voice, voicesIn } from './voices.ts';

/** What a stack may choose about its stand-in. */
export interface PipelinesSettings {
  /** Replaces quotas, or takes them away. */
  limits?: Partial<PipelineLimits> | 'off';
  /** Replaces guesses one by one. */
  assumed?: Partial<Unverified>;
  /** The regions that have the API. */
  controlRegions?: readonly string[];
  /** What becomes of events on their way to the bus; by default all arrive at once and in order. */
  delivery?: Delivery | undefined;
}

export interface PipelinesOptions extends PipelinesSettings {
  clock: Clock;
  accountId: string;
  /** Whose meetings are captured. */
  chime: Pick<Chime, 'people' | 'meetings'>;
  buckets: Buckets;
  /** The stand-in has no codec: it is given its silence. */
  silenceOf: SilenceOf;
  /** Takes each event; its region is the pipeline's control region. */
  put: (event: BusEvent) => Promise<void> | void;
  /** Keeps the pipelines across restarts, in `pipelines.json` of this folder. */
  dataDir?: string;
  /** Gets what the stand-in itself failed with; by default it is printed. */
  onBroken?: (error: unknown) => void;
}

/** A chunk of a recording, and whose voice may be in it. Times are milliseconds since the epoch. */
export interface Chunk {
  pipelineId: string;
  bucket: string;
  key: string;
  from: number;
  to: number;
  voices: Voice[];
}

export interface ChimePipelines {
  service: ScopedService;
  /** The guesses that it works by. They may be changed at any time. */
  assumed: Unverified;
  /** Every pipeline that is or was, oldest first. */
  all: () => readonly Pipeline[];
  /**
   * Lets something be heard in a meeting from now on, and says for how many milliseconds. A capture has the sample rate of
   * what was heard last before it. `turns` say who speaks; without audio there is silence, and somebody speaks all the same.
   * @throws Error for audio that is no MP4 with mono AAC, or of another sample rate than the meeting's capture
   */
  say: (meetingId: string, speech: { audio?: Uint8Array; turns?: readonly Turn[] }) => Promise<number>;
  /** The chunks of a meeting that were written, and the truth about the voices in them. */
  chunks: (meetingId: string) => Chunk[];
  /** The chunks that a joined recording is made of, in its order; none of an unknown one. */
  joined: (concatenationId: string) => readonly Chunk[];
  /** Lets one of the next pipelines go wrong. */
  spoil: (request: SpoilRequest) => void;
  /** Goes on with the pipelines of the process before this one. What was to be heard is forgotten. */
  resume: () => void;
  /** Resolves when nothing is being written any more. */
  close: () => Promise<void>;
}

/**
 * The Amazon Chime SDK's media pipelines: captures of meetings, chunk by chunk, and concatenations of these into recordings.
 * What is heard in a meeting is what a test lays there; the files are real.
 */
export function createChimePipelines(options: PipelinesOptions): ChimePipelines {
  const { clock, accountId, chime, buckets, silenceOf, put, limits = {}, onBroken = console.error } = options;
  const { delivery = () => [0], controlRegions = withPipelinesApi } = options;
  const guesses = { ...assumed, ...options.assumed };
  const store = new PipelineStore(clock, options.dataDir);
  const closing = new AbortController();
  const runs = new Runs(closing.signal, onBroken);
  const spoils = new Spoils();
  const speeches = new Map<string, Speech[]>();
  const meeting = (id: string) => chime.meetings().find((one) => one.id === id.toLowerCase());
  const captureOf = (pipeline: Pipeline) =>
    pipeline.kind === 'capture' ? pipeline : store.captures().find(({ id }) => id === pipeline.captureId);
  const report = createReport(
    { clock, accountId, put, delivery, closing: closing.signal, onBroken },
    { captureOf, meeting },
  );
  const heard = (meetingId: string) => speeches.get(meetingId) ?? [];
  const common = { clock, accountId, store, runs, meeting, buckets, silenceOf, report, assumed: guesses };
  const working = { ...common, closing: closing.signal };
  const files = new CaptureFiles({ ...common, speeches: heard });
  const captures = new Captures({ ...working, people: chime.people, speeches: heard, files });
  const concatenations = new Concatenations(working);
  const active = limits === 'off' ? Infinity : { ...documentedLimits, ...limits }.active;
  const toChunks = (capture: Capture): Chunk[] => {
    const { bucket, prefix } = toSink(capture.request.SinkArn, capture.id);
    const met = meeting(capture.meetingId);
    return chunksOf(capture, capture.written).map(({ from, to }) => ({
      pipelineId: capture.id,
      bucket,
      key: `${prefix}/audio/${nameAt(from)}.mp4`,
      from,
      to,
      voices: met ? voicesIn(met, from, to) : [],
    }));
  };

  return {
    service: chimeService({
      title: 'Amazon Chime SDK media pipelines',
      regions: controlRegions,
      paths,
      readRoute,
      requests,
      handlers: operationsOf({ ...common, captures, concatenations, spoils, active }),
    }),
    assumed: guesses,
    all: () => store.all(),
    async say(meetingId, { audio, turns = [] }) {
      const at = clock.now();
      const sound = audio && (await readMp4(audio));
      const hertz = captures.rateIn(meetingId);
      if (sound && hertz !== undefined && hertz !== sound.sampleRate) {
        throw new Error(`the meeting is captured at ${hertz} Hz, and this is ${sound.sampleRate} Hz`);
      }
      speeches.set(meetingId, [...heard(meetingId), { at, sound, turns }]);
      return sound ? lengthOf(sound) * 1000 : Math.max(0, ...turns.map(({ toMs }) => toMs));
    },
    chunks: (meetingId) =>
      store
        .captures()
        .filter((capture) => capture.meetingId === meetingId)
        .flatMap(toChunks),
    joined(concatenationId) {
      const pipeline = store.all().find(({ id }) => id === concatenationId);
      const capture = pipeline && captureOf(pipeline);
      return capture && pipeline.kind === 'concatenation' ? spoiled(pipeline, toChunks(capture)) : [];
    },
    spoil: (request) => spoils.add(request),
    resume() {
      for (const pipeline of store.all().filter(({ endedAt }) => endedAt === undefined)) {
        const capture = captureOf(pipeline);
        if (pipeline.kind === 'capture') captures.run(pipeline);
        else if (capture) concatenations.run(pipeline, capture);
      }
    },
    async close() {
      closing.abort();
      await runs.idle();
    },
  };
}
