import { repairLabels } from './diarization.ts';
import { type HeardAs, type JobResult, type Utterance, readJobResult } from './jobResult.ts';
import { isUnread } from './jobText.ts';
import { isCutShort } from './meetingEvents.ts';
import { type Roster, withRoster } from './roster.ts';
import { assignRoles, leaning } from './speakers.ts';
import {
  codePoints,
  type QualityFlag,
  type Quality,
  type Relabelled,
  type Speaker,
  type Transcript,
  type TranscriptEngine,
  type Turn,
  type Word,
} from './transcript.ts';

/** Facts of the recording that its transcript repeats. */
export interface TranscriptContext {
  recordingId: string;
  meetingId: string;
  appointmentId: string | null;
  language: string;
  /** The engine of the job; a result that says so itself is `imported`. */
  engine: TranscriptEngine;
  /** Length of the media. A transcript that ends more than a second later is flagged `truncated`. */
  durationMs: number;
  /** The file of the recording ends before the recording does. */
  truncated?: boolean;
  /** The meeting's own record of who spoke when, if there is one. */
  roster?: Roster;
}

/**
 * Turns a batch job result of any known shape into a transcript: nothing lost, nothing invented, one pass.
 * @throws PipelineError TranscriptShapeUnknown, naming the shape, for any other one, and when the words do not add up
 * to the service's own transcript; TranscriptionFailed for the result of a job that is not complete
 */
export function toTranscript(job: unknown, context: TranscriptContext): Transcript {
  const result = mendLabels(readJobResult(job));
  const turns = toTurns(result.utterances);
  const speakers = toSpeakers(turns, context.roster);
  for (const turn of turns) turn.role = speakers.get(turn.speaker)?.role ?? 'unknown';
  return {
    schema: 'medzen.transcript/1',
    recordingId: context.recordingId,
    meetingId: context.meetingId,
    appointmentId: context.appointmentId,
    language: context.language,
    engine: { name: result.imported ? 'imported' : context.engine, jobName: result.jobName, shape: result.shape },
    durationMs: context.durationMs,
    text: turns.map((turn) => turn.text).join('\n'),
    speakers: [...speakers.values()],
    turns,
    quality: toQuality(turns, speakers.size, result, context),
  };
}

/** The labels of channels, and names that somebody wrote, need no correction: they are not guessed. */
function mendLabels(result: JobResult): JobResult {
  if (result.shape !== 'speaker-labels' || result.imported?.speakers === 'named') return result;
  return { ...result, utterances: repairLabels(result.utterances, leaning) };
}

function toTurns(utterances: readonly Utterance[]): Turn[] {
  const turns: Turn[] = [];
  let begin = 0;
  for (const utterance of utterances) {
    const turn = toTurn(utterance, turns.length, begin);
    turns.push(turn);
    begin = turn.end + 1; // the line break between two turns
  }
  return turns;
}

/** Lays out an utterance's tokens from `begin` on, counting in code points. */
function toTurn(utterance: Utterance, index: number, begin: number): Turn {
  const { tokens, text, speaker, startMs, endMs, relabelled } = utterance;
  const words: Word[] = [];
  // Where no character takes two units, units are code points.
  const length = surrogate.test(text) ? codePoints : unitsOf;
  let end = begin;
  for (const token of tokens) {
    const isApart = token.kind === 'word' && token.text !== '' && end > begin;
    const start = isApart ? end + 1 : end; // after the blank between words
    end = start + length(token.text);
    if (token.kind === 'word') words.push([start, end, token.startMs, token.endMs, token.confidence]);
  }
  return {
    index,
    speaker,
    role: 'unknown',
    startMs,
    endMs,
    begin,
    end,
    text,
    confidence: tally([{ words }]).meanConfidence,
    words,
    ...(relabelled ? { relabelled: relabelled.map((run) => toRelabelled(run, words)) } : {}),
  };
}

const surrogate = /[\ud800-\udfff]/;
const unitsOf = (text: string) => text.length;

function toRelabelled({ from, to, label }: HeardAs, words: readonly Word[]): Relabelled {
  return { begin: words[from]?.[0] ?? 0, end: words[to - 1]?.[1] ?? 0, label };
}

function toSpeakers(turns: readonly Turn[], roster: Roster | undefined): Map<string, Speaker> {
  const speakers = new Map<string, Speaker>();
  for (const turn of turns) {
    let speaker = speakers.get(turn.speaker);
    if (!speaker) {
      speaker = {
        label: turn.speaker,
        role: 'unknown',
        roleConfidence: 0,
        roleEvidence: 'none',
        speakingMs: 0,
        words: 0,
      };
      speakers.set(turn.speaker, speaker);
    }
    speaker.words += turn.words.length;
    for (const word of turn.words) speaker.speakingMs += word[3] - word[2];
  }
  for (const [label, role] of withRoster(assignRoles(turns), turns, roster))
    Object.assign(speakers.get(label) ?? {}, role);
  return speakers;
}

const lowWordConfidence = 0.5;
const lowMeanConfidence = 0.6;
const burstLength = 8;
const burstWordMs = 50;

function toQuality(
  turns: readonly Turn[],
  speakers: number,
  result: JobResult,
  { durationMs, roster, truncated = false }: TranscriptContext,
): Quality {
  const { lastMs, ...counts } = tally(turns);
  const flags: QualityFlag[] = [];
  if (counts.words === 0) flags.push('no-speech');
  if (speakers === 1 && counts.words > 0 && result.shape !== 'plain') flags.push('single-speaker');
  if (result.dualMono) flags.push('dual-mono');
  if (result.crosstalk) flags.push('crosstalk');
  if (result.likeness === 'marks-differ') flags.push('marks-differ');
  if (hasUnread(result.utterances)) flags.push('word-without-text');
  if (hasBurst(result.utterances)) flags.push('repetition');
  if (counts.meanConfidence !== null && counts.meanConfidence < lowMeanConfidence) flags.push('low-confidence');
  if (truncated || lastMs > durationMs + 1_000 || isCutShort(roster?.events, durationMs)) flags.push('truncated');
  return { ...counts, flags };
}

const hasUnread = (utterances: readonly Utterance[]) => utterances.some(({ tokens }) => tokens.some(isUnread));

/** Whether noise was heard as speech: one word again and again, each a few milliseconds long. */
function hasBurst(utterances: readonly Utterance[]): boolean {
  let run = 0;
  let last = '';
  for (const { tokens } of utterances) {
    for (const token of tokens) {
      if (token.kind === 'punctuation' || isUnread(token)) continue;
      const isShort = token.endMs - token.startMs <= burstWordMs;
      run = isShort && token.text.toLowerCase() === last.toLowerCase() ? run + 1 : 1;
      last = token.text;
      if (run >= burstLength) return true;
    }
  }
  return false;
}

/** Sums over the words. The mean confidence, to four places, is that of the words that have one; null when none has. */
function tally(turns: readonly Pick<Turn, 'words'>[]) {
  let count = 0;
  let known = 0;
  let sum = 0;
  let lowConfidenceWords = 0;
  let lastMs = 0;
  for (const { words } of turns) {
    count += words.length;
    for (const word of words) {
      lastMs = Math.max(lastMs, word[3]);
      const confidence = word[4];
      if (confidence === null) continue;
      known += 1;
      sum += confidence;
      if (confidence < lowWordConfidence) lowConfidenceWords += 1;
    }
  }
  const meanConfidence = known === 0 ? null : Math.round((sum / known) * 10_000) / 10_000;
  return { words: count, meanConfidence, lowConfidenceWords, lastMs };
}
