import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { toLongJob } from '../../../bench/longJobs.ts';
import { burst } from '../../../local/burst/burst.ts';
import { quotas } from '../../../local/burst/quotas.ts';
import { executionArn } from '../../../local/replay/execution.ts';
import { skippingClock } from '../../../local/services/clock.ts';
import type { ObservedCall } from '../../../local/services/gateway.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';

const few = { ...quotas.default, jobs: 20 };

describe('three hundred at once in an account with twenty places', () => {
  test('all end, and the places are never idle for long', async () => {
    const report = await burst({ recordings: 300, quota: few });
    expect(report).toMatchObject({ completed: 300, failed: 0, lost: 0, mostJobs: 20 });
    expect(report.bound.name).toBe('jobs');
    expect(report.makespan / report.bound.seconds).toBeLessThan(1.05);
    expect(report.startCalls.perRecording).toBeLessThan(2);
  });

  test('come to their end in the order in which they came, as long as their jobs are', async () => {
    const jobMs = () => 300_000;
    const { ends } = await burst({ recordings: 300, quota: few, jobMs });
    // In the end, those with a place at the same time may pass each other.
    expect(Math.max(...ends.map((n, at) => Math.abs(n - at)))).toBeLessThan(few.jobs);
  });

  test('are the same in each run', async () => {
    const once = await burst({ recordings: 60, quota: few });
    expect(await burst({ recordings: 60, quota: few })).toEqual(once);
  });
});

test.each([
  ['functions', { functions: 4 }],
  ['connections of the database', { connections: 1 }],
  ['characters of Comprehend Medical', { clinicalCharacters: 12_000 }],
  ['starts', { starts: 1 }],
])('an account with few %s ends all the same', async (_, less) => {
  const report = await burst({ recordings: 60, quota: { ...few, ...less } });
  expect(report).toMatchObject({ completed: 60, failed: 0, lost: 0 });
});

describe('the same recordings through the embedded stack', () => {
  const recordings = 8;
  const services: Readonly<Record<string, string>> = {
    s3: 'S3',
    DynamoDB_20120810: 'DynamoDB',
    AWSStepFunctions: 'Step Functions',
    Transcribe: 'Transcribe',
    ComprehendMedical_20181030: 'Comprehend Medical',
  };

  /** Uploads one after the other while time stands still, and lets it go on when all wait. */
  async function embedded() {
    const calls: ObservedCall[] = [];
    const requests: string[] = [];
    const clock = skippingClock();
    const product = await TestStack.start({
      clock,
      jobDelayMs: 60_000,
      stepEnv: { MEDICAL_JOBS: '1' },
      onCall: (call) => calls.push(call),
      onRequest: (_, path) => requests.push(path),
    });
    try {
      // The trail is anchored in batches of five minutes, whatever is recorded.
      const names = product.stack.deployment.functions.map(({ name }) => name);
      const steps = new Set(names.filter((name) => name !== 'anchorAudit'));
      const job = toLongJob(15, 'medical-guide');
      const standIn = { durationMs: job.durationMs, channels: 1 as const };
      const goOn = clock.hold();
      const ids: string[] = [];
      for (let n = 0; n < recordings; n += 1) {
        const { recordingId } = await product.upload(visit(`burst-${n}`, { job: job.json, standIn }));
        const state = n === 0 ? 'transcribing' : 'received';
        await expect.poll(() => product.recording(recordingId)).toMatchObject({ status: state });
        ids.push(recordingId);
      }
      goOn();
      const stops: [number, number][] = [];
      for (const [n, recordingId] of ids.entries()) {
        expect(await product.ended(recordingId)).toMatchObject({ status: 'SUCCEEDED' });
        const command = new DescribeExecutionCommand({ executionArn: executionArn(product.deployment, recordingId) });
        const { stopDate } = await product.deployment.clients.sfn.send(command);
        stops.push([stopDate?.getTime() ?? 0, n]);
      }
      const sums: Record<string, number> = {};
      for (const call of calls) {
        const service = services[call.target];
        const isProof = 'url' in call && /\/proof(?:\?|$)/.test(call.url);
        if (steps.has(call.accessKeyId) && service && !isProof) sums[service] = (sums[service] ?? 0) + 1;
      }
      const rpcs = requests.filter((path) => path.includes('/rpc/')).length;
      return {
        ends: stops.sort(([a], [b]) => a - b).map(([, n]) => n),
        services: { ...sums, Supabase: rpcs + recordings },
      };
    } finally {
      await product.stop();
    }
  }

  test('takes as many calls of each service, and the ends come in the same order', async () => {
    const real = await embedded();
    const quota = { ...quotas.default, jobs: 1 };
    const report = await burst({ recordings, quota, jobMs: () => 60_000, everyMs: 5_000 });
    expect({ ends: report.ends, services: report.services }).toEqual(real);
  });
});
