import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCodeTable } from '../../../pipeline/edge/icd10cm.ts';
import { formatCodeTable } from '../../../pipeline/clinical/icd10cm.ts';
import { startServer } from '../../local/services/s3/server.ts';
import { serviceError } from './serviceError.ts';

const rows = [{ code: 'R05.9', billable: true, description: 'Cough, unspecified' }];
const table = formatCodeTable('FY2026', rows);

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
  await server.client.send(new CreateBucketCommand({ Bucket: 'reference' }));
  for (const [Key, Body] of [
    ['tables/plain.txt', table],
    ['tables/packed', gzipSync(table)],
    ['tables/other.txt', 'code,description'],
  ] as const) {
    await server.client.send(new PutObjectCommand({ Bucket: 'reference', Key, Body }));
  }
});
afterAll(() => server[Symbol.asyncDispose]());

test.each(['plain.txt', 'packed'])('a table is read from S3: %s', async (name) => {
  const read = await readCodeTable(`s3://reference/tables/${name}`, server.client);
  expect(read.release).toBe('FY2026');
  expect(read.find('R05.9')).toMatchObject({ billable: true, description: 'Cough, unspecified' });
});

test.each(['s3://reference/tables/none.txt', 's3://nowhere/table.txt', 's3://reference/tables/other.txt'])(
  '%s is no table, and is named',
  async (location) => {
    await expect(readCodeTable(location, server.client)).rejects.toMatchObject({
      name: 'CodeTableInvalid',
      message: expect.stringContaining(location) as string,
    });
  },
);

test('a service that is busy says nothing of the table', async () => {
  const s3 = new S3Client({ region: 'eu-west-1' });
  mockClient(s3).onAnyCommand().rejects(serviceError('SlowDown', 503));
  await expect(readCodeTable('s3://reference/table', s3)).rejects.toMatchObject({
    name: expect.stringMatching(/^(?:Throttled|ServiceUnavailable)$/) as string,
  });
});

describe('a table in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'icd10cm-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test.each([
    ['plain, named .gz', 'plain.gz', Buffer.from(table)],
    ['gzip, named .txt', 'packed.txt', gzipSync(table)],
  ])('reads %s', async (_, name, bytes) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    expect([...(await readCodeTable(path)).entries()]).toEqual(rows);
  });

  test.each([
    ['cut gzip', gzipSync(table).subarray(0, 60), /table\.gz: unexpected end of file/],
    ['foreign bytes', Buffer.from([0xff, 0xd8, 0xff]), /table\.gz: not an ICD-10-CM code table/],
    ['a missing file', undefined, /table\.gz: ENOENT/],
  ])('names the file when it is %s', async (_, bytes, message) => {
    const path = join(folder, 'table.gz');
    if (bytes) await writeFile(path, bytes);
    await expect(readCodeTable(path)).rejects.toMatchObject({
      name: 'CodeTableInvalid',
      message: expect.stringMatching(message),
    });
  });
});
