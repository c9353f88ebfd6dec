import type { Meeting } from '../chime/meeting.ts';
import { chunksOf, nameAt } from './chunks.ts';
import { meetingLines } from './meetingLines.ts';
import type { Capture } from './pipeline.ts';
import type { PipelineStore } from './pipelineStore.ts';
import { type Buckets, toSink } from './sink.ts';
import { type SilenceOf, toMp4 } from './sound.ts';
import { soundOf, type Speech } from './speech.ts';
import { transcriptionLines } from './transcriptionLines.ts';

export interface CaptureFilesOptions {
  store: PipelineStore;
  meeting: (id: string) => Meeting | undefined;
  /** What is heard in a meeting. */
  speeches: (meetingId: string) => readonly Speech[];
  buckets: Buckets;
  silenceOf: SilenceOf;
}

/** What captures leave in their buckets: the chunks of sound, and lines about the meeting beside them. */
export class CaptureFiles {
  readonly #options: CaptureFilesOptions;
  /** The bytes of chunks in which nobody is heard, by rate and number of frames: most chunks are one of two. */
  readonly #silent = new Map<string, Uint8Array>();

  constructor(options: CaptureFilesOptions) {
    this.#options = options;
  }

  /** Writes everything up to a time that is complete by then, and that was not written before. */
  async write(capture: Capture, until: number): Promise<void> {
    const { store, meeting: find, speeches } = this.#options;
    const meeting = find(capture.meetingId);
    if (!meeting) return;
    const from = capture.written;
    const chunks = chunksOf(capture, until, from);
    for (const chunk of chunks) {
      await this.#put(capture, `audio/${nameAt(chunk.from)}.mp4`, await this.#sound(capture, chunk), 'video/mp4');
    }
    const isOver = capture.status === 'Stopping';
    const to = isOver ? until : (chunks.at(-1)?.to ?? from);
    await this.#text(capture, 'meeting-events', meetingLines(capture, meeting, speeches(meeting.id), { from, to }));
    if (isOver) await this.#text(capture, 'transcription-messages', transcriptionLines(capture, meeting));
    store.save(capture, { written: to });
  }

  async #sound(capture: Capture, { from, to }: { from: number; to: number }): Promise<Uint8Array> {
    const { speeches, silenceOf } = this.#options;
    const { sampleRate } = capture;
    const begin = capture.stretches.findLast((stretch) => stretch.from <= from)?.from ?? from;
    const sound = soundOf(speeches(capture.meetingId), sampleRate, { begin, from, to }, silenceOf);
    const kind = sound.isSilent ? `${sampleRate} ${sound.frames.length}` : undefined;
    const known = kind === undefined ? undefined : this.#silent.get(kind);
    const bytes = known ?? (await toMp4(sound, silenceOf));
    if (kind !== undefined) this.#silent.set(kind, bytes);
    return bytes;
  }

  /** Beside the chunks, named by the time from which on it tells. */
  async #text(capture: Capture, folder: string, lines: string): Promise<void> {
    if (lines === '') return;
    const name = `${folder}/${nameAt(capture.written)}.txt`;
    const { prefix } = toSink(capture.request.SinkArn, capture.id);
    await this.#put(capture, name, lines, 'text/plain');
    capture.texts.push(`${prefix}/${name}`);
  }

  #put(capture: Capture, name: string, body: Uint8Array | string, contentType: string): Promise<unknown> {
    const { bucket, prefix } = toSink(capture.request.SinkArn, capture.id);
    return this.#options.buckets.put(bucket, `${prefix}/${name}`, body, contentType);
  }
}
