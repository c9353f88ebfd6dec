import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lambda } from '../../../pipeline/edge/lambda.ts';
import { toMeasure } from '../../../pipeline/edge/metrics.ts';
import { metricNamespace, serviceName } from '../../../pipeline/metrics.ts';
import { testEnv } from '../memoryPorts.ts';

const lines: string[] = [];
beforeEach(() => {
  // The metrics go to the global console then, and are still printed.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  lines.length = 0;
});

/** What CloudWatch makes of a printed line: the metric's address, unit and value. */
function metricIn(line = 'null') {
  const { _aws, ...values } = JSON.parse(line) as Record<string, unknown> & {
    _aws: { Timestamp: number; CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: object[] }[] };
  };
  return { directive: _aws.CloudWatchMetrics, values };
}

test('a count is one line in the embedded format, with the recording beside it and not in its dimensions', () => {
  toMeasure('someStep')('rec-1', 'RecordingsReceived', 1);
  expect(lines).toHaveLength(1);
  expect(metricIn(lines[0])).toEqual({
    directive: [
      {
        Namespace: metricNamespace,
        Dimensions: [['service']],
        Metrics: [{ Name: 'RecordingsReceived', Unit: 'Count' }],
      },
    ],
    values: { service: serviceName, recordingId: 'rec-1', step: 'someStep', RecordingsReceived: 1 },
  });
});

test('a metric with a dimension of its own has it, and the next one does not', () => {
  const measure = toMeasure('someStep');
  measure('rec-1', 'RecordingsFailed', 1, 'UnknownMeeting');
  measure('rec-2', 'ProcessingSeconds', 61.5);
  const [failed, seconds] = lines.map(metricIn);
  expect(failed?.directive[0]?.Dimensions).toEqual([['service', 'failure']]);
  expect(failed?.values).toMatchObject({ failure: 'UnknownMeeting', RecordingsFailed: 1 });
  expect(seconds?.directive[0]).toMatchObject({ Dimensions: [['service']], Metrics: [{ Unit: 'Seconds' }] });
  expect(seconds?.values).toEqual({
    service: serviceName,
    recordingId: 'rec-2',
    step: 'someStep',
    ProcessingSeconds: 61.5,
  });
});

test('the door gives the step its measure', async () => {
  for (const [name, value] of Object.entries(testEnv)) vi.stubEnv(name, value);
  const handler = lambda(
    'someStep',
    ({ measure }) =>
      async () =>
        measure('rec-3', 'AudioMinutes', 12),
  );
  await handler({}, { awsRequestId: 'request-1' });
  expect(metricIn(lines[0]).values).toMatchObject({ step: 'someStep', AudioMinutes: 12 });
});
