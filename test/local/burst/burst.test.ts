import { describe, expect, test } from 'vitest';
import { burst } from '../../../local/burst/burst.ts';
import { planOf } from '../../../local/burst/clinical.ts';
import { quotas } from '../../../local/burst/quotas.ts';
import type { Report } from '../../../local/burst/report.ts';
import { toPlan } from '../../../pipeline/clinical/extraction.ts';
import type { Transcript } from '../../../pipeline/transcript/transcript.ts';

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

describe('more than are under way at once', () => {
  test('end as soon, and as well', async () => {
    const report = await burst({ recordings: 300, quota: few, atOnce: 60 });
    expect(report).toMatchObject({ completed: 300, failed: 0, lost: 0, mostJobs: 20, underWay: 60 });
    expect(report.makespan / report.bound.seconds).toBeLessThan(1.05);
    const all = await burst({ recordings: 300, quota: few });
    expect(report.bound).toEqual(all.bound);
    // What the shorter line asks less often is what the report says.
    const asks = ({ machinery }: Report) => machinery.transitions;
    expect(report.asksLeftOut).toBeGreaterThan(0);
    expect(asks(all) - asks(report)).toBeGreaterThan(report.asksLeftOut);
  });
});

test.each([190, 9_900, 11_652, 40_500])(
  'a text of %i characters is read by as many calls as the product plans',
  (length) => {
    const text = 'word '.repeat(length / 5);
    const planned = toPlan({ text, quality: { words: 1 } } as Transcript, [
      'DetectEntitiesV2',
      'InferICD10CM',
      'InferRxNorm',
    ]);
    const operations = (items: readonly { operation: string }[]) => items.map(({ operation }) => operation).toSorted();
    expect(operations(planOf(text.length))).toEqual(operations(planned));
  },
);
