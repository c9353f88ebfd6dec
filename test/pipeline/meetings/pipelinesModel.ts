import type { Happening } from '../../../pipeline/meetings/recordingLife.ts';

const minute = 60_000;

export type JoiningFate = 'whole' | 'half' | 'nothing' | 'fails' | 'stuck' | 'late' | 'lateHalf';

/** What Chime does by itself. */
export interface Fates {
  start: 'started' | 'full' | 'gone' | 'refused';
  writes: 'everything' | 'nothing';
  /** Whether a capture goes on after the meeting, until it is stopped. */
  clings: boolean;
  /** How often Chime promises to stop, and does not. */
  ignoresStops: number;
  /** Whether Chime tells that a joining has failed. */
  tells: boolean;
  /** Of the first joining, the second and so on; the rest are whole. */
  joinings: readonly JoiningFate[];
}

export interface ModelCapture {
  id: string;
  token: string;
  state: 'runs' | 'over' | 'failed';
  startMs: number;
  endMs: number | null;
  stopsLeft: number;
}

interface Joining {
  id: string;
  token: string;
  fate: JoiningFate;
  state: 'runs' | 'over' | 'failed';
  endMs: number;
}

/** A file that a joining wrote, and when somebody hears of it. */
export interface JoinedFile {
  id: string;
  ms: number;
  atMs: number;
}

/** A promise is broken. */
export class Broken extends Error {}

/** The media pipelines of one meeting, and what they write. Times are in milliseconds since 1970. */
export class PipelinesModel {
  captures: ModelCapture[] = [];
  joinings: Joining[] = [];
  files: JoinedFile[] = [];
  /** The lengths of all files that were ever written, in milliseconds. */
  writtenMs: number[] = [];
  isFull = false;
  isDiscarded = false;
  readonly #fates: Fates;

  constructor(fates: Fates) {
    this.#fates = fates;
  }

  running(): ModelCapture | undefined {
    return this.captures.find(({ state }) => state === 'runs');
  }

  start(token: string, isOver: boolean, ms: number): Happening {
    const known = this.captures.find((one) => one.token === token);
    if (known) return { what: 'started', captureId: known.id, captureArn: `arn:${known.id}` };
    const { start, ignoresStops } = this.#fates;
    if (start === 'full' || this.isFull) return { what: 'refused', reason: 'QuotaFull' };
    if (start === 'gone' || isOver) return { what: 'refused', reason: 'MeetingGone' };
    if (start === 'refused') return { what: 'refused', reason: 'BucketRefused' };
    if (this.running()) throw new Broken('two captures run at once');
    const id = `capture-${this.captures.length + 1}`;
    this.captures.push({ id, token, state: 'runs', startMs: ms, endMs: null, stopsLeft: ignoresStops });
    return { what: 'started', captureId: id, captureArn: `arn:${id}` };
  }

  find(): Happening {
    const found = this.running();
    return found ? { what: 'found', captureId: found.id, captureArn: `arn:${found.id}` } : { what: 'notFound' };
  }

  stop(captureId: string, ms: number): void {
    const one = this.captures.find(({ id }) => id === captureId);
    if (one?.state !== 'runs') return;
    if (one.stopsLeft > 0) one.stopsLeft -= 1;
    else this.endCapture('over', ms);
  }

  endCapture(state: 'over' | 'failed', ms: number): void {
    const one = this.running();
    if (one) Object.assign(one, { state, endMs: ms });
  }

  meetingEnds(ms: number): void {
    if (!this.#fates.clings) this.endCapture('over', ms);
  }

  /** What the chunks hold, in milliseconds; undefined while there are none. */
  capturedMs(): number | undefined {
    if (this.#fates.writes === 'nothing' || this.isDiscarded || this.captures.length === 0) return undefined;
    if (this.running()) throw new Broken('the chunks are counted while more are written');
    return this.captures.reduce((sum, { startMs, endMs }) => sum + (endMs ?? startMs) - startMs, 0);
  }

  join(token: string, ms: number): Happening {
    if (this.running()) throw new Broken('the chunks are joined while more are written');
    const known = this.joinings.find((one) => one.token === token);
    if (known) return { what: 'joining', concatenationId: known.id };
    if (this.isFull) return { what: 'busy' };
    if (this.joinings.some(({ state }) => state === 'runs')) throw new Broken('two joinings run at once');
    const fate = this.#fates.joinings[this.joinings.length] ?? 'whole';
    const id = `joining-${this.joinings.length + 1}`;
    this.joinings.push({ id, token, fate, state: 'runs', endMs: fate === 'stuck' ? Infinity : ms + minute });
    return { what: 'joining', concatenationId: id };
  }

  lookJoin(id: string): Happening {
    return { what: this.joinings.find((one) => one.id === id)?.state === 'failed' ? 'joinFailed' : 'ran' };
  }

  drop(dropped: string): void {
    for (const one of this.joinings) if (one.id === dropped && one.state === 'runs') one.state = 'over';
  }

  discard(): void {
    for (const { id } of this.joinings) this.drop(id);
    this.isDiscarded = true;
    this.files = [];
  }

  /** When something happens next by itself. */
  nextMs(): number {
    const joined = this.joinings.flatMap(({ state, endMs }) => (state === 'runs' ? endMs : []));
    return Math.min(...joined, ...this.files.map(({ atMs }) => atMs));
  }

  /** @returns the files that somebody hears of now, and the joinings that have failed */
  pass(ms: number): { heard: JoinedFile[]; failed: string[] } {
    const failed: string[] = [];
    for (const one of this.joinings.filter(({ state, endMs }) => state === 'runs' && endMs <= ms)) {
      one.state = one.fate === 'fails' ? 'failed' : 'over';
      if (one.state === 'failed' && this.#fates.tells) failed.push(one.id);
      const whole = this.capturedMs() ?? 0;
      const length = one.fate === 'half' || one.fate === 'lateHalf' ? whole / 2 : whole;
      const isLate = one.fate === 'late' || one.fate === 'lateHalf';
      if (isLate || one.fate === 'whole' || one.fate === 'half') {
        this.writtenMs.push(length);
        this.files.push({ id: one.id, ms: length, atMs: isLate ? ms + 90 * minute : ms });
      }
    }
    const heard = this.files.filter(({ atMs }) => atMs <= ms);
    this.files = this.files.filter(({ atMs }) => atMs > ms);
    return { heard, failed };
  }
}
