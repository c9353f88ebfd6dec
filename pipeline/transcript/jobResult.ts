import {
  type Item,
  isObject,
  type Place,
  readLabel,
  readList,
  readObject,
  readToken,
  refuse,
  refuseAt,
  shapeUnknown,
  type Token,
  type Unread,
  type Word,
} from './jobItems.ts';
import { toEchoes } from './crosstalk.ts';
import { joinLabels } from './jobLabels.ts';

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
  shape: 'speaker-labels' | 'channels' | 'plain';
  utterances: Utterance[];
  /** Both channels carry the same speech; only the first was kept. */
  dualMono: boolean;
  /** A channel overheard the other speaker: what is only an echo was left out. */
  crosstalk: boolean;
}

type Results = Unread<'transcripts' | 'items' | 'speaker_labels' | 'channel_labels'>;

/**
 * Reads a Transcribe or Transcribe Medical batch result of any known shape. Each part is checked as it is read, once.
 * @throws PipelineError TranscriptShapeUnknown, naming the shape it found instead
 */
export function readJobResult(job: unknown): JobResult {
  const { jobName, results: found }: Unread<'jobName' | 'results'> = refuseForeignShapes(job);
  if (typeof jobName !== 'string') refuseAt('jobName', jobName);
  if (!isObject(found)) refuseAt('results', found);
  const results: Results = found;
  if (results.channel_labels !== undefined) return { jobName, ...readChannels(results.channel_labels) };
  if (results.items === undefined) throw shapeUnknown('no batch transcript: results.items is missing');
  const items = readList(results.items, 'results.items');
  const transcript = readTranscript(results.transcripts);
  const labelOf = results.speaker_labels === undefined ? () => undefined : joinLabels(results.speaker_labels);
  const utterances = readStream(items, 'results.items', labelOf);
  proveLossless(utterances, transcript);
  const labelled = results.speaker_labels !== undefined || (items as Item[]).some((item) => item.speaker_label);
  return { jobName, shape: labelled ? 'speaker-labels' : 'plain', utterances, dualMono: false, crosstalk: false };
}

/** The service's own text of the whole recording: the first, however many it lists. */
function readTranscript(transcripts: unknown): string | undefined {
  if (transcripts === undefined) return undefined;
  const list = readList(transcripts, 'results.transcripts');
  if (list.length === 0) return undefined;
  const place = { path: 'results.transcripts', index: 0 };
  const { transcript }: Unread<'transcript'> = readObject(list[0], place);
  return typeof transcript === 'string' ? transcript : refuse(transcript, place, 'transcript');
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

function refuseForeignShapes(job: unknown): object {
  if (!isObject(job) || Array.isArray(job)) throw shapeUnknown('no JSON object');
  const found = foreignShapes.find(([key]) => key in job);
  if (found) throw shapeUnknown(`${found[1]}, not a batch transcript`);
  return job;
}

/** The label of a stream whose speakers are not told apart. */
const undivided = 'spk_0';

/** One stream: turns are maximal runs of one speaker's words, in the service's own order. */
function readStream(items: readonly unknown[], path: string, labelOf: (startMs: number) => string | undefined) {
  let speaker = undivided;
  const speakerOf = (word: Word, item: Item, place: Place) => {
    const joined = labelOf(word.startMs);
    speaker = readLabel(item, place) ?? joined ?? speaker;
    return speaker;
  };
  return readUtterances(items, path, { unheard: undivided, speakerOf, pauseMs: Number.POSITIVE_INFINITY });
}

interface Cut {
  /** The speaker of a word; asked once for each, in order. */
  speakerOf: (word: Word, item: Item, place: Place) => string;
  /** The label of the marks in a stream without a word. */
  unheard: string;
  /** A silence that ends an utterance. */
  pauseMs: number;
}

/** Items in their order, cut where the speaker changes or pauses. */
function readUtterances(items: readonly unknown[], path: string, { speakerOf, unheard, pauseMs }: Cut): Utterance[] {
  const utterances: Utterance[] = [];
  const place = { path, index: 0 };
  /** The marks before any word. */
  const leading: Token[] = [];
  let current: Utterance | undefined;
  for (; place.index < items.length; place.index += 1) {
    const item: Item = readObject(items[place.index], place);
    const token = readToken(item, place);
    if (token.kind === 'punctuation') {
      if (current) append(current, token);
      else leading.push(token);
      continue;
    }
    const speaker = speakerOf(token, item, place);
    if (current?.speaker !== speaker || token.startMs - current.endMs >= pauseMs) {
      current = toUtterance(speaker, token.startMs, leading.splice(0));
      utterances.push(current);
    }
    append(current, token);
  }
  if (leading.length > 0) utterances.push(toUtterance(unheard, 0, leading));
  return utterances;
}

/** Begins an utterance with the marks before its first word. */
export function toUtterance(speaker: string, startMs: number, marks: Token[] = []): Utterance {
  return { speaker, startMs, endMs: startMs, tokens: marks, text: marks.map(({ text }) => text).join('') };
}

/** Adds a token to the end of an utterance. */
export function append(utterance: Utterance, token: Token): void {
  utterance.tokens.push(token);
  if (token.kind === 'word') {
    utterance.text += utterance.text === '' ? token.text : ` ${token.text}`;
    utterance.endMs = Math.max(utterance.endMs, token.endMs);
  } else utterance.text += token.text;
}

/** A silence of this many milliseconds ends an utterance on a channel of its own. */
const pauseMs = 1_000;

/** Each channel is a stream of its own, cut at pauses. The streams are merged by time, and overlaps are kept. */
function readChannels(channelLabels: unknown): Omit<JobResult, 'jobName'> {
  if (!isObject(channelLabels)) refuseAt('results.channel_labels', channelLabels);
  const { channels }: Unread<'channels'> = channelLabels;
  const heard = readList(channels, 'results.channel_labels.channels').map(readChannel);
  const streams = withoutEchoes(heard);
  const dualMono = streams.length === 2 && isSameSpeech(streams[0] ?? [], streams[1] ?? []);
  const utterances = (dualMono ? streams.slice(0, 1) : streams).flat().sort((a, b) => a.startMs - b.startMs);
  return { shape: 'channels', utterances, dualMono, crosstalk: streams !== heard };
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
  const utterances: Utterance[] = [];
  let isLeft = false;
  for (const token of tokens) {
    if (token.kind === 'word') isLeft = left.has(token);
    if (isLeft) continue;
    let current = utterances.at(-1);
    if (!current || (token.kind === 'word' && token.startMs - current.endMs >= pauseMs)) {
      current = toUtterance(speaker, token.kind === 'word' ? token.startMs : 0);
      utterances.push(current);
    }
    append(current, token);
  }
  return utterances;
}

function readChannel(value: unknown, index: number): Utterance[] {
  const place = { path: 'results.channel_labels.channels', index };
  const { channel_label: label, items }: Unread<'channel_label' | 'items'> = readObject(value, place);
  if (typeof label !== 'string') refuse(label, place, 'channel_label');
  const path = `${place.path}.${index}.items`;
  return readUtterances(readList(items, path), path, { unheard: label, speakerOf: () => label, pauseMs });
}

/** Fewer shared words than this prove nothing: two people may well say the same few words at once. */
const enoughForDualMono = 10;

/** Whether a mono call is stored as two equal channels: nine in ten words are the same, at the same time. */
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

/** No word may get lost: a single stream must read exactly like the service's own transcript. */
function proveLossless(utterances: readonly Utterance[], transcript: string | undefined): void {
  if (transcript === undefined) return;
  const text = utterances.map((utterance) => utterance.text).join(' ');
  // Japanese and Chinese are written without the blanks between the items here, but the words must be the same.
  if (text === transcript || withoutBlanks(text) === withoutBlanks(transcript)) return;
  throw shapeUnknown(`the items (${text.length}) are not the transcript (${transcript.length})`);
}

const withoutBlanks = (text: string) => text.replaceAll(/\s/g, '');
