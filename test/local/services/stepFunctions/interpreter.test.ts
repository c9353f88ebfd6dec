import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../local/services/jsonService.ts';
import { machineOf, outcomeOf, roleArn, run, standIn, start, task } from './machines.ts';

const pass = (more: JsonObject): JsonObject => ({ Type: 'Pass', End: true, ...more });

describe('variables', () => {
  test('Assign sees the variables as they were, all at once; Output sees them too', async () => {
    const machine = machineOf({
      first: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'swap' },
      swap: { Type: 'Pass', Assign: { a: '{% $b %}', b: '{% $a %}' }, Output: { a: '{% $a %}' }, Next: 'last' },
      last: pass({ Output: { a: '{% $a %}', b: '{% $b %}', before: '{% $states.input.a %}' } }),
    });
    expect((await run(machine)).output).toEqual({ a: 2, b: 1, before: 1 });
  });

  test('a rule assigns its own, Default those of the state', async () => {
    const machine = machineOf({
      which: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 10 %}', Next: 'tell', Assign: { size: 'large' }, Output: 'big' },
          { Condition: '{% $states.input.n > 5 %}', Next: 'tell', Assign: { size: 'middling' } },
        ],
        Default: 'tell',
        Assign: { size: 'small' },
        Output: { other: true },
      },
      tell: pass({ Output: { size: '{% $size %}', input: '{% $states.input %}' } }),
    });
    expect((await run(machine, { n: 11 })).output).toEqual({ size: 'large', input: 'big' });
    expect((await run(machine, { n: 6 })).output).toEqual({ size: 'middling', input: { n: 6 } });
    expect((await run(machine, { n: 1 })).output).toEqual({ size: 'small', input: { other: true } });
  });

  test('an iteration sees outer variables and keeps its own to itself', async () => {
    const machine = machineOf({
      set: { Type: 'Pass', Assign: { factor: 10 }, Next: 'each' },
      each: {
        Type: 'Map',
        Items: '{% [1..3] %}',
        ItemProcessor: {
          StartAt: 'own',
          States: {
            own: { Type: 'Pass', Assign: { mine: '{% $states.input * $factor %}' }, Next: 'out' },
            out: pass({ Output: '{% $mine + 1 %}' }),
          },
        },
        Next: 'after',
      },
      after: pass({ Output: { all: '{% $states.input %}', leaked: '{% $exists($mine) %}' } }),
    });
    expect((await run(machine)).output).toEqual({ all: [11, 21, 31], leaked: false });
  });

  test('an empty Assign leaves no trace in the history', async () => {
    const { events } = await run(machineOf({ set: pass({ Assign: {} }) }));
    const exited = events.find(({ type }) => type === 'PassStateExited');
    expect(exited?.['stateExitedEventDetails']).toEqual({
      name: 'set',
      output: '{}',
      outputDetails: { truncated: false },
    });
  });

  test('an iteration may assign what the Catch around it assigns', async () => {
    const one = pass({ Assign: { failed: 'inside' }, Output: '{% 1 %}' });
    const each = {
      Type: 'Map',
      Items: [1],
      ItemProcessor: { StartAt: 'one', States: { one } },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { failed: 'outside' }, Next: 'end' }],
      Next: 'end',
    };
    const machine = machineOf({ each, end: { Type: 'Succeed', Output: '{% $exists($failed) %}' } });
    expect(await run(machine)).toMatchObject({ status: 'SUCCEEDED', output: false });
  });

  test('a variable larger than 256 KiB is refused', async () => {
    const machine = machineOf({ set: pass({ Assign: { x: "{% $pad('', 262143, 'x') %}" } }) });
    expect(await run(machine)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('an Output', () => {
  test.each<Json>([null, 7, true, 'plain text', [1, 'two'], { a: [null] }])('may be the literal %j', async (Output) => {
    expect(await run(machineOf({ here: pass({ Output }) }))).toMatchObject({ status: 'SUCCEEDED', output: Output });
  });

  test('of a Choice state is that of its Default', async () => {
    const Choices = [{ Condition: '{% $states.input.n = 1 %}', Next: 'end', Output: ['rule'] }];
    const which = { Type: 'Choice', Choices, Default: 'end', Output: 'default' };
    const machine = machineOf({ which, end: { Type: 'Succeed' } });
    expect((await run(machine, { n: 1 })).output).toEqual(['rule']);
    expect((await run(machine, { n: 2 })).output).toBe('default');
  });
});

describe('$states.context', () => {
  test('names the execution, the state, the machine and the item', async () => {
    const machine = machineOf({
      one: { Type: 'Pass', Output: '{% $states.context %}', Next: 'each' },
      each: {
        Type: 'Map',
        Items: ['a', 'b'],
        ItemSelector: { at: '{% $states.context.Map.Item.Index %}', what: '{% $states.context.Map.Item.Value %}' },
        ItemProcessor: {
          StartAt: 'tell',
          States: { tell: pass({ Output: '{% [$states.input.what, $states.context.Map.Item.Index] %}' }) },
        },
        Output: { context: '{% $states.input %}', result: '{% $states.result %}' },
        End: true,
      },
    });
    const time = new Date(start).toISOString();
    expect((await run(machine, { n: 1 })).output).toEqual({
      context: {
        Execution: {
          Id: 'arn:aws:states:us-east-1:123456789012:execution:m:e',
          Name: 'e',
          Input: { n: 1 },
          RoleArn: 'arn:aws:iam::123456789012:role/machine',
          StartTime: time,
          RedriveCount: 0,
        },
        State: { Name: 'one', EnteredTime: time },
        StateMachine: { Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:m', Name: 'm' },
      },
      result: [
        ['a', 0],
        ['b', 1],
      ],
    });
  });
});

describe('Fail, Choice and Wait', () => {
  test('Fail takes its error and cause from expressions', async () => {
    const states = {
      no: { Type: 'Fail', Error: '{% $states.input.name %}', Cause: "{% 'because of ' & $states.input.id %}" },
    };
    const outcome = await run(machineOf(states), { name: 'Bad', id: 7 });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Bad', cause: 'because of 7' });
    expect(outcome.types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  test('a Condition may be a literal', async () => {
    const Choices = [
      { Condition: false, Next: 'no' },
      { Condition: true, Next: 'yes' },
    ];
    const states = { which: { Type: 'Choice', Choices }, no: { Type: 'Fail' }, yes: pass({ Output: 'yes' }) };
    expect(await run(machineOf(states))).toMatchObject({ status: 'SUCCEEDED', output: 'yes' });
  });

  test.each<[string, Json, string]>([
    ['no rule holds', { n: 1 }, 'States.NoChoiceMatched'],
    ['a Condition is no boolean', { n: 2 }, 'States.QueryEvaluationError'],
  ])('Choice fails when %s', async (_, input, error) => {
    const Choices = [{ Condition: "{% $states.input.n = 2 ? 'yes' : false %}", Next: 'end' }];
    const machine = machineOf({ which: { Type: 'Choice', Choices }, end: { Type: 'Succeed' } });
    expect(await run(machine, input)).toMatchObject({ status: 'FAILED', error });
  });

  test.each<[string, JsonObject, number]>([
    ['literal seconds', { Seconds: 90 }, 90_000],
    ['computed seconds', { Seconds: '{% $states.input.n * 60 %}' }, 7_200_000],
    ['an instant', { Timestamp: '2026-01-01T01:00:00Z' }, 3_600_000],
    ['an instant in another zone', { Timestamp: '2026-01-01T02:00:00.5+01:00' }, 3_600_500],
    [
      'a computed instant',
      { Timestamp: '{% $fromMillis($toMillis($states.context.Execution.StartTime) + 5000) %}' },
      5000,
    ],
    ['an instant that has passed', { Timestamp: '2020-01-01T00:00:00Z' }, 0],
  ])('Wait takes %s', async (_, field, lasted) => {
    const machine = machineOf({ wait: { Type: 'Wait', ...field, End: true } });
    expect(await run(machine, { n: 120 })).toMatchObject({ status: 'SUCCEEDED', lasted, output: { n: 120 } });
  });

  test.each<[string, JsonObject]>([
    ['a negative number', { Seconds: '{% -1 %}' }],
    ['half a second', { Seconds: '{% 0.5 %}' }],
    ['an instant without T', { Timestamp: "{% '2026-01-01 01:00:00Z' %}" }],
    ['an instant without a zone', { Timestamp: "{% '2026-01-01T01:00:00' %}" }],
    ['month 13', { Timestamp: "{% '2026-13-01T01:00:00Z' %}" }],
  ])('Wait refuses %s', async (_, field) => {
    const outcome = await run(machineOf({ wait: { Type: 'Wait', ...field, End: true } }));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  test.each<[string, number, string]>([
    ['24,855 days', 24_855, 'SUCCEEDED'],
    ['24,856 days', 24_856, 'FAILED'],
  ])('Wait until an instant %s ahead', async (_, days, status) => {
    const Timestamp = new Date(start + days * 24 * 3600 * 1000).toISOString();
    const outcome = await run(machineOf({ wait: { Type: 'Wait', Timestamp, End: true } }));
    expect(outcome.status).toBe(status);
    expect(outcome.error).toBe(status === 'FAILED' ? 'States.Runtime' : undefined);
  });

  test('$now and $millis tell the time of the clock', async () => {
    const machine = machineOf({
      wait: { Type: 'Wait', Seconds: 3600, Next: 'tell' },
      tell: pass({ Output: '{% [$now(), $millis()] %}' }),
    });
    expect((await run(machine)).output).toEqual(['2026-01-01T01:00:00.000Z', start + 3_600_000]);
  });
});

describe('expressions', () => {
  test.each<[string, JsonObject, string]>([
    ['a field that is not there', { Output: '{% $states.input.missing %}' }, 'Output'],
    ['one part of an object', { Output: { a: { b: '{% $nothing %}' } } }, 'Output/a/b'],
    ['a variable that is not there', { Assign: { x: '{% $y %}' } }, 'Assign/x'],
    ['an expression that throws', { Output: "{% 'a' + 1 %}" }, 'Output'],
    ['a function', { Output: '{% function($x) { $x } %}' }, 'Output'],
    ['a built-in function', { Output: '{% $sum %}' }, 'Output'],
    ['a function inside an object', { Output: "{% {'f': $sum} %}" }, 'Output'],
    ['infinity', { Output: '{% 1 / 0 %}' }, 'Output'],
    ['a bare field name', { Output: '{% n %}' }, 'Output'],
    ['a result where there is none', { Output: '{% $states.result %}' }, 'Output'],
  ])('%s is States.QueryEvaluationError and says where', async (_, fields, location) => {
    const outcome = await run(machineOf({ here: pass(fields) }), { n: 1 });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    const event = outcome.events.find(({ type }) => type === 'EvaluationFailed');
    expect(event?.['evaluationFailedEventDetails']).toMatchObject({ state: 'here', location });
  });

  test('is caught by name where the state has a Catch', async () => {
    const Catch = [
      { ErrorEquals: ['States.QueryEvaluationError'], Next: 'end', Output: '{% $states.errorOutput.Error %}' },
    ];
    const machine = machineOf({
      work: task('f', { Arguments: { FunctionName: 'f', Payload: '{% $missing %}' }, Catch }),
      end: { Type: 'Succeed' },
    });
    expect((await run(machine)).output).toBe('States.QueryEvaluationError');
  });

  test('a string is an expression only as a whole', async () => {
    const Output = { a: ' {% 1 %}', b: 'x {% 1 %}', c: '$states.input', d: '{% 1 %}' };
    expect((await run(machineOf({ here: pass({ Output }) }))).output).toEqual({ ...Output, d: 1 });
  });

  test('a sequence arrives as a plain array, one element of it as itself', async () => {
    const Output = {
      two: '{% $states.input.list.n %}',
      one: '{% $states.input.list[n=1].n %}',
      kept: '{% [$states.input.list[n=1].n] %}',
    };
    const outcome = await run(machineOf({ here: pass({ Output }) }), { list: [{ n: 1 }, { n: 2 }] });
    expect(outcome.output).toEqual({ two: [1, 2], one: 1, kept: [1] });
  });
});

describe('limits', () => {
  const limit = 262_144;
  const around = JSON.stringify({ ExecutedVersion: '$LATEST', Payload: '', StatusCode: 200 }).length;

  test.each<[string, string, string]>([
    ['262,144 bytes', 'x'.repeat(limit - around), 'SUCCEEDED'],
    ['one byte more', 'x'.repeat(limit - around + 1), 'FAILED'],
    ['as many letters of two bytes', 'é'.repeat((limit - around) / 2 + 1), 'FAILED'],
  ])('a task result of %s', async (_, payload, status) => {
    const machine = machineOf({ work: task('f') });
    const outcome = await run(machine, {}, { f: () => ({ payload }) });
    expect(outcome.status).toBe(status);
    expect(outcome.error).toBe(status === 'FAILED' ? 'States.DataLimitExceeded' : undefined);
  });

  const functions = { f: () => ({ payload: 'x'.repeat(limit) }) };

  // Recorded from the service twice, with `lambda:invoke` and with a function's ARN; its documentation says otherwise.
  test.each<[string, string]>([
    ['States.ALL', 'SUCCEEDED'],
    ['States.DataLimitExceeded', 'SUCCEEDED'],
    ['States.TaskFailed', 'FAILED'],
  ])('a task result that is too large is caught by %s: %s', async (pattern, status) => {
    const Catch = [{ ErrorEquals: [pattern], Next: 'end', Output: '{% $states.errorOutput.Error %}' }];
    const outcome = await run(machineOf({ work: task('f', { Catch }), end: { Type: 'Succeed' } }), {}, functions);
    expect(outcome.status).toBe(status);
    expect(outcome.output ?? outcome.error).toBe('States.DataLimitExceeded');
    expect(outcome.types).toContain('TaskFailed');
  });

  test('a state output that is too large ends the execution, whatever States.ALL says', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'end' }];
    const Output = "{% $pad('', 262144, 'x') %}";
    const machine = machineOf({ work: task('g', { Output, Catch }), end: { Type: 'Succeed' } });
    const outcome = await run(machine, {}, { g: () => ({ payload: 1 }) });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('the history ends at 25,000 events, and with it the execution', async () => {
    const machine = machineOf({
      a: { Type: 'Pass', Next: 'b' },
      b: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'a' }], Default: 'c' },
      c: { Type: 'Succeed' },
    });
    const stack = standIn();
    const { stateMachineArn = '' } = await stack.call('CreateStateMachine', {
      name: 'm',
      definition: machine,
      roleArn,
    });
    const { executionArn = '' } = await stack.call('StartExecution', { stateMachineArn });
    await stack.idle();
    const outcome = await outcomeOf(stack.call, executionArn);
    const { events } = await stack.call('GetExecutionHistory', { executionArn, maxResults: 1, reverseOrder: true });
    expect(events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
    expect(outcome).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('25000') });
  });
});
