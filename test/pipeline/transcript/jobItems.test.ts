import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJobResult } from '../../../pipeline/transcript/jobResult.ts';
import { conversation, type JobFile, jobResult } from '../jobResults.ts';

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
