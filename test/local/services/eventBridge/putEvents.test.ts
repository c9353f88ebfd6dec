import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEventBus } from '../../../../local/services/eventBridge/eventBridge.ts';
import { Faults } from '../../../../local/services/faults.ts';
import { type Gateway, startGateway } from '../../../../local/services/gateway.ts';
import { clientConfig, failureOf, ManualClock } from '../../testClock.ts';

const queue = 'arn:aws:sqs:eu-west-1:111122223333:calls';
const told: PutEventsRequestEntry = {
  Source: 'medzen.call',
  DetailType: 'Meeting Changed',
  Detail: '{"meetingId":"m"}',
};
const without = (name: keyof PutEventsRequestEntry) => ({ ...told, [name]: undefined });

let bodies: unknown[];
let gateway: Gateway;
let client: EventBridgeClient;
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

beforeEach(async () => {
  bodies = [];
  const clock = new ManualClock();
  const send = async (_: string, body: string) => void bodies.push(JSON.parse(body));
  const bus = createEventBus({ clock, region: 'eu-west-1', accountId: '111122223333', send });
  bus.putRule({ name: 'calls', pattern: { source: ['medzen.call'] }, targets: [{ arn: queue }] });
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

test('an event reaches the rules that fit, in the shape of every event', async () => {
  const { FailedEntryCount, Entries } = await put(told, { ...told, Source: 'medzen.other' });
  expect([FailedEntryCount, Entries?.length]).toEqual([0, 2]);
  expect(bodies).toEqual([
    {
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'Meeting Changed',
      source: 'medzen.call',
      account: '111122223333',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      region: 'eu-west-1',
      resources: [],
      detail: { meetingId: 'm' },
    },
  ]);
});

describe('an entry is refused under 200, and the one beside it is delivered', () => {
  test.each<[string, PutEventsRequestEntry, string]>([
    ['without a source', without('Source'), 'InvalidArgument'],
    ['with an empty source', { ...told, Source: '' }, 'InvalidArgument'],
    ["with a source of AWS's", { ...told, Source: 'aws.chime' }, 'NotAuthorizedForSourceException'],
    ['without a detail type', without('DetailType'), 'InvalidArgument'],
    ['with a long detail type', { ...told, DetailType: 'x'.repeat(129) }, 'InvalidArgument'],
    ['without a detail', without('Detail'), 'InvalidArgument'],
    ['whose detail is no JSON', { ...told, Detail: '{' }, 'MalformedDetail'],
    ['whose detail is a list', { ...told, Detail: '[]' }, 'MalformedDetail'],
    ['whose detail is null', { ...told, Detail: 'null' }, 'MalformedDetail'],
  ])('%s', async (_, wrong, code) => {
    const { FailedEntryCount, Entries = [] } = await put(wrong, told);
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toEqual([
      { ErrorCode: code, ErrorMessage: expect.any(String) as string },
      { EventId: expect.any(String) as string },
    ]);
    expect(bodies).toHaveLength(1);
  });
});

describe('a request is refused, and nothing of it delivered', () => {
  const sized = (bytes: number) => ({ ...told, Detail: JSON.stringify({ text: 'é'.repeat(bytes / 2) }) });
  const none = sized(0);
  const rest = 262_144 - Buffer.byteLength(`${none.Source}${none.DetailType}${none.Detail}`);

  test.each<[string, PutEventsRequestEntry[], string]>([
    ['without entries', [], 'ValidationException'],
    ['of eleven entries', Array.from({ length: 11 }, () => told), 'ValidationException'],
    ['that is too large in bytes', [sized(rest - (rest % 2) + 2)], 'ValidationException'],
    ['that is too large together', [sized(200_000), sized(100_000)], 'ValidationException'],
    ['for another bus', [{ ...told, EventBusName: 'clinic' }], 'NotImplemented'],
    ['with a time of its own', [{ ...told, Time: new Date(0) }], 'NotImplemented'],
    ['with resources', [{ ...told, Resources: ['arn:aws:s3:::b'] }], 'NotImplemented'],
  ])('%s', async (_, entries, name) => {
    expect((await failureOf(put(...entries))).name).toBe(name);
    expect(bodies).toEqual([]);
  });

  test('ten entries, and as many bytes as may be, are not', async () => {
    expect((await put(...Array.from({ length: 10 }, () => told))).FailedEntryCount).toBe(0);
    expect((await put(sized(rest - (rest % 2)))).FailedEntryCount).toBe(0);
  });
});
