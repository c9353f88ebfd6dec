import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../local/services/jsonService.ts';
import { machineOf, run, task, thrown } from './machines.ts';

const pass = (more: JsonObject): JsonObject => ({ Type: 'Pass', End: true, ...more });

describe('Map', () => {
  const each = (more: JsonObject, state: JsonObject): string =>
    machineOf({ each: { Type: 'Map', ItemProcessor: { StartAt: 'one', States: { one: state } }, End: true, ...more } });

  test.each<[string, JsonObject, number]>([
    ['as many as there are', {}, 4],
    ['a literal number', { MaxConcurrency: 2 }, 2],
    ['a computed number', { MaxConcurrency: '{% 1 + 2 %}' }, 3],
  ])('runs side by side: %s', async (_, more, most) => {
    let now = 0;
    let highest = 0;
    const work = async () => {
      highest = Math.max(highest, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return { payload: 'ok' };
    };
    const machine = each({ Items: [1, 2, 3, 4], ...more }, task('work', { Output: '{% $states.result.Payload %}' }));
    expect((await run(machine, {}, { work })).output).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(highest).toBe(most);
  });

  test('never runs more than 40 side by side, as the service', async () => {
    const wait = { Type: 'Wait', Seconds: 10, End: true };
    expect((await run(each({ Items: '{% [1..81] %}', MaxConcurrency: 100 }, wait))).lasted).toBe(30_000);
  });

  test('the input is the list when there is no Items; no items give an empty list', async () => {
    const machine = each({}, pass({ Output: '{% $states.input & "!" %}' }));
    expect((await run(machine, ['a', 'b'])).output).toEqual(['a!', 'b!']);
    expect((await run(machine, [])).output).toEqual([]);
  });

  test.each<[string, Json]>([
    ['an object', { a: 1 }],
    ['a number', 1],
    ['null', null],
  ])('%s is not a list', async (_, input) => {
    const outcome = await run(each({}, pass({})), input);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(outcome.types).toContain('MapStateFailed');
  });

  test('a failed iteration stops the others; what had not started does not start', async () => {
    const seen: Json[] = [];
    const work = (payload: Json) => {
      seen.push(payload);
      return payload === 2 ? thrown('Broken') : { payload };
    };
    const state = task('work', { Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' } });
    const outcome = await run(each({ Items: [1, 2, 3, 4], MaxConcurrency: 1 }, state), {}, { work });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(seen).toEqual([1, 2]);
    expect(outcome.types.filter((type) => type.startsWith('Map'))).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'MapIterationSucceeded',
      'MapIterationStarted',
      'MapIterationFailed',
      'MapStateFailed',
    ]);
  });

  test('an ItemSelector that fails stops the Map and can be caught', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'end' }];
    const machine = machineOf({
      each: {
        Type: 'Map',
        Items: [{ wait: 1 }, {}],
        ItemSelector: '{% $states.context.Map.Item.Value.wait %}',
        ItemProcessor: { StartAt: 'one', States: { one: { Type: 'Wait', Seconds: 600, End: true } } },
        Catch,
        End: true,
      },
      end: { Type: 'Succeed' },
    });
    expect(await run(machine)).toMatchObject({ status: 'SUCCEEDED', lasted: 0 });
  });
});
