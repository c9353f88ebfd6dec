import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { parseDialogue } from '../../../local/cases/dialogue.ts';
import { toJobResult } from '../../../local/cases/jobResult.ts';
import { batchSchema, joinItems, wordsOf } from './batchSchema.ts';
import type { Batch } from './batchSchema.ts';

function jobOf(text: string): Batch {
  return v.parse(batchSchema, toJobResult(parseDialogue(text), { jobName: 'job-1' }));
}

const interrupted = `
[+0s] patient: I was on the stairs when the pain came, and it, um, went away.
[-2s] clinician: Mm-hmm.
[+0.5s] clinician: {?Angina}?`;
const channels = 'layout: channels\nchannels: clinician, patient\n';
const everyForm = ['speakers', 'plain', 'channels'].flatMap((layout) =>
  ['medical-guide', 'newer'].map((shape) => ({ layout, shape })),
);

describe('speakers in the shape of the medical guide', () => {
  const { results } = jobOf(interrupted);
  const items = results.items ?? [];

  test('labels stand in the segments alone, joined to the words by time', () => {
    expect(items.some((item) => 'speaker_label' in item || 'id' in item)).toBe(false);
    expect(results.audio_segments).toBeUndefined();
    const labelled = results.speaker_labels?.segments.flatMap((segment) => segment.items) ?? [];
    expect(labelled.map(({ start_time, end_time }) => [start_time, end_time])).toEqual(
      wordsOf(items).map(({ start_time, end_time }) => [start_time, end_time]),
    );
  });

  test('an interjection cuts the utterance into pieces', () => {
    const segments = results.speaker_labels?.segments ?? [];
    expect(segments.map(({ speaker_label }) => speaker_label)).toEqual(['spk_0', 'spk_1', 'spk_0', 'spk_1']);
    expect(segments.map(({ items: inside }) => inside.every((one) => one.speaker_label.length > 0))).not.toContain(
      false,
    );
    expect(results.transcripts[0].transcript).toMatch(/^I was .* Mm-hmm\. .*went away\. Angina\?$/);
  });

  test('times have three decimals and punctuation no confidence', () => {
    expect(
      wordsOf(items).every(
        ({ start_time, end_time }) => /\.(\d{3}|0{6})$/.test(start_time) && /\.\d{3}$/.test(end_time),
      ),
    ).toBe(true);
    expect(items[0]).toMatchObject({ start_time: '0.000000' });
    expect(items.find(({ type }) => type === 'punctuation')?.alternatives[0]).toEqual({ content: ',' });
  });

  test('a marked word is doubtful, the others are not', () => {
    const doubtful = wordsOf(items).filter(({ alternatives: [{ confidence }] }) => Number(confidence) < 0.5);
    expect(doubtful.map(({ alternatives: [{ content }] }) => content)).toEqual(['Angina']);
  });
});

test('the newer shape labels and numbers every item and refers to them from audio segments', () => {
  const { results } = jobOf(`shape: newer\n${interrupted}`);
  const items = results.items ?? [];
  expect(items.map(({ id }) => id)).toEqual(items.map((_, index) => index));
  expect(items.every(({ speaker_label }) => speaker_label !== undefined)).toBe(true);
  expect(items.find(({ type }) => type === 'punctuation')?.alternatives[0].confidence).toBe('0.0');
  expect(results.audio_segments?.flatMap((segment) => segment.items)).toEqual(items.map(({ id }) => id));
  for (const segment of results.audio_segments ?? []) {
    const own = segment.items.flatMap((id) => items[id] ?? []);
    expect(segment.transcript).toBe(joinItems(own));
    expect(new Set(own.map(({ speaker_label }) => speaker_label))).toEqual(new Set([segment.speaker_label]));
  }
});

test('channels in the shape of the guide are sequences of their own and nothing else', () => {
  const { results } = jobOf(channels + interrupted);
  expect(Object.keys(results).sort()).toEqual(['channel_labels', 'transcripts']);
  expect(results.channel_labels?.number_of_channels).toBeUndefined();
  expect(results.channel_labels?.channels.map(({ channel_label, items }) => [channel_label, joinItems(items)])).toEqual(
    [
      ['ch_0', 'Mm-hmm. Angina?'],
      ['ch_1', 'I was on the stairs when the pain came, and it, um, went away.'],
    ],
  );
});

test('newer channels hold together exactly the items of the whole, and overlap', () => {
  const { results } = jobOf(`${channels}shape: newer\n${interrupted}`);
  const lists = results.channel_labels?.channels.map(({ items }) => items) ?? [];
  const byId = lists.flat().sort((a, b) => (a.id ?? 0) - (b.id ?? 0));
  expect(byId).toEqual(results.items);
  expect(results.channel_labels?.number_of_channels).toBe(2);
  const [mm] = wordsOf(lists[0] ?? []);
  const during = wordsOf(lists[1] ?? []).filter((word) => Number(word.end_time) > Number(mm?.start_time));
  expect(during.some((word) => Number(word.start_time) < Number(mm?.end_time))).toBe(true);
});

test.each(everyForm)('an empty $layout job in the $shape shape has no word', ({ layout, shape }) => {
  const { results } = jobOf(`layout: ${layout}\n${layout === 'channels' ? 'channels: a, b\n' : ''}shape: ${shape}\n\n`);
  expect(results.transcripts).toEqual([{ transcript: '' }]);
  expect(results.items ?? []).toEqual([]);
});

const word = fc.constantFrom(
  'I',
  'uh',
  "don't",
  '6.5',
  'mm-hmm',
  'tightness',
  'Zoë',
  'Jose\u0301',
  '𠮷野',
  '👩🏽‍⚕️',
  '{?GTN}',
);
const mark = fc.constantFrom('', '', '', ',', '.', '?', '...');
const timing = fc.constantFrom('', '', '[+0.7s] ', '[-0.3s] ', '[-4s] ');
const line = fc
  .tuple(
    timing,
    fc.constantFrom('patient', 'clinician'),
    fc.array(fc.tuple(word, mark), { minLength: 1, maxLength: 12 }),
  )
  .map(([when, who, words]) => `${when}${who}: ${words.map((pair) => pair.join('')).join(' ')}`);

test.each(everyForm)('every $layout dialogue makes a sound job in the $shape shape', ({ layout, shape }) => {
  const header = `layout: ${layout}\nshape: ${shape}\n${layout === 'channels' ? 'channels: patient, clinician\n' : ''}\n`;
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const text = header + lines.join('\n');
      const { results } = jobOf(text);
      const streams = results.channel_labels?.channels.map(({ items }) => items) ?? [results.items ?? []];
      for (const stream of streams) expectInOrder(stream);
      const { items, transcripts } = results;
      expect(items === undefined || joinItems(items) === transcripts[0].transcript).toBe(true);
      expectNothingLost(text, transcripts[0].transcript);
      expect(jobOf(text)).toEqual(jobOf(text));
    }),
    { numRuns: 60 },
  );
});

/** Within one stream no word starts before the one in front of it has ended, and none is empty. */
function expectInOrder(stream: Parameters<typeof wordsOf>[0]): void {
  let reached = 0;
  for (const { start_time, end_time } of wordsOf(stream)) {
    expect(Number(start_time)).toBeGreaterThanOrEqual(reached);
    expect(Number(end_time)).toBeGreaterThan(Number(start_time));
    reached = Number(end_time);
  }
}

function expectNothingLost(text: string, transcript: string): void {
  const spoken = text
    .split('\n')
    .filter((each) => /(patient|clinician): /.test(each) && !each.startsWith('channels'))
    .flatMap((each) =>
      each
        .replace(/^.*?(patient|clinician): /, '')
        .replaceAll(/\{\?|\}/g, '')
        .split(' '),
    );
  expect(transcript.split(' ').filter(Boolean).sort()).toEqual(spoken.sort());
}
