import type { Transcript, Turn, Word } from './transcript.ts';

/** Two lines of about 42 characters, the usual limit for captions. */
const cueCharacters = 84;
const cueMs = 7_000;

interface Cue {
  startMs: number;
  endMs: number;
  text: string;
}

/** `transcript.vtt`: one or more cues per turn, each with a voice tag that names role and label. */
export function toWebVtt(transcript: Pick<Transcript, 'turns'>): string {
  const blocks = transcript.turns
    .flatMap((turn) => toCues(turn).map((cue) => ({ turn, cue })))
    .sort((a, b) => a.cue.startMs - b.cue.startMs)
    .map(({ turn, cue }) => {
      const voice = escape(turn.role === 'unknown' ? turn.speaker : `${turn.role} (${turn.speaker})`);
      return `${toTimestamp(cue.startMs)} --> ${toTimestamp(cue.endMs)}\n<v ${voice}>${escape(cue.text)}</v>`;
    });
  return ['WEBVTT', ...blocks].join('\n\n') + '\n';
}

/** Cuts a turn between words once a cue has grown too long to read. */
function toCues(turn: Turn): Cue[] {
  const points = Array.from(turn.text);
  const cues: Cue[] = [];
  let first: Word | undefined;
  turn.words.forEach((word, index) => {
    first ??= word;
    const next = turn.words[index + 1];
    if (next && next[1] - first[0] <= cueCharacters && next[3] - first[2] <= cueMs) return;
    const begin = cues.length === 0 ? turn.begin : first[0];
    const end = next ? next[0] : turn.end;
    const text = oneLine(points.slice(begin - turn.begin, end - turn.begin).join(''));
    if (text !== '') cues.push({ startMs: first[2], endMs: Math.max(word[3], first[2] + 1), text });
    first = undefined;
  });
  return cues;
}

/** A blank line would end the cue, and the rest of the text would be lost. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]\s*/g, ' ').trim();
}

function toTimestamp(ms: number): string {
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = Math.floor(ms / 1_000) % 60;
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(ms % 1_000, 3)}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
