import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloudWatch } from '../../../local/services/cloudWatch.ts';
import { ManualClock } from '../testClock.ts';
import { serveJson } from './json.ts';

const clock = new ManualClock(1_000_000);
const alarms = ['b-one', 'a-one', 'a-two'].map((name) => ({
  name,
  description: `${name}!`,
  hasActions: name !== 'a-two',
}));

let server: Awaited<ReturnType<typeof serveJson>>;
let client: CloudWatchClient;
beforeAll(async () => {
  server = await serveJson(createCloudWatch({ clock, alarms }), clock);
  client = new CloudWatchClient(server.config);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const names = async (input: DescribeAlarmsCommandInput) =>
  ((await client.send(new DescribeAlarmsCommand(input))).MetricAlarms ?? []).map(({ AlarmName }) => AlarmName);

test('alarms have no data until somebody sets their state', async () => {
  expect(await names({ AlarmNamePrefix: 'a-' })).toEqual(['a-one', 'a-two']);
  expect(await names({ StateValue: 'ALARM' })).toEqual([]);
  const set = { AlarmName: 'a-one', StateValue: 'ALARM', StateReason: 'a try' } as const;
  await client.send(new SetAlarmStateCommand(set));
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
  expect(MetricAlarms).toEqual([
    {
      AlarmName: 'a-one',
      AlarmDescription: 'a-one!',
      ActionsEnabled: true,
      AlarmActions: ['alarms'],
      StateValue: 'ALARM',
      StateReason: 'a try',
      StateUpdatedTimestamp: new Date(1_000_000),
    },
  ]);
});

test('they come in pages', async () => {
  const pages: number[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client, pageSize: 2 }, {}))
    pages.push(MetricAlarms.length);
  expect(pages).toEqual([2, 1]);
});

test('refuses what it does not have, by name', async () => {
  await expect(client.send(new DescribeAlarmsCommand({ ActionPrefix: 'x' }))).rejects.toMatchObject({
    name: 'NotImplemented',
  });
  const unknown = new SetAlarmStateCommand({ AlarmName: 'c', StateValue: 'OK', StateReason: 'x' });
  await expect(client.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFound' });
});
