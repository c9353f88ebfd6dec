import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../local/services/jsonService.ts';
import type { InvokeResult } from '../../../../local/services/stepFunctions/stepFunctions.ts';
import { type Event, machineOf, run, task, thrown } from './machines.ts';

/** Runs a task whose calls come to the given errors, one after the other, and then succeed. */
async function tried(Retry: JsonObject[], errors: string[], options = {}, more: JsonObject = {}) {
  let calls = 0;
  const f = (): InvokeResult => {
    const error = errors[calls++];
    return error === undefined ? { payload: 'done' } : thrown(error);
  };
  const outcome = await run(machineOf({ work: task('f', { Retry, ...more }) }), {}, { f }, options);
  return { ...outcome, calls, sleeps: sleeps(outcome.events) };
}

/** Seconds between a failure and the next attempt. */
function sleeps(events: Event[]): number[] {
  const attempts = events.filter(({ type }) => type === 'TaskScheduled').map(({ timestamp }) => timestamp);
  return attempts.slice(1).map((time, index) => Math.round((time - (attempts[index] ?? 0)) * 1000) / 1000);
}

const times = (n: number, error: string): string[] => Array.from({ length: n }, () => error);

describe('the delay', () => {
  test.each<[string, JsonObject, number[]]>([
    ['starts at 1 s, doubles, and ends after 3 attempts', {}, [1, 2, 4]],
    [
      'grows by BackoffRate from IntervalSeconds',
      { IntervalSeconds: 2, BackoffRate: 1.5, MaxAttempts: 4 },
      [2, 3, 4.5, 6.75],
    ],
    ['is capped', { IntervalSeconds: 2, BackoffRate: 10, MaxDelaySeconds: 30, MaxAttempts: 4 }, [2, 20, 30, 30]],
    ['stays when BackoffRate is 1', { IntervalSeconds: 5, BackoffRate: 1 }, [5, 5, 5]],
    ['has no jitter when it is NONE', { JitterStrategy: 'NONE', IntervalSeconds: 3 }, [3, 6, 12]],
    [
      'is a share of the capped delay when jitter is FULL',
      { JitterStrategy: 'FULL', IntervalSeconds: 8, MaxDelaySeconds: 12 },
      [2, 3, 3],
    ],
    ['is none when MaxAttempts is 0', { MaxAttempts: 0 }, []],
  ])('%s', async (_, retrier, expected) => {
    const outcome = await tried([{ ErrorEquals: ['Busy'], ...retrier }], times(9, 'Busy'), { random: () => 0.25 });
    expect(outcome.sleeps).toEqual(expected);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Busy', calls: expected.length + 1 });
  });
});

describe('which retrier', () => {
  test('each counts on its own', async () => {
    const retriers = [
      { ErrorEquals: ['A'], IntervalSeconds: 10, MaxAttempts: 2 },
      { ErrorEquals: ['B', 'C'], IntervalSeconds: 1, MaxAttempts: 3 },
    ];
    const outcome = await tried(retriers, ['A', 'B', 'A', 'C', 'B', 'A']);
    expect(outcome.sleeps).toEqual([10, 1, 20, 2, 4]);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'A' });
  });

  test('the first that matches decides, even when it is used up', async () => {
    const retriers = [{ ErrorEquals: ['A'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'] }];
    expect((await tried(retriers, ['A', 'A'])).calls).toBe(2);
  });

  test.each<[string, string, number]>([
    ['States.ALL', 'Anything', 2],
    ['States.TaskFailed', 'Anything', 2],
    ['Anything', 'Anything', 2],
    ['Any', 'Anything', 1],
    ['States.Timeout', 'Anything', 1],
  ])('ErrorEquals %s against %s', async (pattern, error, calls) => {
    const outcome = await tried([{ ErrorEquals: [pattern] }], [error]);
    expect(outcome.calls).toBe(calls);
  });

  test.each<[string, boolean]>([
    ['States.Timeout', true],
    ['States.ALL', true],
    ['States.TaskFailed', false],
    ['States.HeartbeatTimeout', false],
  ])('%s takes a timeout: %s', async (pattern, taken) => {
    const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
    const more = { Resource, TimeoutSeconds: 20, Catch: [{ ErrorEquals: [pattern], Next: 'end' }] };
    const machine = machineOf({ work: task('f', more), end: { Type: 'Succeed' } });
    const outcome = await run(machine, {}, { f: () => ({ payload: null }) });
    expect(outcome).toMatchObject({ status: taken ? 'SUCCEEDED' : 'FAILED', lasted: 20_000 });
  });
});

describe('Retry, then Catch', () => {
  test('a catcher takes over when the retries are used up, with the error and its variables', async () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'wrong' },
      {
        ErrorEquals: ['States.ALL'],
        Next: 'end',
        Assign: { failed: '{% $states.context.State.Name & "/" & $states.context.State.RetryCount %}' },
        Output: { error: '{% $states.errorOutput %}', input: '{% $states.input.id %}' },
      },
    ];
    const machine = machineOf({
      work: task('f', { Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 2 }], Catch }),
      wrong: { Type: 'Fail' },
      end: { Type: 'Succeed', Output: { failed: '{% $failed %}', seen: '{% $states.input %}' } },
    });
    const outcome = await run(machine, { id: 7 }, { f: () => thrown('Busy', 'try later') });
    const Cause = JSON.stringify({ errorType: 'Busy', errorMessage: 'try later', trace: [] });
    expect(outcome.output).toEqual({ failed: 'work/2', seen: { error: { Error: 'Busy', Cause }, input: 7 } });
  });

  test('without an Output the error is the output', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'end' }];
    const machine = machineOf({ work: task('f', { Catch }), end: { Type: 'Succeed' } });
    const outcome = await run(machine, {}, { f: () => ({ error: 'Busy', cause: 'no more' }) });
    expect(outcome.output).toEqual({ Error: 'Busy', Cause: 'no more' });
  });

  test('a whole Map is tried again, all its items', async () => {
    const seen: Json[] = [];
    const f = (payload: Json): InvokeResult => {
      seen.push(payload);
      return seen.length < 3 && payload === 2 ? thrown('Busy') : { payload };
    };
    const one = task('f', {
      Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
    });
    const each = {
      Type: 'Map',
      Items: [1, 2],
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: 'one', States: { one } },
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 60 }],
      End: true,
    };
    expect(await run(machineOf({ each }), {}, { f })).toMatchObject({ output: [1, 2], lasted: 60_000 });
    expect(seen).toEqual([1, 2, 1, 2]);
  });

  test('the arguments of the next attempt know how many there were', async () => {
    const seen: Json[] = [];
    const f = (payload: Json): InvokeResult => (seen.push(payload) < 3 ? thrown('Busy') : { payload });
    const Arguments = { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' };
    await run(machineOf({ work: task('f', { Arguments, Retry: [{ ErrorEquals: ['Busy'] }] }) }), {}, { f });
    expect(seen).toEqual([0, 1, 2]);
  });

  test('a fault of the stack itself is told and never caught', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'end' }];
    const machine = machineOf({ work: task('absent', { Catch }), end: { Type: 'Succeed' } });
    const outcome = await run(machine);
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('absent'),
    });
  });
});
