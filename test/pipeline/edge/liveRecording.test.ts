import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { connectRecording } from '../../../pipeline/edge/liveRecording.ts';
import { memoryCall } from '../memoryCall.ts';

const { made } = vi.hoisted(() => ({ made: [] as string[] }));

vi.mock('../../../pipeline/edge/pipelines.ts', () => ({
  connectPipelines: (region: string) => made.push(`pipelines of ${region}`),
  toPipelines: (_: unknown, bucket: string) => ({ list: async () => made.push(`into ${bucket}`) }),
}));
vi.mock('../../../pipeline/edge/chunks.ts', () => ({
  toChunks: (bucket: string) => ({ count: async () => void made.push(`chunks of ${bucket}`) }),
}));
// Files share their modules: what comes after this one in the same worker would be given these stand-ins.
afterAll(() => vi.resetModules());
beforeEach(() => void (made.length = 0));

const connected = (env: Readonly<Record<string, string>>) => connectRecording(memoryCall({ env }).ports);

test('connects to nobody until it is used, and then once', async () => {
  const { pipelines, chunks, calls } = connected({ RECORDINGS_BUCKET: 'recordings' });
  expect([made, typeof calls.recordingFacts]).toEqual([[], 'function']);
  await Promise.all([pipelines.list(), pipelines.list(), chunks.count('m')]);
  expect(made.toSorted()).toEqual([
    'chunks of recordings',
    'into recordings',
    'into recordings',
    'pipelines of eu-central-1',
  ]);
});

test('without a bucket there is nothing to record into, and nothing else is hindered', async () => {
  const { pipelines, chunks } = connected({ RECORDS: 'on' });
  const invalid = { name: 'ConfigurationInvalid', message: expect.stringContaining('RECORDINGS_BUCKET') as string };
  await expect(pipelines.list()).rejects.toMatchObject(invalid);
  await expect(chunks.count('m')).rejects.toMatchObject(invalid);
});
