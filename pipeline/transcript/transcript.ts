import { PipelineError } from '../errors.ts';
import type { EngineName } from '../recording/route.ts';
import type { JobResult } from './jobResult.ts';

export type Role = 'clinician' | 'patient' | 'other' | 'unknown';
export type RoleEvidence = 'roster' | 'dialogue' | 'none';

/** `[begin, end, startMs, endMs, confidence]`: code point offsets into the transcript's text, end exclusive. */
export type Word = [begin: number, end: number, startMs: number, endMs: number, confidence: number | null];

export interface Turn {
  index: number;
  speaker: string;
  role: Role;
  startMs: number;
  endMs: number;
  begin: number;
  end: number;
  text: string;
  confidence: number | null;
  words: Word[];
  /** Words to which the service gave another label; present only where one was corrected. */
  relabelled?: Relabelled[];
}

/** A run of words, by code point offsets into the transcript's text, and the service's own label for it. */
export interface Relabelled {
  begin: number;
  end: number;
  label: string;
}

/** The role of a speaker, how sure it is, and the kind of evidence for it. */
export interface RoleAssignment {
  role: Role;
  /** 0 to 1; 0 when nothing speaks for a role. */
  roleConfidence: number;
  roleEvidence: RoleEvidence;
}

export interface Speaker extends RoleAssignment {
  label: string;
  speakingMs: number;
  words: number;
}

export type QualityFlag =
  | 'no-speech'
  | 'single-speaker'
  | 'dual-mono'
  | 'crosstalk'
  /** The words are those of the service's own text, the punctuation is not. */
  | 'marks-differ'
  /** The result has a word's times and confidence, and no text. */
  | 'word-without-text'
  | 'repetition'
  | 'low-confidence'
  | 'truncated';

export interface Quality {
  words: number;
  meanConfidence: number | null;
  lowConfidenceWords: number;
  flags: QualityFlag[];
}

/** What made the words: a service of AWS, or a recognizer on an engineer's machine, which is never billed. */
export type TranscriptEngine = EngineName | 'imported';

/** `transcript.json`. Offsets count Unicode code points, times are integer milliseconds. */
export interface Transcript {
  schema: 'medzen.transcript/1';
  recordingId: string;
  meetingId: string;
  appointmentId: string | null;
  language: string;
  engine: { name: TranscriptEngine; jobName: string; shape: JobResult['shape'] };
  durationMs: number;
  text: string;
  speakers: Speaker[];
  turns: Turn[];
  quality: Quality;
}

/** Who said what: as much of a transcript as the decision on a mention reads. */
export interface Dialogue extends Pick<Transcript, 'turns'> {
  engine: Pick<Transcript['engine'], 'shape'>;
}

/** Reads a `transcript.json` that this pipeline wrote. */
export function parseTranscript(json: string | undefined): Transcript {
  if (json === undefined) throw new PipelineError('NotThereYet', 'the transcript is not there');
  return JSON.parse(json) as Transcript;
}

/** Length of `text` in code points, as Comprehend Medical and Postgres count. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) count -= 1;
  }
  return count;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** The turn that holds a code point of the text. */
export function turnAt(turns: readonly Turn[], offset: number): Turn {
  let low = 0;
  let high = turns.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((turns[middle]?.begin ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const turn = turns[low];
  if (!turn) throw new RangeError('a transcript without turns has no entities');
  return turn;
}
