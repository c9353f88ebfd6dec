import { beforeEach, describe, expect, test } from 'vitest';
import type { Call, JsonObject } from '../../../../local/services/jsonService.ts';
import { createLogs, type Logs } from '../../../../local/services/logs/logs.ts';
import { ManualClock } from '../../testClock.ts';

const start = Date.UTC(2026, 10, 20, 9, 30);
const groups = ['/aws/lambda/one', '/aws/lambda/two', '/aws/vendedlogs/other'];

let clock: ManualClock;
let logs: Logs;
beforeEach(() => {
  clock = new ManualClock(start);
  logs = createLogs({ clock, region: 'eu-west-1', accountId: '111122223333', groups });
});

const call = async (operation: string, input: JsonObject) =>
  (await logs.service.operations[operation]?.(input, { region: '', accessKeyId: '' } satisfies Call)) as JsonObject;

/** What a query answers, a row a list of its values. */
async function ask(queryString: string, more: JsonObject = {}): Promise<string[][]> {
  const now = clock.now() / 1000;
  const window = { startTime: now - 3600, endTime: now, logGroupNames: groups.slice(0, 2) };
  const { queryId } = await call('StartQuery', { ...window, queryString, ...more });
  const { status, results } = await call('GetQueryResults', { queryId });
  expect(status).toBe('Complete');
  return (results as { field: string; value: string }[][]).map((row) => row.map(({ value }) => value));
}

const write = (line: object | string, group: string | undefined = '/aws/lambda/one') =>
  logs.write(typeof line === 'string' ? line : JSON.stringify(line), group);

test('the groups there are, by how their names begin', async () => {
  const { logGroups } = await call('DescribeLogGroups', { logGroupNamePrefix: '/aws/lambda/' });
  expect((logGroups as JsonObject[]).map(({ logGroupName }) => logGroupName)).toEqual(groups.slice(0, 2));
});

describe('a query', () => {
  beforeEach(async () => {
    write({ level: 'ERROR', step: 'a', id: 'r1', why: 'Throttled', size: 3_000_000 });
    await clock.advance(1_000);
    write({ level: 'INFO', step: 'a', id: 'r1', nested: { deep: 1 } });
    await clock.advance(1_000);
    write({ level: 'ERROR', step: 'b', id: 'r2', why: 'Broken', size: 500_000 }, '/aws/lambda/two');
    await clock.advance(1_000);
    write({ level: 'ERROR', step: 'b', id: 'r2', why: 'Broken again', size: 500_000 }, '/aws/lambda/two');
  });

  test.each<[string, string[][]]>([
    [
      'filter level = "ERROR" | fields step, why | sort @timestamp asc',
      [
        ['a', 'Throttled'],
        ['b', 'Broken'],
        ['b', 'Broken again'],
      ],
    ],
    ['filter level = "ERROR" and why like /Thr|again$/ | fields why', [['Broken again'], ['Throttled']]],
    ['fields @timestamp, @log | limit 1', [['2026-11-20 09:30:03.000', '/aws/lambda/two']]],
    ['filter ispresent(nested.deep) | fields step, nested.deep, nothing', [['a', '1']]],
    [
      'filter level = "ERROR" | stats count(*) as n, count_distinct(id) as ids, latest(why) as last by step | sort n desc',
      [
        ['b', '2', '1', 'Broken again'],
        ['a', '1', '1', 'Throttled'],
      ],
    ],
    ['stats sum(size / 1000000) as mb, max(size) as most', [['4', '3000000']]],
    [
      'stats count(*) as n by bin(2s)',
      [
        ['2026-11-20 09:30:00.000', '2'],
        ['2026-11-20 09:30:02.000', '2'],
      ],
    ],
    ['filter step = "b" | stats latest(@timestamp) as last by step', [['b', '2026-11-20 09:30:03.000']]],
    ['filter step = "c" | stats count(*) as n', []],
    ['stats max(@maxMemoryUsed / @memorySize) as memory by @log', [['/aws/lambda/one'], ['/aws/lambda/two']]],
  ])('%s', async (query, rows) => {
    expect(await ask(query)).toEqual(rows);
  });

  test('reads the groups and the time that it is told to', async () => {
    const now = clock.now() / 1000;
    expect(await ask('fields why', { logGroupNames: ['/aws/lambda/one'] })).toEqual([[], ['Throttled']]);
    expect(await ask('fields why', { startTime: now - 1 })).toEqual([['Broken again'], ['Broken']]);
  });

  test('finds what is no JSON and what no function wrote', async () => {
    logs.write('Task timed out after 3 s', undefined);
    expect(await ask('filter @message like /Task timed out/ | fields @log, @message')).toEqual([
      ['Task timed out after 3 s'],
    ]);
  });

  test.each([
    ['parse @message "a*" as b', 'query "parse" with'],
    ['filter a > 1', 'query "filter a" with'],
    ['filter a = 1', 'with what follows'],
    ['filter a = "b" or c = "d"', 'query "filter a = "b"" with'],
    ['stats avg(a) as b', 'query "stats avg" with'],
    ['fields a | dedup b', 'query "fields a | dedup" with'],
    ['stats count(*) as n by bin(1w)', 'with what follows'],
    ['', 'query "" with'],
  ])('%s is not understood, and the answer says from where on', async (query, reason) => {
    await expect(ask(query)).rejects.toMatchObject({ status: 501, message: expect.stringContaining(reason) });
  });
});

test.each<[string, JsonObject, string]>([
  ['a group that is not there', { logGroupNames: ['other'] }, 'ResourceNotFoundException'],
  ['an end before the beginning', { startTime: 9, endTime: 1 }, 'InvalidParameterException'],
  ['more groups than fifty', { logGroupNames: Array.from({ length: 51 }, String) }, 'InvalidParameterException'],
  ['another language', { queryLanguage: 'SQL' }, 'NotImplemented'],
])('%s is refused', async (_, more, name) => {
  await expect(ask('fields a', more)).rejects.toMatchObject({ name });
});

test('a query that was never started has no results', async () => {
  await expect(call('GetQueryResults', { queryId: 'x' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
