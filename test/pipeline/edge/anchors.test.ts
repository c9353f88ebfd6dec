import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Anchor } from '../../../pipeline/anchor.ts';
import { readAnchors, toAnchorStore } from '../../../pipeline/edge/anchors.ts';
import { startServer } from '../../local/services/s3/server.ts';
import { testConfig } from '../memoryPorts.ts';
import { serviceError } from './serviceError.ts';

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
  await server.s3.createBucket('anchors', { versioned: true, lock: { mode: 'COMPLIANCE', days: 2587 } });
});
afterAll(() => server[Symbol.asyncDispose]());

const config = { ...testConfig(), anchorsBucket: 'anchors' };
const anchor = (meetingId: string, sequence: number): Anchor => ({
  meetingId,
  links: [{ sequence, hash: `h${sequence}`, expires: 7 }],
});

test('reads back what a meeting has kept, and nothing of another whose id begins alike', async () => {
  const store = toAnchorStore(config, server.client);
  for (const each of [anchor('m', 1), anchor('m', 2), anchor('m', 2), anchor('m2', 1)]) await store.keep(each);
  const keptAt = expect.stringMatching(/^20\d\d-.*Z$/) as string;
  expect(await readAnchors('anchors', 'm', server.client)).toEqual(
    [anchor('m', 1), anchor('m', 2)].map((one) => ({ ...one, keptAt })),
  );
  expect(await readAnchors('anchors', 'unheard-of', server.client)).toEqual([]);
});

test('a bucket that is away is a name that is retried', async () => {
  const client = new S3Client({ region: 'eu-west-1' });
  mockClient(client).rejects(serviceError('InternalError', 500));
  await expect(toAnchorStore(config, client).keep(anchor('m', 1))).rejects.toThrow(
    expect.objectContaining({ name: 'ServiceUnavailable' }),
  );
});

test('without its bucket it says what is missing', async () => {
  const store = toAnchorStore({ ...config, anchorsBucket: undefined }, server.client);
  await expect(store.keep(anchor('m', 1))).rejects.toThrow('ANCHORS_BUCKET is missing');
});
