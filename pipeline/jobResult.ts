import * as v from 'valibot';
import { PipelineError } from './errors.ts';

/** One spoken item. A word has times; punctuation belongs to the word before it. */
export type Token =
  | { kind: 'word'; text: string; startMs: number; endMs: number; confidence: number | null }
  | { kind: 'punctuation'; text: string };

export interface Utterance {
  speaker: string;
  startMs: number;
  endMs: number;
  tokens: Token[];
}

/** A batch job result of whatever shape, as utterances in the order they are to be read. */
export interface JobResult {
  jobName: string;
  shape: 'speaker-labels' | 'channels' | 'plain';
  utterances: Utterance[];
  /** Both channels carry the same speech; only the first was kept. */
  dualMono: boolean;
}

const Decimal = v.union([v.string(), v.number()]);
const Item = v.object({
  type: v.picklist(['pronunciation', 'punctuation']),
  start_time: v.optional(Decimal),
  end_time: v.optional(Decimal),
  alternatives: v.pipe(
    v.array(v.object({ content: v.string(), confidence: v.optional(v.nullable(Decimal)) })),
    v.minLength(1),
  ),
  speaker_label: v.optional(v.string()),
});
const LabelItem = v.object({ start_time: Decimal, speaker_label: v.optional(v.string()) });
const Results = v.object({
  transcripts: v.optional(v.array(v.object({ transcript: v.string() }))),
  items: v.optional(v.array(Item)),
  speaker_labels: v.optional(
    v.object({
      segments: v.array(
        v.object({ start_time: Decimal, speaker_label: v.string(), items: v.optional(v.array(LabelItem), []) }),
      ),
    }),
  ),
  channel_labels: v.optional(
    v.object({ channels: v.array(v.object({ channel_label: v.string(), items: v.array(Item) })) }),
  ),
});
const BatchJob = v.object({ jobName: v.string(), results: Results });

type Item = v.InferOutput<typeof Item>;
type Results = v.InferOutput<typeof Results>;

/**
 * Reads a Transcribe or Transcribe Medical batch result of any known shape.
 * @throws PipelineError TranscriptShapeUnknown, naming the shape it found instead
 */
export function readJobResult(job: unknown): JobResult {
  refuseForeignShapes(job);
  const parsed = v.safeParse(BatchJob, job);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw shapeUnknown(`no batch transcript: ${v.getDotPath(issue) ?? 'document'} is ${issue.received.slice(0, 20)}`);
  }
  const { jobName, results } = parsed.output;
  if (results.channel_labels) return { jobName, ...readChannels(results.channel_labels.channels) };
  if (!results.items) throw shapeUnknown('no batch transcript: results.items is missing');
  const utterances = readStream(results.items, results);
  proveLossless(utterances, results.transcripts?.[0]?.transcript);
  return { jobName, shape: isLabelled(results) ? 'speaker-labels' : 'plain', utterances, dualMono: false };
}

/** Other features of the family write JSON that could be mistaken for a batch transcript. */
const foreignShapes: readonly [key: string, name: string][] = [
  ['ConversationCharacteristics', 'a Call Analytics result'],
  ['Participants', 'a Call Analytics result'],
  ['Conversation', 'a HealthScribe transcript'],
  ['ClinicalDocumentation', 'a HealthScribe note'],
  ['TranscriptEvent', 'a streaming result'],
  ['Transcript', 'a streaming result'],
  ['Results', 'a streaming result'],
  ['transcript', 'a Chime transcription message'],
];

function refuseForeignShapes(job: unknown): void {
  if (typeof job !== 'object' || job === null || Array.isArray(job)) throw shapeUnknown('no JSON object');
  const found = foreignShapes.find(([key]) => key in job);
  if (found) throw shapeUnknown(`${found[1]}, not a batch transcript`);
}

function isLabelled(results: Results): boolean {
  return results.speaker_labels !== undefined || results.items?.some((item) => item.speaker_label) === true;
}

/** The label of a stream in which nobody is told apart. */
const undivided = 'spk_0';

/** One stream: turns are maximal runs of one speaker's words, in the service's own order. */
function readStream(items: readonly Item[], results: Results): Utterance[] {
  const labelOf = results.speaker_labels ? joinLabels(results.speaker_labels.segments) : () => undefined;
  const utterances: Utterance[] = [];
  let leading: Token[] = [];
  let speaker: string | undefined;
  for (const item of items) {
    const token = toToken(item);
    const current = utterances.at(-1);
    if (token.kind === 'punctuation') {
      (current?.tokens ?? leading).push(token);
      continue;
    }
    const joined = labelOf(token.startMs);
    speaker = item.speaker_label ?? joined ?? speaker ?? undivided;
    if (current?.speaker === speaker) {
      extend(current, token);
      continue;
    }
    utterances.push({ speaker, startMs: token.startMs, endMs: token.endMs, tokens: [...leading, token] });
    leading = [];
  }
  if (leading.length > 0) utterances.push({ speaker: undivided, startMs: 0, endMs: 0, tokens: leading });
  return utterances;
}

/** Rounded times of one word may differ by a hair between the two lists. */
const nearbyMs = [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5];

/**
 * The older shape labels words in a second list of times without words. Each label is given away once, at its word's
 * time: two speakers' simultaneous words find one label each, and segments that overlap keep their words apart.
 * The returned function must be asked once per word, in the words' order.
 */
function joinLabels(
  segments: NonNullable<Results['speaker_labels']>['segments'],
): (startMs: number) => string | undefined {
  const labelsAt = new Map<number, string[]>();
  for (const segment of segments.toSorted((a, b) => toMs(a.start_time) - toMs(b.start_time))) {
    for (const item of segment.items) {
      const startMs = toMs(item.start_time);
      const label = item.speaker_label ?? segment.speaker_label;
      labelsAt.set(startMs, [...(labelsAt.get(startMs) ?? []), label]);
    }
  }
  return (startMs) => {
    for (const offset of nearbyMs) {
      const label = labelsAt.get(startMs + offset)?.shift();
      if (label !== undefined) return label;
    }
    return undefined;
  };
}

/** A silence that ends an utterance on a channel of its own. */
const pauseMs = 1_000;

/** Each channel is its own stream, cut at pauses, merged by time with overlaps kept. */
function readChannels(
  channels: readonly { channel_label: string; items: readonly Item[] }[],
): Omit<JobResult, 'jobName'> {
  const streams = channels.map((channel) => readChannel(channel.channel_label, channel.items));
  const dualMono = streams.length === 2 && isSameSpeech(streams[0] ?? [], streams[1] ?? []);
  const utterances = (dualMono ? streams.slice(0, 1) : streams).flat().sort((a, b) => a.startMs - b.startMs);
  return { shape: 'channels', utterances, dualMono };
}

function readChannel(speaker: string, items: readonly Item[]): Utterance[] {
  const utterances: Utterance[] = [];
  let leading: Token[] = [];
  for (const item of items) {
    const token = toToken(item);
    const current = utterances.at(-1);
    if (token.kind === 'punctuation') {
      (current?.tokens ?? leading).push(token);
    } else if (current && token.startMs - current.endMs < pauseMs) {
      extend(current, token);
    } else {
      utterances.push({ speaker, startMs: token.startMs, endMs: token.endMs, tokens: [...leading, token] });
      leading = [];
    }
  }
  if (leading.length > 0) utterances.push({ speaker, startMs: 0, endMs: 0, tokens: leading });
  return utterances;
}

/** Two people may well say the same few words at once. */
const enoughForDualMono = 10;

/** A mono call stored as two equal channels: nine in ten words are the same, at the same time. */
function isSameSpeech(a: readonly Utterance[], b: readonly Utterance[]): boolean {
  const spoken = (stream: readonly Utterance[]) =>
    stream.flatMap((utterance) =>
      utterance.tokens.flatMap((token) =>
        token.kind === 'word' ? [`${Math.round(token.startMs / 500)} ${token.text.toLowerCase()}`] : [],
      ),
    );
  const [first, second] = [new Set(spoken(a)), new Set(spoken(b))];
  const shared = first.intersection(second).size;
  return shared >= enoughForDualMono && shared >= 0.9 * Math.max(first.size, second.size);
}

function extend(utterance: Utterance, token: Token & { kind: 'word' }): void {
  utterance.tokens.push(token);
  utterance.endMs = Math.max(utterance.endMs, token.endMs);
}

/** The best reading of an item. Confidence is compared as a number: as a string "9.0E-4" beats "0.62". */
function toToken(item: Item): Token {
  let best = item.alternatives[0];
  for (const alternative of item.alternatives) {
    if (toNumber(alternative.confidence) > toNumber(best?.confidence)) best = alternative;
  }
  const text = best?.content ?? '';
  if (item.type === 'punctuation') return { kind: 'punctuation', text };
  if (item.start_time === undefined || item.end_time === undefined) {
    throw shapeUnknown('no batch transcript: a spoken item has no times');
  }
  const startMs = toMs(item.start_time);
  const confidence = toNumber(best?.confidence);
  return {
    kind: 'word',
    text,
    startMs,
    endMs: Math.max(startMs, toMs(item.end_time)),
    confidence: confidence === unknownConfidence ? null : confidence,
  };
}

const unknownConfidence = -1;

function toNumber(decimal: string | number | null | undefined): number {
  return decimal === undefined || decimal === null || decimal === '' ? unknownConfidence : Number(decimal);
}

function toMs(decimal: string | number): number {
  const ms = Math.round(Number(decimal) * 1000);
  if (!Number.isFinite(ms)) throw shapeUnknown('no batch transcript: a time is no decimal number');
  return ms;
}

/** Words in, words out: a single stream must read exactly as the service's own transcript. */
function proveLossless(utterances: readonly Utterance[], transcript: string | undefined): void {
  if (transcript === undefined) return;
  const text = utterances.map((utterance) => toText(utterance.tokens)).join(' ');
  // Japanese and Chinese are written without the blanks that part the items here; their words must be the same still.
  if (text === transcript || withoutBlanks(text) === withoutBlanks(transcript)) return;
  throw shapeUnknown(`the items (${text.length}) are not the transcript (${transcript.length})`);
}

const withoutBlanks = (text: string) => text.replaceAll(/\s/g, '');

function toText(tokens: readonly Token[]): string {
  let text = '';
  for (const token of tokens) text += (token.kind === 'word' && text !== '' ? ' ' : '') + token.text;
  return text;
}

function shapeUnknown(message: string): PipelineError {
  return new PipelineError('TranscriptShapeUnknown', message);
}
