import * as sfn from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, test } from 'vitest';
import { serve } from '../../serve.ts';
import { clientConfig } from '../../testClock.ts';
import { type Functions, machineOf, roleArn, standIn, start, task, thrown, tokenArn } from './machines.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const succeed = machineOf({ end: { Type: 'Succeed' } });
const waitLong = machineOf({ wait: { Type: 'Wait', Seconds: 600, End: true } });
const arnOf = (name: string) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
const executionOf = (machine: string, name: string) =>
  `arn:aws:states:us-east-1:123456789012:execution:${machine}:${name}`;

/** A stand-in behind HTTP; the clock stands still until `release`. */
async function stack(functions: Functions = {}) {
  const made = standIn(functions);
  const { clock } = made;
  const release = clock.hold();
  const { endpoint, close: closeGateway } = await serve(made.service, clock);
  const client = new sfn.SFNClient(clientConfig(endpoint, 'us-east-1'));
  closing.push(() => made.close(), closeGateway);
  const create = (name: string, definition: string) =>
    client.send(new sfn.CreateStateMachineCommand({ name, definition, roleArn }));
  const begin = (machine: string, name: string, input = '{}') =>
    client.send(new sfn.StartExecutionCommand({ stateMachineArn: arnOf(machine), name, input }));
  const describeExecution = (machine: string, name: string) =>
    client.send(new sfn.DescribeExecutionCommand({ executionArn: executionOf(machine, name) }));
  const settle = async () => {
    release();
    await made.idle();
  };
  return { client, clock, create, begin, describeExecution, settle, release };
}

test('an execution is described without its data when the metadata are enough', async () => {
  const { client, create, begin, settle } = await stack();
  await create('m', succeed);
  await begin('m', 'one', '{"a":1}');
  await settle();
  const executionArn = executionOf('m', 'one');
  const described = await client.send(
    new sfn.DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }),
  );
  expect(described).toMatchObject({ status: 'SUCCEEDED', inputDetails: { included: false } });
  expect(described).not.toHaveProperty('input');
  expect(described).not.toHaveProperty('output');
});

describe('state machines', () => {
  test('are created and described', async () => {
    const { client, create } = await stack();
    const created = await create('one', succeed);
    expect(created).toMatchObject({ stateMachineArn: arnOf('one'), creationDate: new Date(start) });

    const described = await client.send(new sfn.DescribeStateMachineCommand({ stateMachineArn: arnOf('one') }));
    expect(described).toMatchObject({ name: 'one', definition: succeed, roleArn, type: 'STANDARD', status: 'ACTIVE' });
    expect(described.loggingConfiguration).toEqual({ level: 'OFF', includeExecutionData: false });
    const missing = new sfn.DescribeStateMachineCommand({ stateMachineArn: arnOf('two') });
    await expect(client.send(missing)).rejects.toBeInstanceOf(sfn.StateMachineDoesNotExist);
  });

  test('creating twice is the same as once, unless the definition differs', async () => {
    const { create } = await stack();
    const first = await create('m', succeed);
    expect((await create('m', succeed)).stateMachineArn).toBe(first.stateMachineArn);
    await expect(create('m', waitLong)).rejects.toBeInstanceOf(sfn.StateMachineAlreadyExists);
  });

  test.each<[string, Partial<sfn.CreateStateMachineInput>, string]>([
    ['a bad definition', { definition: '{}' }, 'NotImplemented'],
    [
      'a broken expression',
      { definition: succeed.replace('"Succeed"', '"Succeed","Output":"{% 1 + %}"') },
      'InvalidDefinition',
    ],
    [
      'another resource',
      { definition: machineOf({ a: task('f', { Resource: 'arn:aws:states:::sns:publish' }) }) },
      'NotImplemented',
    ],
    ['a bad name', { name: 'a b' }, 'InvalidName'],
    ['a bad role', { roleArn: 'role' }, 'InvalidArn'],
    ['EXPRESS', { type: 'EXPRESS' }, 'NotImplemented'],
    ['a version', { publish: true }, 'NotImplemented'],
    ['tags', { tags: [{ key: 'a', value: 'b' }] }, 'NotImplemented'],
    ['a log', { loggingConfiguration: { level: 'ALL' } }, 'NotImplemented'],
  ])('refuses %s', async (_, change, name) => {
    const { client } = await stack();
    const command = new sfn.CreateStateMachineCommand({ name: 'm', definition: succeed, roleArn, ...change });
    await expect(client.send(command)).rejects.toMatchObject({ name });
  });
});

describe('StartExecution', () => {
  test('the same name and input while it runs is the same execution; else the name is taken', async () => {
    const { create, begin, settle, describeExecution } = await stack();
    await create('m', waitLong);
    const first = await begin('m', 'e', '{"n":1}');
    expect(first).toMatchObject({ executionArn: executionOf('m', 'e'), startDate: new Date(start) });
    const { executionArn, startDate } = await begin('m', 'e', '{"n":1}');
    expect({ executionArn, startDate }).toEqual({ executionArn: first.executionArn, startDate: first.startDate });
    await expect(begin('m', 'e', '{"n":2}')).rejects.toBeInstanceOf(sfn.ExecutionAlreadyExists);
    await settle();
    await expect(begin('m', 'e', '{"n":1}')).rejects.toBeInstanceOf(sfn.ExecutionAlreadyExists);
    expect(await describeExecution('m', 'e')).toMatchObject({
      status: 'SUCCEEDED',
      input: '{"n":1}',
      output: '{"n":1}',
      startDate: new Date(start),
      stopDate: new Date(start + 600_000),
      redriveCount: 0,
    });
  });

  test('a name is free again 90 days after its execution has closed', async () => {
    const { clock, create, begin, settle } = await stack();
    await create('m', succeed);
    await begin('m', 'e');
    await settle();
    await clock.sleep(90 * 24 * 3600 * 1000 - 1);
    await expect(begin('m', 'e')).rejects.toBeInstanceOf(sfn.ExecutionAlreadyExists);
    await clock.sleep(1);
    expect((await begin('m', 'e')).startDate).toEqual(new Date(clock.now()));
  });

  test('without a name it gets one', async () => {
    const { client, create } = await stack();
    await create('m', succeed);
    const { executionArn } = await client.send(new sfn.StartExecutionCommand({ stateMachineArn: arnOf('m') }));
    expect(executionArn).toMatch(/:execution:m:[0-9a-f-]{36}$/);
  });

  test.each([' ', 'a b', 'a/b', 'a:b', 'a?b', '<a>', 'a,b', 'a\tb', 'a\u0001b', 'x'.repeat(81)])(
    'the name %j is refused',
    async (name) => {
      const { create, begin } = await stack();
      await create('m', succeed);
      await expect(begin('m', name)).rejects.toBeInstanceOf(sfn.InvalidName);
    },
  );

  test.each(['rec-0123_AB', 'a.b+c=@!(d)', 'Bräu', 'x'.repeat(80)])('the name %j is taken', async (name) => {
    const { create, begin } = await stack();
    await create('m', succeed);
    expect((await begin('m', name)).executionArn).toBe(executionOf('m', name));
  });

  test.each<[string, string, string]>([
    ['not JSON', 'hello', 'InvalidExecutionInput'],
    ['empty', '', 'InvalidExecutionInput'],
    ['more than 256 KiB of UTF-8', `"${'é'.repeat(131_072)}"`, 'ValidationException'],
  ])('an input that is %s is refused', async (_, input, name) => {
    const { create, begin } = await stack();
    await create('m', succeed);
    await expect(begin('m', 'e', input)).rejects.toMatchObject({ name });
  });

  test('a machine that is not there, or no ARN', async () => {
    const { client, begin } = await stack();
    await expect(begin('m', 'e')).rejects.toBeInstanceOf(sfn.StateMachineDoesNotExist);
    const command = new sfn.StartExecutionCommand({ stateMachineArn: 'm' });
    await expect(client.send(command)).rejects.toBeInstanceOf(sfn.InvalidArn);
  });
});

describe('executions', () => {
  test('are listed newest first, by status, page by page', async () => {
    const { client, clock, create, begin, release } = await stack({ f: () => thrown('Broken') });
    await create(
      'm',
      machineOf({
        which: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.bad %}', Next: 'bad' }], Default: 'end' },
        bad: task('f'),
        end: { Type: 'Succeed' },
      }),
    );
    release();
    for (const n of [1, 2, 3, 4, 5]) {
      await begin('m', `e${n}`, JSON.stringify({ bad: n % 2 === 0 }));
      await clock.sleep(1000);
    }
    const list = (input: Partial<sfn.ListExecutionsInput>) =>
      client.send(new sfn.ListExecutionsCommand({ stateMachineArn: arnOf('m'), ...input }));
    const names = ({ executions }: sfn.ListExecutionsOutput) => executions?.map(({ name }) => name);

    const first = await list({ maxResults: 2 });
    expect(names(first)).toEqual(['e5', 'e4']);
    await begin('m', 'e6', '{"bad":false}');
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    expect(names(second)).toEqual(['e3', 'e2']);
    expect(names(await list({ maxResults: 2, nextToken: second.nextToken }))).toEqual(['e1']);
    expect(names(await list({ statusFilter: 'FAILED' }))).toEqual(['e4', 'e2']);
    await expect(list({ statusFilter: 'FAILED', nextToken: first.nextToken })).rejects.toBeInstanceOf(sfn.InvalidToken);
    await expect(list({ statusFilter: 'failed' as 'FAILED' })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(list({ maxResults: 1001 })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('GetExecutionHistory pages in both directions, with and without data', async () => {
    const { client, create, begin, settle } = await stack({ f: () => ({ payload: 'secret' }) });
    await create('m', machineOf({ work: task('f') }));
    await begin('m', 'e', '{"secret":1}');
    await settle();
    const history = (input: Partial<sfn.GetExecutionHistoryInput>) =>
      client.send(new sfn.GetExecutionHistoryCommand({ executionArn: executionOf('m', 'e'), ...input }));
    const ids = ({ events }: sfn.GetExecutionHistoryOutput) => events?.map(({ id }) => id);
    const first = await history({ maxResults: 4 });
    expect(ids(first)).toEqual([1, 2, 3, 4]);
    expect(ids(await history({ maxResults: 4, nextToken: first.nextToken }))).toEqual([5, 6, 7]);
    expect(ids(await history({ reverseOrder: true }))).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(first.events?.[0]?.timestamp).toEqual(new Date(start));
    expect(JSON.stringify((await history({})).events)).toContain('secret');
    const bare = await history({ includeExecutionData: false });
    expect(JSON.stringify(bare.events)).not.toContain('secret');
    expect(bare.events?.[2]?.taskScheduledEventDetails).toMatchObject({ resourceType: 'lambda', resource: 'invoke' });
  });

  test('one that is not there can be neither described nor read', async () => {
    const { client, describeExecution } = await stack();
    const input = { executionArn: executionOf('m', 'e') };
    const missing = sfn.ExecutionDoesNotExist;
    await expect(describeExecution('m', 'e')).rejects.toBeInstanceOf(missing);
    await expect(client.send(new sfn.GetExecutionHistoryCommand(input))).rejects.toBeInstanceOf(missing);
  });

  test.each<[string, (client: sfn.SFNClient) => Promise<unknown>]>([
    ['ListMapRuns', (client) => client.send(new sfn.ListMapRunsCommand({ executionArn: executionOf('m', 'e') }))],
    ['SendTaskFailure', (client) => client.send(new sfn.SendTaskFailureCommand({ taskToken: 'AAAA' }))],
    [
      'redriveFilter',
      (client) =>
        client.send(new sfn.ListExecutionsCommand({ stateMachineArn: arnOf('m'), redriveFilter: 'REDRIVEN' })),
    ],
  ])('the stand-in does not have %s and says so', async (name, send) => {
    const { client } = await stack();
    await expect(send(client)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining(name),
    });
  });

  test('a callback arrives over HTTP, and late ones are told apart', async () => {
    const seen: string[] = [];
    const ask = (payload: unknown) => {
      seen.push(String(payload));
      return { payload: null };
    };
    const { client, create, begin, describeExecution, settle } = await stack({ ask });
    const Arguments = { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' };
    await create('m', machineOf({ work: task('ask', { Resource: tokenArn, Arguments, TimeoutSeconds: 60 }) }));
    await begin('m', 'e');
    const answer = { taskToken: seen[0], output: '{"status":"COMPLETED"}' };
    await client.send(new sfn.SendTaskSuccessCommand(answer));
    await settle();
    expect(await describeExecution('m', 'e')).toMatchObject({ status: 'SUCCEEDED', output: '{"status":"COMPLETED"}' });
    await expect(client.send(new sfn.SendTaskSuccessCommand(answer))).rejects.toBeInstanceOf(sfn.TaskTimedOut);
    const nonsense = new sfn.SendTaskSuccessCommand({ taskToken: 'AAAA', output: '1' });
    await expect(client.send(nonsense)).rejects.toBeInstanceOf(sfn.InvalidToken);
  });
});
