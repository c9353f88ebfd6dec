import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../local/services/jsonService.ts';
import { parseDefinition } from '../../../../local/services/stepFunctions/definition.ts';
import { machineOf, task } from './machines.ts';

const end: JsonObject = { Type: 'Succeed' };
const one = { StartAt: 'one', States: { one: { Type: 'Pass', End: true } } };
const map = (more: JsonObject): JsonObject => ({ Type: 'Map', ItemProcessor: one, End: true, ...more });
const pass = (more: JsonObject): JsonObject => ({ Type: 'Pass', End: true, ...more });
const guard = (field: 'Retry' | 'Catch', ...guards: JsonObject[]) => {
  return {
    work: task('f', { [field]: guards.map((each) => (field === 'Catch' ? { Next: 'end', ...each } : each)) }),
    end,
  };
};

function refusalOf(definition: string): { name: string; message: string } {
  try {
    parseDefinition(definition);
  } catch (error) {
    return error as Error;
  }
  return { name: 'accepted', message: '' };
}

test('a machine with all states and fields is accepted', () => {
  const definition = machineOf(
    {
      choose: {
        Type: 'Choice',
        Comment: 'which way',
        Choices: [{ Condition: '{% $states.input.n > 1 %}', Next: 'work', Assign: { n: 1 }, Output: '{% 1 %}' }],
        Default: 'each',
      },
      work: task('f', {
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        TimeoutSeconds: '{% $n %}',
        Retry: [
          {
            ErrorEquals: ['A'],
            IntervalSeconds: 2,
            MaxAttempts: 0,
            BackoffRate: 1,
            MaxDelaySeconds: 3,
            JitterStrategy: 'FULL',
          },
          { ErrorEquals: ['States.ALL'] },
        ],
        Catch: [
          { ErrorEquals: ['States.ALL'], Next: 'no', Assign: { e: '{% $states.errorOutput %}' }, Output: '{% 1 %}' },
        ],
        Assign: { n: 2 },
        Output: '{% $states.result.Payload %}',
        Next: 'each',
      }),
      each: map({ Items: '{% [1] %}', ItemSelector: { a: 1 }, MaxConcurrency: 5, Next: 'wait', End: undefined }),
      wait: { Type: 'Wait', Seconds: 1, Next: 'end' },
      end,
      no: { Type: 'Fail', Error: 'E', Cause: '{% "c" %}' },
    },
    { Comment: 'all of it', TimeoutSeconds: 3600, Version: '1.0' },
  );
  expect(refusalOf(definition)).toEqual({ name: 'accepted', message: '' });
});

describe('NotImplemented, by name', () => {
  test.each<[string, string]>([
    ['JSONPath', JSON.stringify({ StartAt: 'end', States: { end } })],
    ['JSONPath', machineOf({ end }, { QueryLanguage: 'JSONPath' })],
    [
      'DISTRIBUTED',
      machineOf({
        each: map({ ItemProcessor: { ...one, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } } }),
      }),
    ],
    ['ItemReader', machineOf({ each: map({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject' } }) })],
    ['ItemBatcher', machineOf({ each: map({ ItemBatcher: { MaxItemsPerBatch: 10 } }) })],
    ['ResultWriter', machineOf({ each: map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } }) })],
    ['ToleratedFailurePercentage', machineOf({ each: map({ ToleratedFailurePercentage: 10 }) })],
    ['ToleratedFailureCount', machineOf({ each: map({ ToleratedFailureCount: 1 }) })],
    ['Parallel', machineOf({ both: { Type: 'Parallel', Branches: [one], End: true } })],
    ['HeartbeatSeconds', machineOf({ work: task('f', { HeartbeatSeconds: 10 }) })],
    ['Credentials', machineOf({ work: task('f', { Credentials: { RoleArn: 'x' } }) })],
    ['InvocationType', machineOf({ work: task('f', { Arguments: { FunctionName: 'f', InvocationType: 'Event' } }) })],
    ...[
      'arn:aws:states:::sqs:sendMessage',
      'arn:aws:states:::aws-sdk:transcribe:getMedicalTranscriptionJob',
      'arn:aws:states:::states:startExecution.sync:2',
      'arn:aws:lambda:us-east-1:123456789012:function:f',
    ].map((Resource): [string, string] => [Resource, machineOf({ work: task('f', { Resource }) })]),
  ])('%s', (what, definition) => {
    const refusal = refusalOf(definition);
    expect(refusal.name).toBe('NotImplemented');
    expect(refusal.message).toContain(what);
  });
});

describe('InvalidDefinition, by name', () => {
  test.each<[string, string, string]>([
    ['no JSON', '{', 'not JSON'],
    ['no object', '[]', 'object'],
    ['no states', '{"QueryLanguage":"JSONata"}', 'States'],
    ['another language', machineOf({ end }, { QueryLanguage: 'XPath' }), 'XPath'],
    ['an unknown field of the machine', machineOf({ end }, { Timeout: 5 }), 'Timeout'],
    ['a state that leaves JSONata', machineOf({ a: pass({ QueryLanguage: 'JSONPath' }) }), 'JSONata'],
    ['an unknown type', machineOf({ a: { Type: 'Loop' } }), 'Loop'],
    ...['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'Result', 'ResultSelector'].map(
      (field): [string, string, string] => [
        `the JSONPath field ${field}`,
        machineOf({ a: pass({ [field]: '$' }) }),
        field,
      ],
    ),
    ['ItemsPath', machineOf({ each: map({ ItemsPath: '$.x' }) }), 'ItemsPath'],
    [
      'Variable in a rule',
      machineOf({ a: { Type: 'Choice', Choices: [{ Variable: '$.x', IsNull: true, Next: 'end' }] }, end }),
      'Variable',
    ],
    [
      'a Condition that is text',
      machineOf({ a: { Type: 'Choice', Choices: [{ Condition: 'yes', Next: 'end' }] }, end }),
      'Condition',
    ],
    ['Catch on a Pass', machineOf({ a: pass({ Catch: [] }) }), 'Catch'],
    ['Assign on a Succeed', machineOf({ a: { ...end, Assign: { x: 1 } } }), 'Assign'],
    ['a syntax error', machineOf({ a: pass({ Output: { x: '{% 1 + %}' } }) }), 'Output/x'],
    ['an operator of JSONata 2.1', machineOf({ a: pass({ Output: '{% $states.input.x ?? 1 %}' }) }), 'Output'],
    ['$eval', machineOf({ a: pass({ Output: "{% $eval('1') %}" }) }), '$eval'],
    ['$eval deep inside', machineOf({ a: pass({ Assign: { x: '{% [1].($map([2], $eval)) %}' } }) }), '$eval'],
    ['a missing target', machineOf({ a: { Type: 'Pass', Next: 'nowhere' } }), 'nowhere'],
    ['an unreachable state', machineOf({ a: pass({}), b: pass({}) }), 'b'],
    ['neither Next nor End', machineOf({ a: { Type: 'Pass' } }), 'Next'],
    ['a Task without a function', machineOf({ a: task('f', { Arguments: { Payload: {} } }) }), 'names none'],
    [
      'a Task without Arguments',
      machineOf({ a: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true } }),
      'Arguments',
    ],
    ['States.ALL with others', machineOf(guard('Retry', { ErrorEquals: ['States.ALL', 'A'] })), 'States.ALL'],
    [
      'States.ALL before others',
      machineOf(guard('Catch', { ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] })),
      'States.ALL',
    ],
    ['no ErrorEquals', machineOf(guard('Retry', { MaxAttempts: 1 })), 'ErrorEquals'],
    ['an empty ErrorEquals', machineOf(guard('Retry', { ErrorEquals: [] })), 'ErrorEquals'],
    ['an unknown jitter', machineOf(guard('Retry', { ErrorEquals: ['A'], JitterStrategy: 'HALF' })), 'JitterStrategy'],
    ['a BackoffRate below 1', machineOf(guard('Retry', { ErrorEquals: ['A'], BackoffRate: 0.5 })), 'BackoffRate'],
    ['an interval of 0', machineOf(guard('Retry', { ErrorEquals: ['A'], IntervalSeconds: 0 })), 'IntervalSeconds'],
    ['half an attempt', machineOf(guard('Retry', { ErrorEquals: ['A'], MaxAttempts: 1.5 })), 'MaxAttempts'],
    [
      'a cap below the interval',
      machineOf(guard('Retry', { ErrorEquals: ['A'], IntervalSeconds: 9, MaxDelaySeconds: 9 })),
      'MaxDelaySeconds',
    ],
    ['ResultPath in a catcher', machineOf(guard('Catch', { ErrorEquals: ['A'], ResultPath: '$.e' })), 'ResultPath'],
    ['assigning $states', machineOf({ a: pass({ Assign: { states: 1 } }) }), 'states'],
    ['a variable that is no name', machineOf({ a: pass({ Assign: { 'a-b': 1 } }) }), 'a-b'],
    [
      'an inner state that assigns an outer variable',
      machineOf({
        a: { Type: 'Pass', Assign: { x: 1 }, Next: 'each' },
        each: map({ ItemProcessor: { StartAt: 'in', States: { in: pass({ Assign: { x: 2 } }) } } }),
      }),
      '$x',
    ],
    ['a name of 81 letters', machineOf({ ['n'.repeat(81)]: end }), '80'],
    ['more than 1 MiB', machineOf({ end }, { Comment: 'x'.repeat(1024 * 1024) }), 'limit'],
  ])('%s', (_, definition, what) => {
    const refusal = refusalOf(definition);
    expect(refusal.name).toBe('InvalidDefinition');
    expect(refusal.message).toContain(what);
  });
});
