import * as v from 'valibot';

/** The whole family of batch results as strict types: a key that no documented or genuine file has fails. */
const decimal = v.pipe(v.string(), v.regex(/^\d+\.\d+(E-\d+)?$/));
const speaker = v.pipe(v.string(), v.regex(/^spk_\d+$/));
const channel = v.pipe(v.string(), v.regex(/^ch_\d+$/));

const item = v.variant('type', [
  v.strictObject({
    type: v.literal('pronunciation'),
    start_time: decimal,
    end_time: decimal,
    alternatives: v.strictTuple([v.strictObject({ content: v.string(), confidence: decimal })]),
    id: v.exactOptional(v.number()),
    speaker_label: v.exactOptional(speaker),
  }),
  v.strictObject({
    type: v.literal('punctuation'),
    alternatives: v.strictTuple([
      v.strictObject({ content: v.string(), confidence: v.exactOptional(v.literal('0.0')) }),
    ]),
    id: v.exactOptional(v.number()),
    speaker_label: v.exactOptional(speaker),
  }),
]);
const labelItem = v.strictObject({ start_time: decimal, end_time: decimal, speaker_label: speaker });

export const batchSchema = v.strictObject({
  jobName: v.string(),
  accountId: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  status: v.literal('COMPLETED'),
  results: v.strictObject({
    transcripts: v.strictTuple([v.strictObject({ transcript: v.string() })]),
    items: v.exactOptional(v.array(item)),
    speaker_labels: v.exactOptional(
      v.strictObject({
        speakers: v.number(),
        channel_label: v.exactOptional(channel),
        segments: v.array(v.strictObject({ ...labelItem.entries, items: v.array(labelItem) })),
      }),
    ),
    channel_labels: v.exactOptional(
      v.strictObject({
        channels: v.array(v.strictObject({ channel_label: channel, items: v.array(item) })),
        number_of_channels: v.exactOptional(v.number()),
      }),
    ),
    audio_segments: v.exactOptional(
      v.array(
        v.strictObject({
          id: v.number(),
          transcript: v.string(),
          start_time: decimal,
          end_time: decimal,
          speaker_label: v.exactOptional(speaker),
          channel_label: v.exactOptional(channel),
          items: v.array(v.number()),
        }),
      ),
    ),
  }),
});

export type Batch = v.InferOutput<typeof batchSchema>;
export type BatchItem = v.InferOutput<typeof item>;

/** The service's own rule: blanks between items, none before punctuation. */
export function joinItems(items: BatchItem[]): string {
  return items
    .map(({ type, alternatives: [{ content }] }, index) => (type === 'pronunciation' && index > 0 ? ' ' : '') + content)
    .join('');
}

export function wordsOf(items: BatchItem[]): Extract<BatchItem, { type: 'pronunciation' }>[] {
  return items.filter((each) => each.type === 'pronunciation');
}
