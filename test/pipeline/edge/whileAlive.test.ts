import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { longestCallMs } from '../../../pipeline/edge/limits.ts';
import { toWhileAlive } from '../../../pipeline/edge/whileAlive.ts';
import { PipelineError } from '../../../pipeline/errors.ts';

const lifeMs = 60_000;
const busy = () => Promise.reject(new PipelineError('ServiceUnavailable', 'S3 answered 503'));
let ends = 0;

beforeEach(() => {
  vi.useFakeTimers();
  ends = Date.now() + lifeMs;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const whileAlive = toWhileAlive(() => ends - Date.now());

/** Runs every pause and gives the outcome. */
async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  const outcome = whileAlive(work).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return outcome;
}

test('what fails for a while succeeds in the end', async () => {
  let refusals = 5;
  expect(await outcomeOf(() => (refusals-- > 0 ? busy() : Promise.resolve('written')))).toBe('written');
});

test.each([0, 0.999])('the last try leaves time for itself, when the pauses are drawn at %d', async (drawn) => {
  vi.spyOn(Math, 'random').mockReturnValue(drawn);
  const tries: number[] = [];
  const outcome = await outcomeOf(async () => {
    tries.push(ends - Date.now());
    vi.setSystemTime(Date.now() + 500);
    return busy();
  });
  expect(outcome).toMatchObject({ name: 'ServiceUnavailable' });
  expect(tries.length).toBeGreaterThan(8);
  expect(tries.at(-1)).toBeGreaterThan(longestCallMs('s3'));
});

test('a refusal is not repeated', async () => {
  let tries = 0;
  const refused = Object.assign(new Error('no'), { name: 'AccessDenied' });
  const work = () => {
    tries += 1;
    return Promise.reject(refused);
  };
  expect([await outcomeOf(work), tries]).toEqual([refused, 1]);
});
