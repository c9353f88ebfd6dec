import type { Clock } from '../clock.ts';
import { chunksOf, nameAt } from './chunks.ts';
import type { Capture, Concatenation } from './pipeline.ts';
import type { PipelineReport } from './pipelineReports.ts';
import type { PipelineStore } from './pipelineStore.ts';
import type { Runs } from './runs.ts';
import type { Unverified } from './settings.ts';
import { type Buckets, mayUse, type Sink, toSink } from './sink.ts';
import { readMp4, type SilenceOf, toMp4 } from './sound.ts';

export interface ConcatenationsOptions {
  clock: Clock;
  accountId: string;
  store: PipelineStore;
  runs: Runs;
  buckets: Buckets;
  silenceOf: SilenceOf;
  report: PipelineReport;
  assumed: Unverified;
  closing: AbortSignal;
}

interface Joined {
  name: string;
  body: Uint8Array | string;
  contentType: string;
}

/** Concatenations at work: each waits for its capture, joins what that has left in the bucket, and is gone. */
export class Concatenations {
  readonly #options: ConcatenationsOptions;

  constructor(options: ConcatenationsOptions) {
    this.#options = options;
  }

  /** Begins, or begins anew after a restart. */
  run(pipeline: Concatenation, capture: Capture): void {
    this.#options.runs.start(pipeline.id, (stop) => this.#run(pipeline, capture, stop));
  }

  async #run(pipeline: Concatenation, capture: Capture, stopping: AbortSignal): Promise<void> {
    const { clock, closing, assumed, runs, store, report } = this.#options;
    const ending = AbortSignal.any([stopping, closing]);
    const end = (status: 'Stopped' | 'Failed') => {
      store.save(pipeline, { status, endedAt: clock.now() });
      report(status === 'Stopped' ? 'MediaPipelineDeleted' : 'MediaPipelinePermanentFailure', pipeline);
    };
    const stopped = new Promise<'stopped'>((resolve) => {
      ending.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const joining = async () => {
      await runs.settled(capture.id);
      closing.throwIfAborted();
      if (stopping.aborted) return;
      if (pipeline.status !== 'InProgress') {
        store.save(pipeline, { status: 'InProgress' });
        report('MediaPipelineInProgress', pipeline);
      }
      if (pipeline.spoil?.name === 'neverEnds') return void (await stopped);
      await clock.sleep(assumed.joinMs, ending);
    };
    await Promise.race([joining(), stopped]).catch((error: unknown) => {
      if (!stopping.aborted) throw error;
    });
    closing.throwIfAborted();
    if (stopping.aborted) return end('Stopped');
    const files = pipeline.spoil?.name === 'joinFails' ? undefined : await clock.busy(this.#join(pipeline, capture));
    if (!files) return end('Failed');
    await clock.busy(this.#deliver(pipeline, files));
    end('Stopped');
  }

  /** Undefined when something is missing, or must not be read. */
  async #join(pipeline: Concatenation, capture: Capture): Promise<Joined[] | undefined> {
    const { buckets, assumed, accountId, silenceOf } = this.#options;
    const source = toSink(capture.request.SinkArn, capture.id);
    const policy = buckets.policyOf(source.bucket);
    const asker = { accountId, region: pipeline.region };
    const chunks = chunksOf(capture, capture.written).map(({ from }) => audioKey(source, from));
    const mayList = mayUse(policy, 's3:ListBucket', { bucket: source.bucket }, asker);
    const mayRead = chunks.every((key) => mayUse(policy, 's3:GetObject', { bucket: source.bucket, key }, asker));
    if (!mayList || !mayRead || chunks.length === 0) return undefined;
    const sound = await this.#read(source.bucket, spoiled(pipeline, chunks));
    const texts = await Promise.all(capture.texts.map((key) => buckets.read(source.bucket, key)));
    if (!sound || texts.includes(undefined)) return undefined;
    const audio = { name: `audio/${pipeline.id}.mp4`, body: await toMp4(sound, silenceOf), contentType: 'video/mp4' };
    const files = textsOf(pipeline).flatMap((folder) => {
      const own = texts.filter((_, at) => capture.texts[at]?.startsWith(`${source.prefix}/${folder}/`));
      if (own.length === 0) return [];
      return { name: `${folder}/${pipeline.id}.txt`, body: own.join(''), contentType: 'text/plain' };
    });
    return assumed.written === 'audio first' ? [audio, ...files] : [...files, audio];
  }

  /** The frames of all chunks in one row. Chunks in which nothing is heard are alike: each kind is read once. */
  async #read(bucket: string, keys: readonly string[]) {
    const known = new Map<string, Awaited<ReturnType<typeof readMp4>>>();
    const frames: Uint8Array[] = [];
    let sampleRate = 0;
    for (const key of keys) {
      const bytes = await this.#options.buckets.read(bucket, key);
      if (!bytes) return undefined;
      const text = bytes.toString('latin1');
      const sound = known.get(text) ?? (await readMp4(bytes));
      known.set(text, sound);
      for (const frame of sound.frames) frames.push(frame);
      sampleRate = sound.sampleRate;
    }
    return { sampleRate, frames };
  }

  async #deliver(pipeline: Concatenation, files: readonly Joined[]): Promise<void> {
    const { bucket, prefix } = sinkOf(pipeline);
    for (const { name, body, contentType } of files) {
      await this.#options.buckets.put(bucket, `${prefix}/${name}`, body, contentType);
    }
  }
}

export function sinkOf({ id, request }: Concatenation): Sink {
  return toSink(request.Sinks[0]?.S3BucketSinkConfiguration.Destination ?? '', id);
}

const audioKey = ({ prefix }: Sink, from: number) => `${prefix}/audio/${nameAt(from)}.mp4`;

/** The chunks that are joined after all. */
export function spoiled<Chunk>({ spoil }: Concatenation, chunks: readonly Chunk[]): readonly Chunk[] {
  if (spoil?.name === 'half') return chunks.slice(0, Math.ceil(chunks.length / 2));
  if (spoil?.name === 'lastChunkMissing') return chunks.slice(0, -1);
  return chunks;
}

/** The folders of the text files that were asked for. */
function textsOf({ request }: Concatenation): string[] {
  const { MeetingEvents, TranscriptionMessages } =
    request.Sources[0]?.MediaCapturePipelineSourceConfiguration.ChimeSdkMeetingConfiguration.ArtifactsConfiguration ??
    {};
  return [
    ...(MeetingEvents?.State === 'Enabled' ? ['meeting-events'] : []),
    ...(TranscriptionMessages?.State === 'Enabled' ? ['transcription-messages'] : []),
  ];
}
