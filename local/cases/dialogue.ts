import { DialogueError } from './dialogueError.ts';
import { isHeaderLine, readHeader } from './dialogueHeader.ts';
import type { DialogueHeader } from './dialogueHeader.ts';
import { randomFor } from './random.ts';
import type { Random } from './random.ts';
import { splitWords } from './words.ts';
import type { SpokenWord } from './words.ts';

/**
 * A consultation from one text file, with a time for every word: the source of a fixture's job result and of its
 * recording's length.
 */
export interface Dialogue extends DialogueHeader {
  /** In order of their start; the utterances of one speaker do not overlap. */
  utterances: Utterance[];
  /** Length of the recording: the `duration` header, else a little beyond the last word. */
  durationMs: number;
}

export interface Utterance {
  /** The word before the colon, as written. */
  speaker: string;
  /** At least one. */
  words: TimedWord[];
}

export interface TimedWord extends SpokenWord {
  startMs: number;
  endMs: number;
}

interface SpokenLine {
  line: number;
  speaker: string;
  words: SpokenWord[];
  /** Milliseconds from the end of the talk so far; negative is an overlap; undefined leaves it to the generator. */
  gapMs: number | undefined;
}

const SPOKEN = /^(?:\[([+-])(\d+(?:\.\d+)?)s\]\s*)?(\p{L}[\p{L}\p{N} _-]*):\s+(\S.*)$/u;
const TAIL_MS = 800;

/**
 * Reads a dialogue file: header lines `key: value`, an empty line, then one utterance per line; fixtures/README.md
 * describes it. A text of utterances alone needs no header and has no empty line.
 * @throws DialogueError naming the first line that is wrong.
 */
export function parseDialogue(text: string): Dialogue {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((content, index) => ({ line: index + 1, content: content.trim() }))
    .filter(({ content }) => !content.startsWith('#'));
  const border = beginOfTalk(lines);
  const header = readHeader(lines.slice(0, border));
  const spoken = lines.slice(border).filter(({ content }) => content !== '');
  const utterances = sayInTime(
    spoken.map(({ line, content }) => readSpokenLine(line, content, header)),
    header,
  );
  const spokenMs = Math.max(0, ...utterances.map((utterance) => endOf(utterance)));
  return { ...header, utterances, durationMs: header.recordingMs ?? spokenMs + TAIL_MS };
}

/** Where the header ends: at the first empty line, or at once in a text of nothing but lines that somebody says. */
function beginOfTalk(lines: readonly { content: string }[]): number {
  const border = lines.findIndex(({ content }) => content === '');
  const first = border === -1 ? lines : lines.slice(0, border);
  const isLast = border === -1 || lines.slice(border).every(({ content }) => content === '');
  if (isLast && first.every(({ content }) => SPOKEN.test(content) && !isHeaderLine(content))) return 0;
  return border === -1 ? lines.length : border;
}

/** The speakers in order of first appearance. */
export function speakersOf({ utterances }: Dialogue): string[] {
  return [...new Set(utterances.map(({ speaker }) => speaker))];
}

function readSpokenLine(line: number, content: string, header: DialogueHeader): SpokenLine {
  const [, sign, seconds, speaker, text] = SPOKEN.exec(content) ?? [];
  if (speaker === undefined || text === undefined) {
    throw new DialogueError(line, 'expected `speaker: text`, with [+1.2s] or [-0.8s] before it where timing matters');
  }
  if (header.layout === 'channels' && !header.channels.includes(speaker)) {
    throw new DialogueError(line, `${speaker} has no channel: the header says channels: ${header.channels.join(', ')}`);
  }
  const gapMs = seconds === undefined ? undefined : Math.round(Number(seconds) * 1000) * (sign === '-' ? -1 : 1);
  return { line, speaker, words: splitWords(text, line), gapMs };
}

/**
 * Gives every word its time. A gap counts from the end of the talk so far, no matter who spoke last; no line starts
 * before the line above it, nor before its own speaker has finished.
 */
function sayInTime(lines: SpokenLine[], { wordsPerMinute, seed, recordingMs = Infinity }: DialogueHeader): Utterance[] {
  const random = randomFor(JSON.stringify([seed, lines.map(({ speaker, words, gapMs }) => [speaker, words, gapMs])]));
  const beatMs = 60_000 / wordsPerMinute;
  const utterances: Utterance[] = [];
  const lastEnd = new Map<string, number>();
  let talkEnd = 0;
  let lastStart = 0;
  for (const { line, speaker, words, gapMs } of lines) {
    const wanted = tens(talkEnd + (gapMs ?? beatMs * (0.3 + 0.9 * random())));
    const startMs = Math.max(wanted, lastStart, lastEnd.get(speaker) ?? 0);
    const utterance = { speaker, words: sayWords(words, startMs, beatMs, random) };
    const endMs = endOf(utterance);
    if (endMs > recordingMs) {
      throw new DialogueError(line, `ends at ${endMs} ms, beyond the recording's duration of ${recordingMs} ms`);
    }
    utterances.push(utterance);
    lastEnd.set(speaker, endMs);
    talkEnd = Math.max(talkEnd, endMs);
    lastStart = startMs;
  }
  return utterances;
}

/** Long words take longer, and marks are heard as pauses; together they come to about `beatMs` per word. */
function sayWords(words: SpokenWord[], startMs: number, beatMs: number, random: Random): TimedWord[] {
  let at = startMs;
  return words.map((word) => {
    const letters = Math.min(word.content.length, 12);
    const start = at;
    const end = start + Math.max(60, tens(beatMs * (0.4 + 0.1 * letters) * (0.85 + 0.3 * random())));
    at = end + tens(beatMs * longestPause(word) * random());
    return { ...word, startMs: start, endMs: end };
  });
}

/** The longest pause after a word, in beats. */
function longestPause({ marks }: SpokenWord): number {
  if (marks.length === 0) return 0.1;
  return marks.includes(',') ? 0.9 : 1.8;
}

function endOf({ words }: Utterance): number {
  return words.at(-1)?.endMs ?? 0;
}

/** The service's times fall on hundredths of a second. */
function tens(ms: number): number {
  return Math.round(ms / 10) * 10;
}
