/** How a pipeline goes wrong, by what was reported of the service; each is of one kind of pipeline. */
const spoils = {
  /** It stays `Initializing`, and nothing is captured. */
  neverBegins: 'capture',
  /** It fails for good after `afterMs`, and says so. What was captured until then is there. */
  captureFails: 'capture',
  /** It fails after `afterMs` and goes on half a minute later; between, nothing is captured. */
  interrupted: 'capture',
  /** It ends, and no event says so. */
  endsUnsaid: 'capture',
  /** The first half of the recording is delivered, as a success. */
  half: 'concatenation',
  /** The last chunk of the recording is missing. */
  lastChunkMissing: 'concatenation',
  /** It stays `InProgress`, and nothing is joined. */
  neverEnds: 'concatenation',
  /** It fails for good, and says so. */
  joinFails: 'concatenation',
} as const;

export type SpoilName = keyof typeof spoils;

export interface Spoil {
  name: SpoilName;
  /** Milliseconds of captured time; half a minute unless told otherwise. */
  afterMs: number;
}

/** What a test asks for: that so many of the next pipelines go wrong, of one meeting or of any. */
export interface SpoilRequest {
  name: SpoilName;
  meetingId?: string;
  afterMs?: number;
  /** 1 unless told otherwise. */
  times?: number;
}

export const interruptionMs = 30_000;

/** The spoils that were asked for and have not happened yet. */
export class Spoils {
  readonly #waiting: (SpoilRequest & { times: number })[] = [];

  add(request: SpoilRequest): void {
    this.#waiting.push({ times: 1, ...request });
  }

  /** What goes wrong with the next pipeline of a kind. */
  next(kind: 'capture' | 'concatenation', meetingId: string): Spoil | undefined {
    const found = this.#waiting.find(
      (one) => one.times > 0 && spoils[one.name] === kind && (one.meetingId ?? meetingId) === meetingId,
    );
    if (!found) return undefined;
    found.times -= 1;
    return { name: found.name, afterMs: found.afterMs ?? 30_000 };
  }
}
