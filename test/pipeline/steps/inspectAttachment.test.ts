import { expect, test } from 'vitest';
import { inspectAttachment } from '../../../pipeline/steps/inspectAttachment.ts';
import { announced } from '../api/messaging/announced.ts';
import { pdf, png } from '../messaging/files.ts';

const created = (key: string, versionId?: string) => ({
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'b' }, object: { key, size: 1, etag: 'e', 'version-id': versionId } },
});

test('looks at the version that the event names', async () => {
  const { ports, put, row } = await announced();
  const first = put(pdf());
  put(png());
  await inspectAttachment(ports)(created(row().key, first));
  expect(row()).toMatchObject({ state: 'ready', versionId: first });
});

test('an event of a version that is gone changes nothing', async () => {
  const { ports, row } = await announced();
  await inspectAttachment(ports)(created(row().key, 'v9'));
  expect(row().state).toBe('pending');
});

test.each([
  ['nobody announced', (key: string) => key.replace(/[\da-f]{12}\.pdf$/, '000000000000.pdf')],
  ['is of no message', () => 'attachments/secret.pdf'],
  ['has another ending', (key: string) => key.replace('.pdf', '.exe')],
])('an object that %s is left where it is, and the log does not repeat its key', async (_, toKey) => {
  const { ports, row, bucket, kept } = await announced();
  const key = toKey(row().key);
  bucket.put(key, pdf());
  await inspectAttachment(ports)(created(key, 'v1'));
  expect([row().state, bucket.objects.get(key)?.length]).toEqual(['pending', 1]);
  expect(kept.logged.at(-1)).toEqual(['no file of a chat', {}]);
});

test("S3's test event is no file, and no other document is an event", async () => {
  const { ports } = await announced();
  await inspectAttachment(ports)({ Event: 's3:TestEvent' });
  await expect(inspectAttachment(ports)({})).rejects.toMatchObject({ name: 'EventUnknown' });
});
