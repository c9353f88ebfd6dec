import type { JsonObject } from '../services/jsonService.ts';
import { speakersOf } from './dialogue.ts';
import type { Dialogue } from './dialogue.ts';
import type { Shape } from './dialogueHeader.ts';
import { hearApart, hearTogether, piecesOf } from './hearing.ts';
import type { HeardWord } from './hearing.ts';

/** A word's items: the word itself and the marks that follow it. */
interface Heard {
  word: HeardWord;
  items: JsonObject[];
}

interface Segment {
  startMs: number;
  endMs: number;
  words: HeardWord[];
}

/**
 * Writes the job result that Amazon Transcribe or Transcribe Medical would give for a dialogue, in the layout and shape
 * of its header. The same dialogue gives the same bytes. `results.transcripts[0].transcript` is the items joined with
 * blanks, but with no blank before punctuation.
 */
export function toJobResult(dialogue: Dialogue, { jobName }: { jobName: string }): JsonObject {
  const results = dialogue.layout === 'channels' ? channelResults(dialogue) : streamResults(dialogue);
  return { jobName, accountId: '111122223333', results, status: 'COMPLETED' };
}

/**
 * The label of each speaker word: `spk_0` is the first to speak, `ch_0` the first channel. Empty for the plain layout.
 */
export function labelsOf(dialogue: Dialogue): Map<string, string> {
  if (dialogue.layout === 'plain') return new Map();
  if (dialogue.layout === 'channels')
    return new Map(dialogue.channels.map((speaker, index) => [speaker, `ch_${index}`]));
  return new Map(speakersOf(dialogue).map((speaker, index) => [speaker, `spk_${index}`]));
}

function streamResults(dialogue: Dialogue): JsonObject {
  const { layout, shape } = dialogue;
  const labels = labelsOf(dialogue);
  const heard = itemsOf(hearTogether(dialogue), shape, labels);
  const segments = segmentsOf(heard.map(({ word }) => word));
  return {
    transcripts: [{ transcript: transcriptOf(heard) }],
    ...(layout === 'speakers' && { speaker_labels: speakerLabels(segments, labels, shape) }),
    items: heard.flatMap(({ items }) => items),
    ...(shape === 'newer' && { audio_segments: audioSegments(segments, heard, 'speaker_label', labels) }),
  };
}

/** Each channel is a sequence of its own. The guide's sample has nothing else; newer files also merge them by time. */
function channelResults(dialogue: Dialogue): JsonObject {
  const { channels, shape } = dialogue;
  const labels = labelsOf(dialogue);
  const heard = itemsOf(hearApart(dialogue), shape, new Map());
  const lists = channels.map((speaker) => heard.filter(({ word }) => word.speaker === speaker));
  const channelLabels = lists.map((list, index) => ({
    channel_label: `ch_${index}`,
    items: list.flatMap(({ items }) => items),
  }));
  const transcripts = [{ transcript: transcriptOf(heard) }];
  if (shape === 'medical-guide') return { transcripts, channel_labels: { channels: channelLabels } };
  const segments = lists.flatMap((list) => segmentsOf(list.map(({ word }) => word)));
  segments.sort((a, b) => a.startMs - b.startMs);
  return {
    transcripts,
    channel_labels: { channels: channelLabels, number_of_channels: channels.length },
    items: heard.flatMap(({ items }) => items),
    audio_segments: audioSegments(segments, heard, 'channel_label', labels),
  };
}

/**
 * In the guide's shape an item has no label, and punctuation no confidence; in the newer one it has both, and an id.
 */
function itemsOf(words: HeardWord[], shape: Shape, labels: Map<string, string>): Heard[] {
  let id = 0;
  return words.map((word) => {
    const label = labels.get(word.speaker);
    const extras = (): JsonObject =>
      shape === 'newer' ? { id: id++, ...(label !== undefined && { speaker_label: label }) } : {};
    const spoken = {
      ...extras(),
      start_time: seconds(word.startMs, shape),
      end_time: seconds(word.endMs, shape),
      alternatives: [{ confidence: decimal(word.confidence), content: word.content }],
      type: 'pronunciation',
    };
    const confidence = shape === 'newer' ? { confidence: '0.0' } : {};
    const marks = word.marks.map((content) => ({
      ...extras(),
      alternatives: [{ ...confidence, content }],
      type: 'punctuation',
    }));
    return { word, items: [spoken, ...marks] };
  });
}

/** Words carry no text here: they are joined with the items by time. */
function speakerLabels(segments: Segment[], labels: Map<string, string>, shape: Shape): JsonObject {
  const label = ({ speaker }: HeardWord): string => labels.get(speaker) ?? '';
  return {
    ...(shape === 'newer' && { channel_label: 'ch_0' }),
    speakers: labels.size,
    segments: segments.map(({ startMs, endMs, words }) => ({
      start_time: seconds(startMs, shape),
      speaker_label: words.slice(0, 1).map(label).join(''),
      end_time: seconds(endMs, shape),
      items: words.map((word) => ({
        start_time: seconds(word.startMs, shape),
        speaker_label: label(word),
        end_time: seconds(word.endMs, shape),
      })),
    })),
  };
}

function audioSegments(
  segments: Segment[],
  heard: Heard[],
  key: 'speaker_label' | 'channel_label',
  labels: Map<string, string>,
): JsonObject[] {
  const byWord = new Map(heard.map((entry) => [entry.word, entry]));
  return segments.map(({ startMs, endMs, words }, id) => {
    const spoken = words.flatMap((word) => byWord.get(word) ?? []);
    const label = labels.get(words[0]?.speaker ?? '');
    return {
      id,
      transcript: transcriptOf(spoken),
      start_time: seconds(startMs, 'newer'),
      end_time: seconds(endMs, 'newer'),
      ...(label !== undefined && { [key]: label }),
      items: spoken.flatMap(({ items }) => items.map((item) => item['id'] ?? null)),
    };
  });
}

/** A segment is a little wider than its words, without reaching into its neighbours. */
function segmentsOf(words: HeardWord[]): Segment[] {
  const pieces = piecesOf(words);
  let reached = 0;
  return pieces.map((piece, index) => {
    const startMs = Math.max(reached, (piece[0]?.startMs ?? 0) - 100);
    const next = pieces[index + 1]?.[0]?.startMs ?? Infinity;
    reached = Math.min(next, (piece.at(-1)?.endMs ?? 0) + 220);
    return { startMs, endMs: reached, words: piece };
  });
}

function transcriptOf(heard: Heard[]): string {
  return heard.map(({ word }) => word.content + word.marks.join('')).join(' ');
}

/** The guide writes three decimals, and six for zero; newer files write as many as they need. */
function seconds(ms: number, shape: Shape): string {
  if (shape === 'newer') return decimal(ms / 1000);
  return ms === 0 ? '0.000000' : (ms / 1000).toFixed(3);
}

/** As the service prints a number: "1.0", "0.902", and "9.0E-4" below a thousandth. */
function decimal(value: number): string {
  if (Number.isInteger(value)) return value.toFixed(1);
  return value >= 0.001 ? String(value) : value.toExponential(1).replace('e', 'E');
}
