import {
  DeleteRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListRulesCommand,
  PutRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { objectCreatedEvent } from '../../../../local/services/eventBridge/objectCreated.ts';
import { createEventBus, type EventBus } from '../../../../local/services/eventBridge/eventBridge.ts';
import { Faults } from '../../../../local/services/faults.ts';
import { type Gateway, startGateway } from '../../../../local/services/gateway.ts';
import { ServiceError } from '../../../../local/services/jsonService.ts';
import { clientConfig, failureOf, ManualClock } from '../../testClock.ts';

const queue = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
const origin = { region: 'eu-west-1', accountId: '111122223333', time: Date.UTC(2026, 10, 20, 9, 30) };
const created = objectCreatedEvent(
  {
    bucket: 'recordings',
    key: 'calls/m 1/audio/abc.mp4',
    size: 12_582_912,
    etag: 'd41d8cd98f00b204e9800998ecf8427e-3',
    versionId: 'v1',
    sequencer: '0062E99A88DC407460',
    reason: 'CompleteMultipartUpload',
  },
  { ...origin, id: '12345678-9abc-4def-8123-456789abcdef' },
);

let sent: [string, unknown][];
let bus: EventBus;
let gateway: Gateway;
let client: EventBridgeClient;
beforeEach(async () => {
  sent = [];
  const clock = new ManualClock();
  bus = createEventBus({
    clock,
    region: 'eu-west-1',
    accountId: '111122223333',
    send: async (arn, body) => {
      if (arn.endsWith(':missing')) throw new ServiceError('QueueDoesNotExist', 'no such queue');
      if (arn.endsWith(':broken')) throw new TypeError('a defect');
      sent.push([arn, JSON.parse(body)]);
    },
  });
  gateway = await startGateway({
    clock,
    services: [bus.service],
    fallback: () => Promise.resolve(),
    faults: new Faults(),
  });
  client = new EventBridgeClient(clientConfig(gateway.url));
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
});

test('the event of a stored object has the shape of the service', () => {
  expect(created).toEqual({
    version: '0',
    id: '12345678-9abc-4def-8123-456789abcdef',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: '2026-11-20T09:30:00Z',
    region: 'eu-west-1',
    resources: ['arn:aws:s3:::recordings'],
    detail: {
      version: '0',
      bucket: { name: 'recordings' },
      object: {
        key: 'calls/m 1/audio/abc.mp4',
        size: 12_582_912,
        etag: 'd41d8cd98f00b204e9800998ecf8427e-3',
        'version-id': 'v1',
        sequencer: '0062E99A88DC407460',
      },
      'request-id': '123456789ABC4DEF',
      requester: '111122223333',
      'source-ip-address': '127.0.0.1',
      reason: 'CompleteMultipartUpload',
    },
  });
  const { object } = objectCreatedEvent(
    { bucket: 'b', key: 'k', size: 1, etag: 'e', sequencer: '00', reason: 'PutObject' },
    { ...origin, id: 'x' },
  ).detail;
  expect(object).not.toHaveProperty('version-id');
});

describe('delivery', () => {
  test('goes to every target of every rule that fits', async () => {
    const fit = { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'calls/' }] } } };
    bus.putRule({ name: 'a', pattern: fit, targets: [{ arn: queue('one') }, { arn: queue('two') }] });
    bus.putRule({ name: 'b', pattern: { account: ['111122223333'] }, targets: [{ arn: queue('one') }] });
    bus.putRule({ name: 'c', pattern: { source: ['aws.transcribe'] }, targets: [{ arn: queue('three') }] });
    await bus.put(created);
    expect(sent.map(([arn]) => arn).toSorted()).toEqual(['one', 'one', 'two'].map(queue));
    expect(sent[0]?.[1]).toEqual(created);
  });

  test('to a queue that is not there ends in the dead-letter queue', async () => {
    const target = { arn: queue('missing'), deadLetterArn: queue('dead') };
    bus.putRule({ name: 'a', pattern: { source: ['aws.s3'] }, targets: [target] });
    await bus.put(created);
    expect(sent).toEqual([[queue('dead'), created]]);
  });

  test('to nowhere is said, not silent', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    bus.putRule({ name: 'a', pattern: { source: ['aws.s3'] }, targets: [{ arn: queue('missing') }] });
    await bus.put(created);
    expect(said).toHaveBeenCalledWith(expect.stringContaining(queue('missing')));
    said.mockRestore();
  });

  test('that fails for a reason of ours fails the put', async () => {
    bus.putRule({ name: 'a', pattern: { source: ['aws.s3'] }, targets: [{ arn: queue('broken') }] });
    await expect(bus.put(created)).rejects.toThrow('a defect');
  });
});

describe('rules over the API', () => {
  const putRule = (Name: string, pattern: unknown, more = {}) =>
    client.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern), ...more }));
  const listed = async () => (await client.send(new ListRulesCommand({}))).Rules;

  test('are made and listed', async () => {
    const { RuleArn } = await putRule('created', { source: ['aws.s3'] });
    expect(RuleArn).toBe('arn:aws:events:eu-west-1:111122223333:rule/created');
    await putRule('other', { source: ['x'] }, { State: 'DISABLED' });
    expect(await listed()).toEqual([
      {
        Name: 'created',
        Arn: RuleArn,
        EventPattern: '{"source":["aws.s3"]}',
        State: 'ENABLED',
        EventBusName: 'default',
      },
      expect.objectContaining({ Name: 'other', State: 'DISABLED' }),
    ]);
  });

  test('keep their targets when they are put again, and rest while disabled', async () => {
    bus.putRule({ name: 'created', pattern: { source: ['aws.s3'] }, targets: [{ arn: queue('one') }] });
    await putRule('created', { source: ['aws.s3'] }, { State: 'DISABLED' });
    await bus.put(created);
    expect(sent).toEqual([]);
    await putRule('created', { source: ['aws.s3'] });
    await bus.put(created);
    expect(sent).toHaveLength(1);
  });

  test('with a wrong pattern are refused and not kept', async () => {
    const error = await failureOf(putRule('wrong', { source: [{ contains: 'x' }] }));
    expect(error).toBeInstanceOf(InvalidEventPatternException);
    expect(error.message).toContain('Unrecognized match type contains');
    expect(await listed()).toEqual([]);
  });

  test.each([
    ['a schedule', { ScheduleExpression: 'rate(1 minute)' }],
    ['another bus', { EventBusName: 'clinic' }],
    ['a description', { Description: 'new objects' }],
  ])('refuse %s', async (_, more) => {
    expect((await failureOf(putRule('x', { a: ['b'] }, more))).name).toBe('NotImplemented');
  });
});

test('a rule has at most five targets', () => {
  const targets = ['1', '2', '3', '4', '5', '6'].map((name) => ({ arn: queue(name) }));
  expect(() => bus.putRule({ name: 'a', pattern: { source: ['x'] }, targets })).toThrow('at most 5');
});

test('an operation that is not there is refused by name', async () => {
  const error = await failureOf(client.send(new DeleteRuleCommand({ Name: 'x' })));
  expect(error.message).toContain('AWSEvents.DeleteRule');
});
