import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fillRetries } from '../../infra/retries.ts';
import { pausesOf, type RetryRule } from '../../infra/runbook.ts';
import { readService, resourcesOf } from '../../infra/service.ts';
import type { Json, JsonObject } from '../../local/services/jsonService.ts';
import type { InvokeResult } from '../../local/services/stepFunctions/stepFunctions.ts';
import { operations } from '../../pipeline/clinical/operations.ts';
import { standIn, thrown, roleArn } from '../local/services/stepFunctions/machines.ts';

const busy = { ErrorEquals: ['Throttled'], MaxAttempts: 8 };
const away = { ErrorEquals: ['ServiceUnavailable'], MaxAttempts: 6 };
const own = { ErrorEquals: ['Odd'], MaxAttempts: 1 };
const rules = { busy, away };

test('a rule that is named stands in its place, in the order of the names', () => {
  const machine = {
    Comment: 'kept',
    States: {
      one: { Type: 'Task', Retry: ['busy', own, 'away'], Next: 'two' },
      two: { Type: 'Map', ItemProcessor: { StartAt: 'inner', States: { inner: { Retry: ['away'] } } } },
      three: { Type: 'Parallel', Branches: [{ States: { left: { Retry: ['busy'] } } }, { States: { right: {} } }] },
      four: { Type: 'Succeed' },
    },
  };
  expect(fillRetries(machine, rules)).toEqual({
    Comment: 'kept',
    States: {
      one: { Type: 'Task', Retry: [busy, own, away], Next: 'two' },
      two: { Type: 'Map', ItemProcessor: { StartAt: 'inner', States: { inner: { Retry: [away] } } } },
      three: { Type: 'Parallel', Branches: [{ States: { left: { Retry: [busy] } } }, { States: { right: {} } }] },
      four: { Type: 'Succeed' },
    },
  });
});

test.each(['bussy', 'toString'])('%s, which is no rule, is refused with the state that names it', (name) => {
  const inner = { States: { inner: { Retry: ['busy', name] } } };
  expect(() => fillRetries({ States: { outer: { ItemProcessor: inner } } }, rules)).toThrow(
    expect.objectContaining({
      name: 'TemplateInvalid',
      message: `inner names the retry rule ${name}, which does not exist; there are busy, away`,
    }),
  );
});

test('a Retry that is no list is refused', () => {
  expect(() => fillRetries({ States: { one: { Retry: 'busy' } } }, rules)).toThrow('one: its Retry is no list');
});

const root = join(import.meta.dirname, '../..');
const all = parse(readFileSync(join(root, 'state-machines/retry.yml'), 'utf8')) as Record<string, RetryRule>;
const rule = (name: string): RetryRule => all[name] ?? expect.fail(`no rule ${name}`);
const machine = resourcesOf(readService(root))['Transcription']?.Properties?.['Definition'] as {
  TimeoutSeconds: number;
  States: Record<string, JsonObject>;
};

/** Full jitter draws each pause between nothing and its longest, all alike: half of it on average. */
function drawn(pauses: readonly number[]): { mean: number; deviation: number } {
  const sum = (values: number[]) => values.reduce((total, one) => total + one, 0);
  return {
    mean: sum(pauses.map((pause) => pause / 2)),
    deviation: Math.sqrt(sum(pauses.map((pause) => pause ** 2 / 12))),
  };
}

describe('the rules', () => {
  test('a busy service is waited for until the execution ends, whatever the pauses come to', () => {
    const { mean, deviation } = drawn(pausesOf(rule('busy')));
    expect(mean - 6 * deviation).toBeGreaterThan(machine.TimeoutSeconds);
  });

  test('an outage that ends is noticed within minutes', () => {
    expect(Math.max(...pausesOf(rule('busy')))).toBeLessThanOrEqual(300);
    expect(rule('busy').JitterStrategy).toBe('FULL');
  });

  test.each(['killed', 'unanswered'])('%s: tried again over about half an hour, and then no more', (name) => {
    const { mean } = drawn(pausesOf(rule(name)));
    expect(mean).toBeGreaterThan(20 * 60);
    expect(mean).toBeLessThan(40 * 60);
    expect(rule(name).MaxAttempts).toBeLessThanOrEqual(8);
  });

  test('what is late is waited for through ten minutes', () => {
    const seconds = pausesOf(rule('late')).reduce((sum, pause) => sum + pause, 0);
    expect(rule('late').JitterStrategy).toBe('NONE');
    expect(seconds).toBeGreaterThanOrEqual(600);
    expect(seconds).toBeLessThan(660);
    expect(Math.max(...pausesOf(rule('late')).slice(0, 1))).toBeLessThanOrEqual(5);
  });
});

/**
 * The names by which Lambda and Step Functions say that an invocation failed, and the rule that each is under. The names
 * of Lambda's API are those of `Invoke`, less those about networks, file systems and snapshots that no function here
 * has. Sources: Step Functions guide, "Handle Lambda service exceptions" and "Error names"; Lambda API, `Invoke`; the
 * error types of Lambda's own runtime interface emulator.
 */
const documented: Readonly<Record<string, 'busy' | 'killed' | 'unanswered' | 'never'>> = {
  'Lambda.AWSLambdaException': 'busy',
  'Lambda.ClientExecutionTimeoutException': 'busy',
  'Lambda.SdkClientException': 'busy',
  'Lambda.ServiceException': 'busy',
  'Lambda.TooManyRequestsException': 'busy',
  // A deployment is under way.
  'Lambda.ResourceConflictException': 'busy',
  'Lambda.ResourceNotReadyException': 'busy',
  // Among these are functions out of memory and out of time.
  'Lambda.Unknown': 'killed',
  'Function.Unknown': 'killed',
  'Runtime.ExitError': 'killed',
  'Runtime.OutOfMemory': 'killed',
  'Runtime.TruncatedResponse': 'killed',
  'Runtime.UnhandledPromiseRejection': 'killed',
  'Runtime.Unknown': 'killed',
  'Sandbox.Failure': 'killed',
  'Sandbox.Timedout': 'killed',
  TimeoutError: 'killed',
  'States.Timeout': 'unanswered',
  // The deployment is wrong, or the code: it fails the same way each time.
  'Function.ResponseSizeTooLarge': 'never',
  'Lambda.InvalidParameterValueException': 'never',
  'Lambda.InvalidRequestContentException': 'never',
  'Lambda.InvalidRuntimeException': 'never',
  'Lambda.InvalidZipFileException': 'never',
  'Lambda.KMSAccessDeniedException': 'never',
  'Lambda.KMSDisabledException': 'never',
  'Lambda.KMSInvalidStateException': 'never',
  'Lambda.KMSNotFoundException': 'never',
  'Lambda.RequestTooLargeException': 'never',
  'Lambda.ResourceNotFoundException': 'never',
  'Lambda.UnsupportedMediaTypeException': 'never',
  'Runtime.HandlerNotFound': 'never',
  'Runtime.ImportModuleError': 'never',
  'Runtime.InvalidEntrypoint': 'never',
  'Runtime.InvalidWorkingDir': 'never',
  'Runtime.MarshalError': 'never',
  'Runtime.UserCodeSyntaxError': 'never',
  'States.ALL': 'never',
  'States.DataLimitExceeded': 'never',
  'States.HeartbeatTimeout': 'never',
  'States.NoChoiceMatched': 'never',
  'States.Permissions': 'never',
  'States.QueryEvaluationError': 'never',
  'States.Runtime': 'never',
  'States.TaskFailed': 'never',
};

test('each documented name is under its rule, and no rule has a name of the services that nobody documents', () => {
  const ruled = Object.entries(all).flatMap(([name, { ErrorEquals }]) => ErrorEquals.map((error) => [error, name]));
  const theirs = ruled.filter(([error = '']) => /\.|^TimeoutError$/.test(error));
  const expected = Object.entries(documented).filter(([, name]) => name !== 'never');
  expect(Object.fromEntries(theirs)).toEqual(Object.fromEntries(expected));
});

describe('the history holds', () => {
  const limit = 25_000;
  /** Four hours of fast talk: the calls of every operation, SNOMED CT's too. */
  const bytes = 240 * 1_000 * 1.1;
  const plan = Object.entries(operations).flatMap(([operation, facts]) =>
    Array.from({ length: Math.ceil(bytes / facts.bytes) }, (_, n) => ({ operation, n, begin: 0, end: 1 })),
  );
  const eventsOfAttempt = 3; // scheduled, started, failed

  /** Runs the machine on virtual time; the calls of the Map find their service away for so many hours. */
  async function eventsOf(hours: number): Promise<{ status: unknown; events: number }> {
    const done = (payload: Json): InvokeResult => ({ payload });
    const functions: Record<string, (payload: Json) => InvokeResult | Promise<InvokeResult>> = {
      inspectRecording: () => done({ outcome: 'transcribe', engine: 'transcribe', chain: null }),
      startTranscription: () => done({ outcome: 'started', jobName: 'j', waitSeconds: [60], chain: null }),
      awaitTranscription: async (payload) => {
        const { taskToken = '' } = payload as JsonObject;
        await stack.call('SendTaskSuccess', { taskToken, output: JSON.stringify({ wokenBy: 'job status' }) });
        return done(null);
      },
      normalizeTranscript: () =>
        done({ transcriptKey: 't', textSha256: '', isFirst: true, provenAt: 0, plan, chain: null }),
      extractEntities: () => (stack.clock.now() < back ? thrown('ServiceUnavailable') : done({ n: 1 })),
      storeResults: () => done({ status: 'completed' }),
    };
    const stack = standIn(functions);
    const back = stack.clock.now() + hours * 3_600_000;
    const definition = JSON.stringify(machine)
      .replaceAll('${Partition}', 'aws')
      .replace(/\$\{(\w+)Arn\}/g, 'arn:aws:lambda:us-east-1:123456789012:function:$1');
    const { stateMachineArn = '' } = await stack.call('CreateStateMachine', { name: 'm', definition, roleArn });
    const { executionArn = '' } = await stack.call('StartExecution', {
      stateMachineArn,
      name: 'e',
      input: JSON.stringify({ recordingId: 'rec-1', recording: {} }),
    });
    await stack.idle();
    const { status } = await stack.call('DescribeExecution', { executionArn });
    const page = await stack.call('GetExecutionHistory', { executionArn, maxResults: 1, reverseOrder: true });
    return { status, events: Number((page['events'] as JsonObject[])[0]?.['id']) };
  }

  test('four hours of talk, undisturbed and with an outage of six hours among its calls', async () => {
    const calm = await eventsOf(0);
    const away = await eventsOf(6);
    expect([calm.status, away.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    console.log(
      `events of ${plan.length} calls: ${calm.events} undisturbed, ${away.events} with an outage of six hours`,
    );
    const retries = (away.events - calm.events) / eventsOfAttempt;
    // Four calls at a time wait for 150 seconds on average.
    expect(retries).toBeGreaterThan(4 * 130);
    expect(retries).toBeLessThan(4 * 170);
    expect(away.events).toBeLessThan(limit / 5);
  });

  test('and with an outage that outlasts the execution', async () => {
    const { events } = await eventsOf(0);
    const attempts = (4 * machine.TimeoutSeconds) / (rule('busy').MaxDelaySeconds / 2);
    expect(events + eventsOfAttempt * attempts).toBeLessThan(0.7 * limit);
  });
});
