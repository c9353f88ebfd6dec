import { expect, test } from 'vitest';
import { type Look, type Looks, type ProbeOptions, toProbe } from '../../../pipeline/edge/probe.ts';
import { PipelineError } from '../../../pipeline/errors.ts';
import { dependencies, type Dependency } from '../../../pipeline/health.ts';

const begin = Date.parse('2026-11-29T09:00:00.000Z');
const said = 'connect ECONNREFUSED db.project.supabase.co:443';

/** A probe whose looks are a test's, on a clock that the test moves. */
function open(own: Partial<Record<Dependency, Look>> = {}, more: Partial<ProbeOptions> = {}) {
  const clock = { ms: begin };
  const looked: Dependency[] = [];
  const logged: object[] = [];
  const counted = (dependency: Dependency): [Dependency, Look] => [
    dependency,
    async (signal) => {
      looked.push(dependency);
      await own[dependency]?.(signal);
    },
  ];
  const probe = toProbe({
    load: async () => Object.fromEntries(dependencies.map(counted)) as Looks,
    log: (message, facts) => void logged.push({ message, ...facts }),
    now: () => new Date(clock.ms),
    limitMs: 20,
    ...more,
  });
  return { probe, clock, looked, logged };
}

const fails = (failure: unknown) => () => Promise.reject(failure);
const hangs = () => new Promise<never>(() => {});
const allOk = { database: 'ok', meetings: 'ok', audit: 'ok', recordings: 'ok', workflow: 'ok' };

test('says when it looked, and that all is well', async () => {
  const { probe, logged } = open();
  expect([await probe(), logged]).toEqual([{ checkedAt: '2026-11-29T09:00:00.000Z', dependencies: allOk }, []]);
});

test.each(dependencies)('%s is named when it is away, and the log knows why by name alone', async (dependency) => {
  const { probe, logged } = open({ [dependency]: fails(new PipelineError('ServiceUnavailable', said)) });
  expect((await probe()).dependencies).toEqual({ ...allOk, [dependency]: 'down' });
  expect(logged).toEqual([{ message: 'dependency down', dependency, errorName: 'ServiceUnavailable' }]);
});

test.each<[string, unknown, 'ok' | 'down']>([
  ['is too busy', new PipelineError('Throttled', said), 'ok'],
  ['refuses', Object.assign(new Error(said), { name: 'AccessDeniedException' }), 'down'],
  ['cannot be reached', new TypeError('fetch failed'), 'down'],
  ['fails with no error', said, 'down'],
])('what %s is %3$s', async (_, error, state) => {
  expect((await open({ meetings: fails(error) }).probe()).dependencies.meetings).toBe(state);
});

test('what hangs is not waited for, whether or not it heeds its signal', async () => {
  const heeds: Look = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const { probe, logged } = open({ database: heeds, audit: hangs });
  expect((await probe()).dependencies).toEqual({ ...allOk, database: 'down', audit: 'down' });
  expect(logged).toMatchObject([{ errorName: 'TimeoutError' }, { errorName: 'TimeoutError' }]);
});

test('what answers just in time is there', async () => {
  const slow = () => new Promise((resolve) => setTimeout(resolve, 10));
  expect((await open({ workflow: slow }, { limitMs: 5_000 }).probe()).dependencies.workflow).toBe('ok');
});

test('is not repeated within thirty seconds, whatever it found', async () => {
  let isAway = true;
  const { probe, clock, looked } = open({ recordings: () => (isAway ? Promise.reject(new Error(said)) : hangs()) });
  const first = await probe();
  isAway = false;
  clock.ms += 29_999;
  expect(await probe()).toBe(first);
  expect(looked).toHaveLength(dependencies.length);
});

test('finds out that a dependency has recovered, and that another has not', async () => {
  let isAway = true;
  const { probe, clock } = open({
    recordings: async () => {
      if (isAway) throw new Error(said);
    },
  });
  expect((await probe()).dependencies.recordings).toBe('down');
  isAway = false;
  clock.ms += 30_000;
  expect(await probe()).toEqual({ checkedAt: '2026-11-29T09:00:30.000Z', dependencies: allOk });
});

test('fifty who ask at once wait for one look, also while what they waited for grows old', async () => {
  const { probe, clock, looked } = open({ audit: () => new Promise((resolve) => setTimeout(resolve, 5)) });
  const answers = await Promise.all(Array.from({ length: 50 }, () => probe()));
  expect([new Set(answers).size, looked.length]).toEqual([1, dependencies.length]);
  clock.ms += 30_000;
  await Promise.all(Array.from({ length: 50 }, () => probe()));
  expect(looked).toHaveLength(2 * dependencies.length);
});

test('a probe that cannot begin finds nothing', async () => {
  const unset = Object.assign(new Error('configuration'), { name: 'ConfigurationInvalid' });
  const { probe, logged } = open({}, { load: fails(unset) });
  expect(new Set(Object.values((await probe()).dependencies))).toEqual(new Set(['down']));
  expect(logged).toHaveLength(dependencies.length);
});
