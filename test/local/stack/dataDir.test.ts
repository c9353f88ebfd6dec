import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../../../local/services/clock.ts';
import { isFullDisk } from '../../../local/services/fullDisk.ts';
import { claim } from '../../../local/stack/dataDir.ts';
import { startStack } from '../../../local/stack/stack.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'data-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const claimed = () => claim({ dataDir, clock: realClock(), region: 'eu-west-1', accountId: '111122223333' });

describe('a directory', () => {
  test('that is in use is refused by the name of its process, and is free again at its end', async () => {
    const first = await claimed();
    await expect(claimed()).rejects.toMatchObject({
      name: 'DirectoryInUse',
      message: expect.stringMatching(
        new RegExp(`^${dataDir} is in use by process ${process.pid} \\(.*another directory$`),
      ),
    });
    await first.close();
    await (await claimed()).close();
  });

  test('whose process has died is free, whatever it has left', async () => {
    await writeFile(join(dataDir, 'owner.json'), JSON.stringify({ pid: process.ppid, command: 'replay' }));
    await (await claimed()).close();
  });

  test('that is in use is refused before the database is made', async () => {
    const first = await claimed();
    await expect(startStack({ dataDir })).rejects.toMatchObject({ name: 'DirectoryInUse' });
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    await first.close();
  });
});

test.each<[what: string, error: unknown, expected: boolean]>([
  ['of the system', Object.assign(new Error('write'), { code: 'ENOSPC' }), true],
  ['of a quota', Object.assign(new Error('write'), { code: 'EDQUOT' }), true],
  ['of LevelDB', new Error('IO error: dir/000003.log: No space left on device'), true],
  ['of Postgres', Object.assign(new Error('could not extend file'), { code: '53100' }), true],
  ['that caused another', new Error('not opened', { cause: new Error('ENOSPC: no space left') }), true],
  ['among several', new AggregateError([new Error('a'), Object.assign(new Error('b'), { code: 'ENOSPC' })]), true],
  ['at the end of the work', new SuppressedError(new Error('stop'), new Error('ENOSPC')), true],
  ['of rights', Object.assign(new Error('open'), { code: 'EACCES' }), false],
  ['that is none', 'ENOSPC', false],
])('a full disk is known by the error %s', (_, error, expected) => {
  expect(isFullDisk(error)).toBe(expected);
});

/** A file to which the system writes nothing, because its device is always full. */
const full = '/dev/full';
describe.skipIf(!existsSync(full))('a disk that is full', () => {
  const fault = () => ({ name: 'DirectoryFull', message: expect.stringContaining(dataDir) });

  test('when the stack starts is called so', async () => {
    await mkdir(join(dataDir, 'sqs'));
    await symlink(full, join(dataDir, 'sqs/sqs.json.new'));
    await expect(startStack({ dataDir })).rejects.toMatchObject(fault());
  });

  test('while it runs is told to whoever waits, and once more at the end', async () => {
    const stack = await startStack({ dataDir, onLog: () => {} });
    const { AWS_ENDPOINT_URL: endpoint = '', AUDIT_TABLE: TableName = '' } = stack.env;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    await symlink(full, join(dataDir, 'dynamodb/journal.json.new'));
    const Item = { pk: { S: 'meeting' }, sk: { S: 'entry' } };
    await expect(client.send(new PutItemCommand({ TableName, Item }))).rejects.toMatchObject({
      name: 'InternalFailure',
    });
    await expect(stack.full).rejects.toMatchObject(fault());
    client.destroy();
    await expect(stack.stop()).rejects.toMatchObject(fault());
  });
});
