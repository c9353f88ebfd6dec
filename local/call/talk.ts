import type { Dialogue, TimedWord, Utterance } from '../cases/dialogue.ts';
import { toJobResult } from '../cases/jobResult.ts';
import type { Chunk, ChimePipelines } from '../services/chimePipelines/chimePipelines.ts';
import type { Clock } from '../services/clock.ts';

/** Where something is said: the stack, once there is one. */
export interface Place {
  clock: Clock;
  chime: { pipelines: ChimePipelines };
}

/** Something that was said in a meeting. */
interface Said {
  meetingId: string;
  dialogue: Dialogue;
  /** The attendee of each speaker. */
  voices: Readonly<Record<string, string>>;
  /** With the times of the epoch, in milliseconds. */
  utterances: Utterance[];
}

/** The joinings that wrote a key: `recordings/<meetingId>/audio/<concatenationId>.mp4`. */
const joinedKey = /^recordings\/[^/]+\/audio\/([^/]+)\.mp4$/;

/**
 * What people say in meetings, by dialogues of cases, and what Transcribe makes of the recordings of it. The sound is
 * silence; everything else is as it was: a word is in the job result if a chunk that was joined was captured while it was
 * said, and if whoever said it could be heard then, and it stands where it is in the file.
 */
export class Talk {
  #place: Place | undefined;
  readonly #said: Said[] = [];

  /** Says where: a stack asks what is heard, and is there later than this. */
  in(place: Place): void {
    this.#place = place;
  }

  /**
   * Begins to say the lines of a dialogue now, the first of them at once.
   * @param voices the attendee of each speaker; whoever has none says nothing
   * @returns how long it takes, in milliseconds
   */
  async say(
    meetingId: string,
    dialogue: Dialogue,
    voices: Readonly<Record<string, string>>,
    lines: { from?: number; to?: number } = {},
  ): Promise<number> {
    const { clock, chime } = this.#at;
    const own = dialogue.utterances.slice(lines.from, lines.to).filter(({ speaker }) => voices[speaker] !== undefined);
    const begin = Math.min(...own.map(startOf));
    const at = clock.now();
    const turns = own.map((one) => ({
      attendeeId: voices[one.speaker] ?? '',
      fromMs: startOf(one) - begin,
      toMs: endOf(one) - begin,
    }));
    this.#said.push({ meetingId, dialogue, voices, utterances: own.map((one) => shifted(one, at - begin)) });
    return chime.pipelines.say(meetingId, { turns });
  }

  /** The job result of a joined recording; undefined for any other, and where nobody said anything in its meeting. */
  heard = (key: string): string | undefined => {
    const id = joinedKey.exec(key)?.[1];
    const chunks = id === undefined ? [] : this.#at.chime.pipelines.joined(id);
    const said = this.#said.filter(({ meetingId }) => key.startsWith(`recordings/${meetingId}/`));
    const [first] = said;
    if (id === undefined || !first || chunks.length === 0) return undefined;
    const utterances = said.flatMap(({ utterances: all, voices }) =>
      all.flatMap((one) => {
        const words = one.words.flatMap((word) => inFile(word, voices[one.speaker] ?? '', chunks));
        return words.length > 0 ? [{ ...one, words }] : [];
      }),
    );
    const durationMs = chunks.reduce((ms, { from, to }) => ms + to - from, 0);
    return JSON.stringify(toJobResult({ ...first.dialogue, utterances, durationMs }, { jobName: id }));
  };

  get #at(): Place {
    if (!this.#place) throw new Error('nobody has said where the talk is');
    return this.#place;
  }
}

/** The word with its times in the file; none where it was not captured to its end. */
function inFile(word: TimedWord, attendeeId: string, chunks: readonly Chunk[]): TimedWord[] {
  let before = 0;
  for (const [at, { from, to, voices }] of chunks.entries()) {
    const isCut = chunks[at + 1]?.from !== to && word.endMs > to;
    const isHere = from <= word.startMs && word.startMs < to && !isCut;
    const isHeard = voices.some(
      (one) => one.attendeeId === attendeeId && one.from <= word.startMs && word.startMs < one.to,
    );
    if (isHere && isHeard) return [timed(word, before - from)];
    before += to - from;
  }
  return [];
}

const startOf = ({ words }: Utterance) => words[0]?.startMs ?? 0;
const endOf = ({ words }: Utterance) => words.at(-1)?.endMs ?? 0;
const timed = (word: TimedWord, ms: number) => ({ ...word, startMs: word.startMs + ms, endMs: word.endMs + ms });
const shifted = (one: Utterance, ms: number) => ({ ...one, words: one.words.map((word) => timed(word, ms)) });
