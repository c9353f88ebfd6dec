import { describe, expect, test } from 'vitest';
import { type PlanItem, type ServiceAnswer, slice } from '../../../pipeline/clinical/extraction.ts';
import { PipelineError } from '../../../pipeline/errors.ts';
import { askAll } from '../../../pipeline/extraction/askAll.ts';
import { askingMs, atOnce, pauses } from '../../../pipeline/extraction/limits.ts';

const text = 'abcdefghij'.repeat(10);
/** Ten calls of ten characters each. */
const plan = Array.from(
  { length: 10 },
  (_, n): PlanItem => ({ operation: 'InferICD10CM', n: n + 1, begin: 10 * n, end: 10 * n + 10 }),
);
const since = new Date('2026-11-29T09:00:00.000Z');
const throttled = () => new PipelineError('Throttled', 'ComprehendMedical answered TooManyRequestsException');

/** Makes the calls of the plan on a clock that a call or a pause moves. */
async function run(ask: (item: PlanItem) => Promise<ServiceAnswer>, { callMs = 0 } = {}) {
  let ms = 0;
  let most = 0;
  let underWay = 0;
  const asked: number[] = [];
  const paused: number[] = [];
  const failed: [number, string][] = [];
  const { answers, gaps } = await askAll(text, plan, {
    since,
    now: () => new Date(since.getTime() + ms),
    async pause(longestMs) {
      paused.push(longestMs);
      ms += longestMs;
    },
    async ask(operation, part, item) {
      expect([operation, part]).toEqual([item.operation, slice(text, item)]);
      asked.push(item.n);
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      ms += callMs;
      underWay -= 1;
      return ask(item);
    },
    onFailed: ({ n }, error) => failed.push([n, error]),
  });
  return { answers, gaps, asked, paused, failed, most };
}

test('every call is made once, a few at once, and the answers come in the order of the plan', async () => {
  const { answers, gaps, asked, most } = await run(async ({ n }) => ({ ModelVersion: String(n) }));
  expect(answers.map(({ n, response }) => [n, response.ModelVersion])).toEqual(plan.map(({ n }) => [n, String(n)]));
  expect([gaps, asked.length, most]).toEqual([[], 10, atOnce]);
});

test('what finds the service busy is asked for again, each time later', async () => {
  let refusals = 6;
  const { answers, gaps, asked, paused, failed } = await run(async ({ n }) => {
    if (n !== 7 || refusals === 0) return {};
    refusals -= 1;
    throw refusals % 2 === 0 ? throttled() : new PipelineError('ServiceUnavailable', 'no answer');
  });
  expect([answers.length, gaps, failed]).toEqual([10, [], []]);
  expect(asked.filter((n) => n === 7).length).toBe(7);
  expect(paused).toEqual([500, 1_000, 2_000, 4_000, 8_000, pauses.most]);
});

describe('is a gap by the name of its failure', () => {
  test('a call that stays refused until there is no time left', async () => {
    const { answers, gaps, failed } = await run(async ({ n }) => (n === 10 ? Promise.reject(throttled()) : {}));
    expect(answers.length).toBe(9);
    expect(gaps).toEqual([{ operation: 'InferICD10CM', begin: 90, end: 100, error: 'Throttled' }]);
    expect(failed).toEqual([[10, 'Throttled']]);
  });

  test('a call that the service does not take, which is not asked for again', async () => {
    const error = Object.assign(new Error('the text was: abc'), { name: 'InvalidRequestException' });
    const { gaps, asked, paused } = await run(async ({ n }) => (n > 8 ? Promise.reject(error) : {}));
    expect(gaps.map(({ begin, error }) => [begin, error])).toEqual([
      [80, 'InvalidRequestException'],
      [90, 'InvalidRequestException'],
    ]);
    expect([asked.length, paused]).toEqual([10, []]);
  });

  test('a call for which no time is left', async () => {
    const { answers, gaps, asked } = await run(async () => ({}), { callMs: askingMs / 6 });
    expect([answers.length + gaps.length, asked.length]).toEqual([10, answers.length]);
    expect(answers.length).toBeGreaterThanOrEqual(6);
    expect(answers.length).toBeLessThan(10);
    expect(new Set(gaps.map(({ error }) => error))).toEqual(new Set(['States.Timeout']));
  });

  test('what is thrown and no error', async () => {
    // oxlint-disable-next-line prefer-promise-reject-errors -- whatever a client throws must not end the request
    const { gaps } = await run(async ({ n }) => (n === 1 ? Promise.reject('a cough') : {}));
    expect(gaps.map(({ error }) => error)).toEqual(['UnexpectedError']);
  });
});

test('a text that the service finds too long is asked for in parts', async () => {
  const long = 'A headache. '.repeat(100);
  const item: PlanItem = { operation: 'InferRxNorm', n: 1, begin: 0, end: long.length };
  const asked: number[] = [];
  const { answers, gaps } = await askAll(long, [item], {
    since,
    now: () => since,
    pause: async () => {},
    async ask(_, part) {
      asked.push(part.length);
      if (part.length <= 600) return {};
      throw Object.assign(new Error('too long'), { name: 'TextSizeLimitExceededException' });
    },
    onFailed: () => expect.unreachable(),
  });
  expect([asked, gaps, answers[0]?.calls?.length]).toEqual([[1_200, 600, 600], [], 2]);
});
