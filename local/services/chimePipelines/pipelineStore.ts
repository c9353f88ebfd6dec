import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { keep, readKept } from '../snapshot.ts';
import type { Capture, Concatenation, Pipeline } from './pipeline.ts';

/** How long an ended pipeline is remembered: for its token, for what joins it, and for those who look at what was. */
const KEPT_MS = 7 * 24 * 3600 * 1000;
const SCHEMA = 'chime-pipelines/1';

interface PipelineFile {
  schema: string;
  pipelines: Pipeline[];
}

/** The account's media pipelines in all regions, in `dataDir` across restarts when one is given. */
export class PipelineStore {
  readonly #clock: Clock;
  readonly #file: string | undefined;
  readonly #pipelines = new Map<string, Pipeline>();

  constructor(clock: Clock, dataDir?: string) {
    this.#clock = clock;
    if (dataDir === undefined) return;
    this.#file = join(dataDir, 'pipelines.json');
    const kept = readKept<PipelineFile>(this.#file, SCHEMA);
    for (const pipeline of kept?.pipelines ?? []) this.#pipelines.set(pipeline.id, pipeline);
  }

  /** Oldest first. */
  all(): Pipeline[] {
    return [...this.#pipelines.values()];
  }

  captures(): Capture[] {
    return this.all().filter((pipeline) => pipeline.kind === 'capture');
  }

  concatenations(): Concatenation[] {
    return this.all().filter((pipeline) => pipeline.kind === 'concatenation');
  }

  add(pipeline: Pipeline): void {
    const oldest = this.#clock.now() - KEPT_MS;
    for (const [key, { endedAt = Infinity }] of this.#pipelines) if (endedAt < oldest) this.#pipelines.delete(key);
    this.#pipelines.set(pipeline.id, pipeline);
    this.save();
  }

  /** Keeps a change of a pipeline, if there was one. On return it is on the disk. */
  save<Kind extends Pipeline>(pipeline?: Kind, change?: Partial<Kind>): void {
    if (pipeline) Object.assign(pipeline, change, { updatedAt: this.#clock.now() });
    if (this.#file !== undefined) keep<PipelineFile>(this.#file, { schema: SCHEMA, pipelines: this.all() });
  }
}
