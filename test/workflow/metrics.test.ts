import { beforeAll, expect, test } from 'vitest';
import { type MetricName, metricNamespace, metrics } from '../../pipeline/metrics.ts';
import { TestStack } from './testStack.ts';
import { visit, visitWithoutResult } from './visits.ts';

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

interface Printed {
  _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: MetricName }[] }[] };
  [field: string]: unknown;
}

/** What CloudWatch would make of the lines that the steps printed for a recording. */
function measured({ log }: TestStack, recordingId: string) {
  const printed = log
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line) as Printed)
    .filter((line) => line['recordingId'] === recordingId);
  return printed.flatMap(({ _aws: emf, ...line }) =>
    emf.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Metrics.map(({ Name }) => ({ Namespace, Dimensions, Name, value: Number(line[Name]), line })),
    ),
  );
}

const count = (product: TestStack, recordingId: string, name: MetricName) =>
  measured(product, recordingId).filter(({ Name }) => Name === name).length;

test('a consultation is counted as it is received and as it ends, with what it cost, and with no word of it', async () => {
  const { outcome } = await product.run(visit('counted'));
  const found = measured(product, outcome.recordingId);
  const names = ['RecordingsReceived', 'AudioMinutes', 'RecordingsCompleted', 'ProcessingSeconds'] as const;
  for (const name of names) expect([name, count(product, outcome.recordingId, name)]).toEqual([name, 1]);

  const [{ usage } = { usage: {} }] = await product.rows('recordings', 'recording_id', outcome.recordingId);
  const usd = found.filter(({ Name }) => Name === 'EstimatedUsd').map(({ value }) => value);
  const total = usd.reduce((sum, one) => sum + one, 0);
  expect(total).toBeCloseTo((usage as { estimatedUsd: number }).estimatedUsd, 3);
  expect(JSON.stringify(found)).not.toMatch(/throat|lisinopril|cough/);
});

test('every metric is printed by the dimensions that the table says', async () => {
  const { outcome } = await product.run(visit('dimensions'));
  const found = measured(product, outcome.recordingId);
  expect(found.length).toBeGreaterThan(5);
  for (const { Namespace, Dimensions, Name, line } of found) {
    const metric = metrics[Name];
    const own = 'by' in metric ? [metric.by] : [];
    expect({ Namespace, Dimensions, Name }).toEqual({
      Namespace: metricNamespace,
      Dimensions: [['service', ...own]],
      Name,
    });
    for (const dimension of own) expect(line[dimension]).toBeTypeOf('string');
  }
});

test('a wait that ran out is overdue: the job was done, and no event said so', async () => {
  await product.switchRule('JobOutputCreated', 'DISABLED');
  try {
    const { outcome } = await product.run(visit('overdue'));
    expect(outcome.status).toBe('completed');
    expect(count(product, outcome.recordingId, 'RecordingsOverdue')).toBe(1);
  } finally {
    await product.switchRule('JobOutputCreated', 'ENABLED');
  }
});

test('a failure is counted once, by its name, and as nothing else', async () => {
  const { outcome } = await product.run(visitWithoutResult('failed'));
  expect(outcome.status).toBe('failed');
  const ends = measured(product, outcome.recordingId).filter(({ Name }) => /^Recordings(?!Received)/.test(Name));
  expect(ends.map(({ Name, line }) => [Name, line['failure']])).toEqual([['RecordingsFailed', 'TranscriptionFailed']]);
});
