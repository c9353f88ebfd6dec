import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJobResult } from '../../../pipeline/transcript/jobResult.ts';
import { conversation, type Item, type JobFile, jobResult, say } from '../jobResults.ts';

test.each<[string, (results: JobFile['results']) => object, string]>([
  ['results', () => ({ results: null }), 'results is null'],
  ['the items', () => ({ items: 7 }), 'results.items is 7'],
  ['an item', () => ({ items: [true] }), 'results.items.0 is true'],
  ['its readings', ({ items = [] }) => ({ items: [items[0], {}] }), 'results.items.1.type is undefined'],
  ['no readings', () => ({ items: [item({ alternatives: [] })] }), 'results.items.0.alternatives is 0'],
  [
    'a reading',
    () => ({ items: [item({ alternatives: [{ content: 'x' }, { content: null }] })] }),
    'results.items.0.alternatives.1.content is null',
  ],
  [
    'its confidence',
    () => ({ items: [item({ alternatives: [{ content: 'x', confidence: [] }] })] }),
    'results.items.0.alternatives.0.confidence is Array',
  ],
  ['a time', () => ({ items: [item({ start_time: {} })] }), 'results.items.0.start_time is Object'],
  ['a label', () => ({ items: [item({ speaker_label: 1 })] }), 'results.items.0.speaker_label is 1'],
  ['the transcripts', () => ({ transcripts: {} }), 'results.transcripts is Object'],
  ['a transcript', () => ({ transcripts: [{}] }), 'results.transcripts.0.transcript is undefined'],
  ['the labels', () => ({ speaker_labels: {} }), 'results.speaker_labels.segments is undefined'],
  [
    'a segment',
    () => ({ speaker_labels: { segments: [{ start_time: '0' }] } }),
    'results.speaker_labels.segments.0.speaker_label is undefined',
  ],
  [
    "a segment's item",
    () => ({ speaker_labels: { segments: [{ start_time: '0', speaker_label: 'spk_0', items: [{}] }] } }),
    'results.speaker_labels.segments.0.items.0.start_time is undefined',
  ],
  [
    "a channel's item",
    () => ({ channel_labels: { channels: [{ channel_label: 'ch_0', items: [null] }] } }),
    'results.channel_labels.channels.0.items.0 is null',
  ],
])('a refusal says where %s is not what it should be', (_, change, message) => {
  const job = jobResult('newer', conversation([0, 'Any pain?'], [1, 'No.']));
  const changed = change(job.results);
  const results = 'results' in changed ? changed.results : { ...job.results, ...changed };
  expect(() => readJobResult({ ...job, results })).toThrow(new RegExp(`: ${message.replaceAll('.', '\\.')}$`));
});

test('a refusal says what stands in the wrong place, not what it says', () => {
  const items = 'the patient said that her chest hurts';
  expect(() => readJobResult({ jobName: 'j', results: { items } })).toThrow(
    'no batch transcript: results.items is a string',
  );
});

describe('a word', () => {
  const oneWord = (change: Partial<Item>) => {
    const job = jobResult('plain', say(0, 1000, 'fever'));
    job.results.items = job.results.items?.map((item) => ({ ...item, ...change })) ?? [];
    delete job.results.transcripts;
    return readJobResult(job).utterances[0]?.tokens[0];
  };

  test.each<[string, Partial<Item>, object]>([
    ['times as numbers', { start_time: 1, end_time: 1.25 }, { startMs: 1000, endMs: 1250 }],
    ['times with six places', { start_time: '0.000000', end_time: '1.430' }, { startMs: 0, endMs: 1430 }],
    ['times rounded to the millisecond', { start_time: '0.0004', end_time: '0.0006' }, { startMs: 0, endMs: 1 }],
    ['no length', { start_time: '2.5', end_time: '2.5' }, { startMs: 2500, endMs: 2500 }],
    ['an end before its start', { start_time: '2.5', end_time: '2.4' }, { startMs: 2500, endMs: 2500 }],
    ['a tiny confidence', { alternatives: [{ content: 'x', confidence: '9.0E-4' }] }, { confidence: 0.0009 }],
    ['a numeric confidence', { alternatives: [{ content: 'x', confidence: 0.5 }] }, { confidence: 0.5 }],
    ['zero confidence', { alternatives: [{ content: 'x', confidence: '0.0' }] }, { confidence: 0 }],
    ['an unknown confidence', { alternatives: [{ content: 'x' }] }, { confidence: null }],
    [
      'a redaction',
      { alternatives: [{ content: '[PII]', redactions: [{ confidence: '0.99' }] }] },
      { text: '[PII]', confidence: null },
    ],
    [
      'readings that only compare as numbers',
      {
        alternatives: [
          { content: 'Celebrex', confidence: '9.0E-4' },
          { content: 'Celexa', confidence: '0.62' },
        ],
      },
      { text: 'Celexa', confidence: 0.62 },
    ],
    [
      'two readings that tie',
      {
        alternatives: [
          { content: 'first', confidence: '0.5' },
          { content: 'second', confidence: '0.50' },
        ],
      },
      { text: 'first' },
    ],
  ])('with %s', (_, change, word) => {
    expect(oneWord(change)).toMatchObject(word);
  });
});

test('a decimal is the number it stands for, however it is written', () => {
  const decimal = fc.oneof(
    fc.stringMatching(/^\d{0,17}(\.\d{0,9})?$/),
    fc.double({ min: 0, max: 1e6 }).map(String),
    fc.constantFrom('1e-3', ' 0.5', '+1', '0x10', 'NaN', '.', '1.2.3'),
  );
  fc.assert(
    fc.property(
      decimal.filter((written) => written !== ''),
      (confidence) => {
        const alternatives = [{ content: 'x', confidence }];
        const items = [{ type: 'pronunciation', start_time: '1', end_time: '2', alternatives }];
        expect(readJobResult({ jobName: 'j', results: { items } }).utterances[0]?.tokens[0]).toMatchObject({
          confidence: Number(confidence),
        });
      },
    ),
  );
});

function item(change: object): object {
  const reading = { type: 'pronunciation', start_time: '0', end_time: '1', alternatives: [{ content: 'x' }] };
  return { ...reading, ...change };
}
