import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJobResult } from '../../../pipeline/transcript/jobResult.ts';
import { conversation, type JobFile, jobResult, say } from '../jobResults.ts';

test.each<[string, (results: JobFile['results']) => object, string]>([
  ['results', () => ({ results: null }), 'results is null'],
  ['the items', () => ({ items: 7 }), 'results.items is 7'],
  ['an item', () => ({ items: [true] }), 'results.items.0 is true'],
  ['its readings', ({ items = [] }) => ({ items: [items[0], {}] }), 'results.items.1.type is missing'],
  [
    'the list of readings',
    () => ({ items: [item({ alternatives: 'x' })] }),
    'results.items.0.alternatives is a string',
  ],
  [
    'a reading',
    () => ({ items: [item({ alternatives: [{ content: 'x' }, { content: 7 }] })] }),
    'results.items.0.alternatives.1.content is 7',
  ],
  [
    'its confidence',
    () => ({ items: [item({ alternatives: [{ content: 'x', confidence: [] }] })] }),
    'results.items.0.alternatives.0.confidence is a list',
  ],
  ['a time', () => ({ items: [item({ start_time: {} })] }), 'results.items.0.start_time is an object'],
  ['a label', () => ({ items: [item({ speaker_label: 1 })] }), 'results.items.0.speaker_label is 1'],
  ['the transcripts', () => ({ transcripts: {} }), 'results.transcripts is an object'],
  ['a transcript', () => ({ transcripts: [{ transcript: 1 }] }), 'results.transcripts.0.transcript is 1'],
  ['the labels', () => ({ speaker_labels: {} }), 'results.speaker_labels.segments is missing'],
  [
    'a segment',
    () => ({ speaker_labels: { segments: [{ start_time: '0', speaker_label: 1 }] } }),
    'results.speaker_labels.segments.0.speaker_label is 1',
  ],
  [
    "a segment's item",
    () => ({
      speaker_labels: { segments: [{ start_time: '0', speaker_label: 'spk_0', items: [{ start_time: [] }] }] },
    }),
    'results.speaker_labels.segments.0.items.0.start_time is a list',
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
    'not a batch transcript: results.items is a string',
  );
});

describe('a word', () => {
  const oneWord = (change: object) => {
    const items = jobResult('plain', say(0, 1000, 'fever')).results.items?.map((item) => ({ ...item, ...change }));
    return readJobResult({ jobName: 'j', results: { items } }).utterances[0]?.tokens[0];
  };

  test.each<[string, object, object]>([
    ['times as numbers', { start_time: 1, end_time: 1.25 }, { startMs: 1000, endMs: 1250 }],
    ['times with six places', { start_time: '0.000000', end_time: '1.430' }, { startMs: 0, endMs: 1430 }],
    ['times rounded to the millisecond', { start_time: '0.0004', end_time: '0.0006' }, { startMs: 0, endMs: 1 }],
    ['no length', { start_time: '2.5', end_time: '2.5' }, { startMs: 2500, endMs: 2500 }],
    ['a start before the recording', { start_time: '-0.010', end_time: '0.25' }, { startMs: 0, endMs: 250 }],
    ['a numeric start before it', { start_time: -0.5, end_time: -0.2 }, { startMs: 0, endMs: 0 }],
    ['a start of minus nothing', { start_time: '-0.0001', end_time: '0.1' }, { startMs: 0, endMs: 100 }],
    ['a start of null', { start_time: null, end_time: '1.5' }, { startMs: 1500, endMs: 1500 }],
    ['no end', { start_time: '2.5', end_time: undefined }, { startMs: 2500, endMs: 2500 }],
    ['an end beyond all numbers', { start_time: '2.5', end_time: '1e999' }, { startMs: 2500, endMs: 2500 }],
    ['an end before its start', { start_time: '2.5', end_time: '2.4' }, { startMs: 2500, endMs: 2500 }],
    ['a tiny confidence', { alternatives: [{ content: 'x', confidence: '9.0E-4' }] }, { confidence: 0.0009 }],
    ['a numeric confidence', { alternatives: [{ content: 'x', confidence: 0.5 }] }, { confidence: 0.5 }],
    ['zero confidence', { alternatives: [{ content: 'x', confidence: '0.0' }] }, { confidence: 0 }],
    ['a confidence of null', { alternatives: [{ content: 'x', confidence: null }] }, { confidence: null }],
    ['a confidence that is no number', { alternatives: [{ content: 'x', confidence: 'high' }] }, { confidence: null }],
    ['a reading of null', { alternatives: [null, { content: 'x' }] }, { text: 'x' }],
    ['blanks around it', { alternatives: [{ content: ' x\n' }] }, { text: 'x' }],
    ['a blank line in it', { alternatives: [{ content: 'x\r\n\r\ny' }] }, { text: 'x y' }],
    ['U+0000', { alternatives: [{ content: 'peni\0cillin' }] }, { text: 'penicillin' }],
    ['U+0000 at its ends', { alternatives: [{ content: '\0 x \0' }] }, { text: 'x' }],
    ['half of an emoji', { alternatives: [{ content: 'x\ud83e' }] }, { text: 'x\ufffd' }],
    ['the other half', { alternatives: [{ content: '\udd7ax' }] }, { text: '\ufffdx' }],
    ['a whole emoji', { alternatives: [{ content: 'x🩺' }] }, { text: 'x🩺' }],
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
          confidence: Number.isNaN(Number(confidence)) ? null : Number(confidence),
        });
      },
    ),
  );
});

function item(change: object): object {
  const reading = { type: 'pronunciation', start_time: '0', end_time: '1', alternatives: [{ content: 'x' }] };
  return { ...reading, ...change };
}
