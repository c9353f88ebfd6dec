import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCodeTable } from '../../../pipeline/edge/icd10cm.ts';
import { formatCodeTable } from '../../../pipeline/clinical/icd10cm.ts';
import { startServer } from '../../local/services/s3/server.ts';
import { serviceError } from './serviceError.ts';

const table = formatCodeTable('FY2026', [{ code: 'R05.9', billable: true, description: 'Cough, unspecified' }]);

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
