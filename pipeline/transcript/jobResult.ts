import { PipelineError } from '../errors.ts';
import {
  clean,
  isAbsent,
  isObject,
  readItems,
  readLabel,
  readList,
  readObject,
  refuse,
  refuseAt,
  shapeUnknown,
  type Token,
  type Unread,
} from './jobItems.ts';
import { isSameSpeech, toEchoes } from './crosstalk.ts';
import { type Imported, readImported } from './imported.ts';
import { joinLabels, settleLabels } from './jobLabels.ts';
import { compareTexts, fillTexts, isUnread, type Likeness, withoutBlanks } from './jobText.ts';

export interface Utterance {
  speaker: string;
  startMs: number;
  endMs: number;
  tokens: Token[];
  /** The tokens as text, with a blank before each word but the first. */
  text: string;
  /** Words whose label was corrected, with the service's own; absent where none was. */
  relabelled?: HeardAs[];
}

/** The words of an utterance from index `from` to before index `to`, and the service's label for them. */
export interface HeardAs {
  from: number;
  to: number;
  label: string;
}

/** A batch job result of whatever shape, as utterances in the order in which they are to be read. */
export interface JobResult {
  jobName: string;
  /** Set when another recognizer made the words; `jobName` then names it. */
  imported?: Imported;
  shape: 'speaker-labels' | 'channels' | 'plain';
  utterances: Utterance[];
  /** Both channels carry the same speech; only the first was kept. */
  dualMono: boolean;
  /** A channel overheard the other speaker: what is only an echo was left out. */
  crosstalk: boolean;
  /** How the utterances stand to the service's own text; of channels it is not known in which order that is. */
  likeness: Likeness;
}

type Results = Unread<'transcripts' | 'items' | 'speaker_labels' | 'channel_labels'>;

/**
 * Reads a Transcribe or Transcribe Medical batch result of any known shape. Each part is checked as it is read, once.
 * @throws PipelineError TranscriptShapeUnknown, naming the shape it found instead; TranscriptionFailed for the result of
 * a job that is not complete
 */
export function readJobResult(job: unknown): JobResult {
  const { jobName, results: found, imported }: Unread<'jobName' | 'results' | 'imported'> = refuseForeignShapes(job);
  if (typeof jobName !== 'string') refuseAt('jobName', jobName);
  checkComplete(job);
  if (!isObject(found)) refuseAt('results', found);
  const result = { jobName: clean(jobName), ...readImported(imported), ...readResults(found) };
  const words = result.utterances.flatMap(({ tokens }) => tokens.filter((token) => token.kind === 'word'));
  if (words.length > 0 && words.every(isUnread)) throw shapeUnknown('not a batch transcript: no item has alternatives');
  return result;
}

/**
 * Refuses what a job wrote that did not complete. A result without a status is that of a job which is done.
 * @throws PipelineError TranscriptionFailed
 */
export function checkComplete(job: unknown): void {
  const { status }: Unread<'status'> = isObject(job) ? job : {};
  if (isAbsent(status) || status === 'COMPLETED') return;
  const named = typeof status === 'string' && /^[A-Z_]{1,20}$/.test(status) ? status : 'something else';
  throw new PipelineError('TranscriptionFailed', `the job's output says that its status is ${named}, not COMPLETED`);
}

function readResults(results: Results): Omit<JobResult, 'jobName' | 'imported'> {
  if (!isAbsent(results.channel_labels)) return readChannels(results.channel_labels);
  if (isAbsent(results.items)) throw shapeUnknown('not a batch transcript: results.items is missing');
  const items = readList(results.items, 'results.items');
  const transcript = readTranscript(results.transcripts);
  const isLabelled = !isAbsent(results.speaker_labels);
  const labelOf = isLabelled ? joinLabels(results.speaker_labels) : () => undefined;
  const stream = readStream(items, transcript, labelOf);
  const shape = isLabelled || stream.labelled ? 'speaker-labels' : 'plain';
  return { shape, utterances: stream.utterances, dualMono: false, crosstalk: false, likeness: stream.likeness };
}

/** The service's own text of the whole recording: the first, however many it lists. */
function readTranscript(transcripts: unknown): string | undefined {
  if (isAbsent(transcripts)) return undefined;
  const list = readList(transcripts, 'results.transcripts');
  if (isAbsent(list[0])) return undefined;
  const place = { path: 'results.transcripts', index: 0 };
  const { transcript }: Unread<'transcript'> = readObject(list[0], place);
  if (isAbsent(transcript)) return undefined;
  return typeof transcript === 'string' ? clean(transcript) : refuse(transcript, place, 'transcript');
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
  ['TranscriptionJob', 'the description of a job'],
  ['MedicalTranscriptionJob', 'the description of a job'],
];

function refuseForeignShapes(job: unknown): object {
  if (!isObject(job) || Array.isArray(job)) throw shapeUnknown('no JSON object');
  const found = foreignShapes.find(([key]) => key in job);
  if (found) throw shapeUnknown(`${found[1]}, not a batch transcript`);
  return job;
}

/** The label of a stream whose speakers are not told apart. */
const undivided = 'spk_0';

/** One stream: turns are maximal runs of one speaker's words, in the service's own order. */
function readStream(
  items: readonly unknown[],
  transcript: string | undefined,
  labelOf: (startMs: number) => string | undefined,
) {
  const { tokens, words, labels, filtered } = readItems(items, 'results.items');
  fillTexts(tokens, transcript);
  const joined = words.map(({ startMs }) => labelOf(startMs));
  const heard = labels.map((label, at) => label ?? joined[at]);
  const utterances = cutTokens(tokens, settleLabels(words, heard, undivided), undivided, Number.POSITIVE_INFINITY);
  const text = utterances.map((utterance) => utterance.text).join(' ');
  const labelled = labels.some((label) => label !== undefined);
  const likeness = compareTexts(tokens, text, transcript);
  const isMeant = filtered && withoutBlanks(text) === withoutBlanks(transcript ?? '');
  return { utterances, labelled, likeness: isMeant || words.length === 0 ? ('same' as const) : likeness };
}

/**
 * Tokens in their order, cut where the speaker changes or pauses.
 * @param speakers one for each word
 * @param unheard the label of the marks in a stream without a word
 * @param pauseMs a silence that ends an utterance
 */
function cutTokens(
  tokens: readonly Token[],
  speakers: readonly string[],
  unheard: string,
  pauseMs: number,
): Utterance[] {
  const utterances: Utterance[] = [];
  let current: Token[] = [];
  let label: string | undefined;
  let endMs = 0;
  let word = 0;
  const end = () => {
    if (current.length > 0) utterances.push(toUtterance(label ?? unheard, current));
  };
  for (const token of tokens) {
    if (token.kind === 'word') {
      const speaker = speakers[word] ?? unheard;
      word += 1;
      // The marks before the first word belong to it.
      if (label !== undefined && (label !== speaker || token.startMs - endMs >= pauseMs)) {
        end();
        current = [];
        endMs = 0;
      }
      label = speaker;
      endMs = Math.max(endMs, token.endMs);
    }
    current.push(token);
  }
  end();
  return utterances;
}

/** What one speaker says: at least one token. It begins with its first word, and at 0 where it has none. */
export function toUtterance(speaker: string, tokens: Token[]): Utterance {
  let startMs: number | undefined;
  let endMs = 0;
  const parts: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'word') {
      startMs ??= token.startMs;
      endMs = Math.max(endMs, token.endMs);
      if (parts.length > 0 && token.text !== '') parts.push(' ');
    }
    if (token.text !== '') parts.push(token.text);
  }
  return { speaker, startMs: startMs ?? 0, endMs, tokens, text: parts.join('') };
}

/** A silence of this many milliseconds ends an utterance on a channel of its own. */
const pauseMs = 1_000;

/** Each channel is a stream of its own, cut at pauses. The streams are merged by time, and overlaps are kept. */
function readChannels(channelLabels: unknown): Omit<JobResult, 'jobName' | 'imported'> {
  if (!isObject(channelLabels)) refuseAt('results.channel_labels', channelLabels);
  const { channels }: Unread<'channels'> = channelLabels;
  const heard = readList(channels, 'results.channel_labels.channels').map(readChannel);
  const streams = withoutEchoes(heard);
  const dualMono = streams.length === 2 && isSameSpeech(wordsOf(streams[0] ?? []), wordsOf(streams[1] ?? []));
  const utterances = (dualMono ? streams.slice(0, 1) : streams).flat().sort((a, b) => a.startMs - b.startMs);
  return { shape: 'channels', utterances, dualMono, crosstalk: streams !== heard, likeness: 'same' };
}

/** Two streams without what one microphone only heard of the other's loudspeaker; the very same streams if there is none. */
function withoutEchoes(streams: Utterance[][]): Utterance[][] {
  const [first, second, another] = streams;
  if (!first || !second || another) return streams;
  const echoes = toEchoes(wordsOf(first), wordsOf(second));
  if (echoes.first.size + echoes.second.size === 0) return streams;
  return [first.flatMap((one) => without(one, echoes.first)), second.flatMap((one) => without(one, echoes.second))];
}

const wordsOf = (stream: readonly Utterance[]) =>
  stream.flatMap(({ tokens }) => tokens.filter((token) => token.kind === 'word'));

/** The utterance without some of its words and the marks after them, cut anew. */
function without({ speaker, tokens }: Utterance, left: ReadonlySet<Token>): Utterance[] {
  let isLeft = false;
  const kept = tokens.filter((token) => {
    if (token.kind === 'word') isLeft = left.has(token);
    return !isLeft;
  });
  const speakers = kept.filter(({ kind }) => kind === 'word').map(() => speaker);
  return cutTokens(kept, speakers, speaker, pauseMs);
}

function readChannel(value: unknown, index: number): Utterance[] {
  const place = { path: 'results.channel_labels.channels', index };
  const { channel_label: label, items }: Unread<'channel_label' | 'items'> = readObject(value, place);
  if (typeof label !== 'string') refuse(label, place, 'channel_label');
  const speaker = readLabel({ speaker_label: label }, place) ?? `ch_${index}`;
  const path = `${place.path}.${index}.items`;
  const { tokens, words } = readItems(isAbsent(items) ? [] : readList(items, path), path);
  return cutTokens(
    tokens,
    words.map(() => speaker),
    speaker,
    pauseMs,
  );
}
