import type { Hearing } from './realtime.ts';
import { type Fault, SourceFault, type Standing, type Told } from './source.ts';

/** What an arrival needs. */
export interface Around {
  /** How the recording stands now. @throws SourceFault */
  ask(): Promise<Standing>;
  /** Begins to listen to what is told of a session's recordings. @returns what ends it */
  listen(sessionId: string, hearing: Hearing): () => void;
  /** Calls back in so many milliseconds. @returns what calls it off */
  after(ms: number, then: () => void): () => void;
}

const firstPollMs = 5000;
const longestPollMs = 60_000;
/** Several messages of one change, and those of quick decisions, are one question. */
const gatherMs = 300;

/**
 * Follows one recording, from the moment that it arrives on. A message only says that there is something to ask: what holds
 * is what the database answers then, so a message that is late, comes twice, or overtakes another does no harm. While nobody
 * can be listened to, it asks every five seconds, and ever more rarely up to once a minute while nothing changes.
 */
export class Arrival {
  readonly #around: Around;
  readonly #recording: string;
  readonly #told: (told: Told) => void;
  #last: Standing | undefined;
  #fault: Fault | null = null;
  #pollMs = firstPollMs;
  #cancel = (): void => undefined;
  #hangUp: (() => void) | undefined;
  #isListening = false;
  #isAsking = false;
  /** Something was told while the answer was under way. */
  #isAgain = false;
  #isClosed = false;

  constructor(recording: string, around: Around, told: (told: Told) => void) {
    this.#recording = recording;
    this.#around = around;
    this.#told = told;
    void this.#ask();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#hangUp?.();
  }

  async #ask(): Promise<void> {
    this.#cancel();
    if (this.#isAsking) {
      this.#isAgain = true;
      return;
    }
    this.#isAsking = true;
    try {
      this.#answered(await this.#around.ask());
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      this.#tell(error.fault);
    } finally {
      this.#isAsking = false;
      this.#plan();
    }
  }

  #answered(standing: Standing): void {
    // An answer that was overtaken by a later one says nothing any more.
    if (this.#isClosed || (this.#last && standing.revision < this.#last.revision)) return;
    if (!isSame(this.#last, standing)) this.#pollMs = firstPollMs;
    this.#last = standing;
    this.#tell(null);
    if (standing.sessionId !== null) this.#hangUp ??= this.#around.listen(standing.sessionId, this.#hearing());
  }

  #tell(fault: Fault | null): void {
    this.#fault = fault;
    if (!this.#isClosed) this.#told({ standing: this.#last ?? null, fault });
  }

  #hearing(): Hearing {
    return {
      joined: () => {
        this.#isListening = true;
        void this.#ask();
      },
      lost: () => {
        // Where it was never joined, asking goes on as it is.
        if (!this.#isListening) return;
        this.#isListening = false;
        this.#pollMs = firstPollMs;
        this.#plan();
      },
      heard: (event, { recordingId, revision }) => {
        if (event !== 'recording' || recordingId !== this.#recording) return;
        if (typeof revision === 'number' && revision < (this.#last?.revision ?? 0)) return;
        if (this.#isAsking) {
          this.#isAgain = true;
          return;
        }
        this.#cancel();
        this.#cancel = this.#around.after(gatherMs, () => void this.#ask());
      },
    };
  }

  /** When to ask next. Somebody who is listened to need not be asked, unless the last question had no answer. */
  #plan(): void {
    if (this.#isClosed || this.#isAsking) return;
    this.#cancel();
    if (this.#isAgain) {
      this.#isAgain = false;
      void this.#ask();
    } else if (!this.#isListening || this.#fault !== null) {
      this.#cancel = this.#around.after(this.#pollMs, () => void this.#ask());
      this.#pollMs = Math.min(longestPollMs, this.#pollMs * 2);
    }
  }
}

function isSame(a: Standing | undefined, b: Standing): boolean {
  return a?.status === b.status && a.revision === b.revision;
}
