import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../pipeline/messaging/chat.ts';
import { jpeg, pdf, png, text } from '../pipeline/messaging/files.ts';
import { announce, type Announced, put } from './chatFile.ts';
import { type Person, Visit } from './meet.ts';
import { TestStack } from './testStack.ts';

/** Files of a chat: the door, S3's signatures, the bucket's event and its queue, the database and the schedule. */
let product: TestStack;
beforeAll(async () => {
  // Functions sign by the stack's time.
  product = await TestStack.start({ speed: 2 });
  await product.sql(`insert into pipeline.settings (name, value) values ('requests_a_minute', '100000')`);
});
afterAll(() => product.stop());

const bucket = () => product.stack.deployment.buckets.find(({ id }) => id === 'AttachmentsBucket')?.name ?? '';

/** The channel of a visit. */
async function channelOf(name: string) {
  const visit = await Visit.arrange(product, name);
  const create = { action: 'createChannel', appointmentId: visit.appointment };
  const { channel } = await visit.ask<{ channel: { channelId: string; channelArn: string } }>(
    'provider',
    create,
    '/messaging',
  );
  const { channelId, channelArn } = channel;
  const on = (person: Person, action: string, more: object = {}) =>
    visit.request(person, { action, channelId, ...more }, '/messaging') as Promise<{ status: number; answer: Answer }>;
  const list = async (person: Person) => (await on(person, 'listMessages')).answer.messages;
  const versions = async ({ messageId }: Announced) => {
    const Prefix = `attachments/${channelId}/${messageId}`;
    const found = await product.deployment.clients.s3.send(new ListObjectVersionsCommand({ Bucket: bucket(), Prefix }));
    return found.Versions ?? [];
  };
  return { visit, channelId, channelArn, on, list, versions };
}

type Answer = { code: string; url: string; name: string; size: number; messages: ChatMessage[] };

/** What is in the queue is looked at. */
const soon = () => product.stack.clock.sleep(5_000);

/** The database's clock does not skip: what waits is made older, and the schedule finds it. */
async function later(channelId: string, span = '6 minutes'): Promise<void> {
  await product.sql(`
    update public.chime_attachments set created_at = created_at - interval '${span}', tried_at = tried_at - interval '${span}'
      where channel_id = '${channelId}';
    update public.chime_messages set changed_at = changed_at - interval '1 minute' where channel_id = '${channelId}'`);
  await product.stack.clock.sleep(61_000);
}

test('what the provider sends, the patient reads, byte for byte, under its name; nobody else hears of it', async () => {
  const { visit, channelId, channelArn, on, list, versions } = await channelOf('file');
  const announced = await announce(visit, 'provider', { channelId, bytes: pdf() });
  const { messageId } = announced;
  expect((await on('provider', 'attachmentLink', { messageId })).answer.code).toBe('FileNotReady');
  expect((await on('patient', 'attachmentLink', { messageId })).answer.code).toBe('MessageNotFound');
  expect((await put(announced, pdf())).status).toBe(200);
  await soon();
  const [message] = await list('patient');
  expect(message).toMatchObject({
    messageId,
    messageType: 'file',
    senderId: visit.id('provider'),
    metadata: { name: 'Befund Müller.pdf', contentType: 'application/pdf', size: pdf().length },
  });
  const { answer } = await on('patient', 'attachmentLink', { messageId });
  const read = await fetch(answer.url);
  expect(await read.bytes()).toEqual(pdf());
  expect(read.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Befund%20M%C3%BCller.pdf");
  expect(read.headers.get('content-type')).toBe('application/pdf');
  expect((await on('other', 'attachmentLink', { messageId })).answer.code).toBe('NotAParticipant');

  await later(channelId);
  const atChime = product.stack.chime.messaging.messages(channelArn).filter(({ type }) => type === 'STANDARD');
  expect(atChime.map(({ content, metadata }) => [content, metadata])).toEqual([
    ['file', JSON.stringify({ id: messageId })],
  ]);
  expect((await list('provider'))[0]?.state).toBe('confirmed');
  const audited = await product.sql(
    `select action_type, user_role, metadata::text from public.chime_message_audit where message_id = '${messageId}' order by created_at`,
  );
  expect(audited).toEqual([
    ['message_sent', 'provider', expect.stringContaining('"file"')],
    ['message_read', 'patient', '{"attachment": true}'],
  ]);
  const [version] = await versions(announced);
  expect(version?.Key).toBe(`attachments/${channelId}/${messageId}.pdf`);
  expect(JSON.stringify([product.log, atChime, audited])).not.toMatch(/Befund|M%C3%BCller|X-Amz-Signature/);
});

test('the link ends with five minutes, and so does the upload', async () => {
  const { visit, channelId, on } = await channelOf('file-late');
  const announced = await announce(visit, 'patient', { channelId, bytes: pdf() });
  await put(announced, pdf());
  await soon();
  const { answer } = await on('provider', 'attachmentLink', { messageId: announced.messageId });
  await product.stack.clock.sleep(302_000);
  for (const response of [await fetch(answer.url), await put(announced, pdf())]) {
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  }
});

describe('nothing else can be put there', () => {
  const longer = new Uint8Array([...pdf(), 32]);
  test.each<[what: string, status: number, code: string, bytes: Uint8Array<ArrayBuffer>, headers?: object]>([
    ['another file of the same length', 400, 'BadDigest', pdf('two')],
    ['a longer file', 403, 'SignatureDoesNotMatch', longer],
    ['another type', 403, 'SignatureDoesNotMatch', pdf(), { 'content-type': 'text/html' }],
    ['metadata', 403, 'AccessDenied', pdf(), { 'x-amz-meta-name': 'a' }],
  ])('%s', async (what, status, code, bytes, headers) => {
    const { visit, channelId, list, versions } = await channelOf(`file-other-${what}`);
    const announced = await announce(visit, 'provider', { channelId, bytes: pdf() });
    const response = await put(announced, bytes, headers);
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(code)]);
    await soon();
    expect([await versions(announced), await list('patient')]).toEqual([[], []]);
  });
});

describe('what is not of its type is refused, and its bytes are gone', () => {
  const html = text('<!doctype html><script>alert(1)</script>');
  test.each<[what: string, bytes: Uint8Array<ArrayBuffer>, contentType: string, name: string]>([
    ['a PNG as a PDF', png(), 'application/pdf', 'a.pdf'],
    ['a page as a JPEG', html, 'image/jpeg', 'a.jpg'],
  ])('%s', async (what, bytes, contentType, name) => {
    const { visit, channelId, on, list, versions } = await channelOf(`file-type-${what}`);
    const announced = await announce(visit, 'provider', { channelId, bytes, contentType, name });
    expect((await put(announced, bytes)).status).toBe(200);
    await soon();
    const { messageId } = announced;
    expect((await on('provider', 'attachmentLink', { messageId })).answer.code).toBe('FileTypeDiffers');
    expect((await on('patient', 'attachmentLink', { messageId })).answer.code).toBe('MessageNotFound');
    expect([await versions(announced), await list('patient')]).toEqual([[], []]);
  });

  test('what an operator put there in another way is no other file either', async () => {
    const { visit, channelId, on, versions } = await channelOf('file-by-hand');
    const announced = await announce(visit, 'provider', { channelId, bytes: pdf() });
    const { messageId } = announced;
    const Key = `attachments/${channelId}/${messageId}.pdf`;
    await product.deployment.clients.s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body: pdf('two') }));
    await soon();
    expect((await on('provider', 'attachmentLink', { messageId })).answer.code).toBe('FileDiffers');
    expect(await versions(announced)).toEqual([]);
  });
});

test('events that are lost are made good by the schedule, and those that come twice change nothing', async () => {
  const { visit, channelId, on, list, versions } = await channelOf('file-events');
  await product.switchRule('AttachmentCreated', 'DISABLED');
  const [good, bad, never] = [
    await announce(visit, 'patient', { channelId, bytes: jpeg(), contentType: 'image/jpeg', name: '🦵.jpg' }),
    await announce(visit, 'patient', { channelId, bytes: png() }),
    await announce(visit, 'patient', { channelId, bytes: pdf() }),
  ];
  await put(good, jpeg());
  await put(bad, png());
  await soon();
  expect(await list('provider')).toEqual([]);
  await later(channelId);
  await product.switchRule('AttachmentCreated', 'ENABLED');
  expect((await list('provider')).map(({ messageId }) => messageId)).toEqual([good.messageId]);
  expect(await versions(bad)).toEqual([]);
  // The same file is put there again, and the first version's event comes at last.
  await put(good, jpeg());
  await soon();
  const [{ VersionId } = {}, ...others] = await versions(good);
  const object = { key: `attachments/${channelId}/${good.messageId}.jpg`, 'version-id': VersionId };
  const event = { 'detail-type': 'Object Created', detail: { bucket: { name: bucket() }, object } };
  const queue = product.stack.deployment.queues.find(({ id }) => id === 'AttachmentEvents')?.arn ?? '';
  for (const _ of [1, 2]) product.stack.send(queue, JSON.stringify(event));
  await soon();
  expect([others, (await versions(good)).map((one) => one.VersionId)]).toEqual([[], [VersionId]]);
  expect((await list('provider')).length).toBe(1);
  await later(channelId, '3 hours');
  const { messageId } = never;
  expect((await on('patient', 'attachmentLink', { messageId })).answer.code).toBe('FileNeverCame');
});

describe('who may no longer', () => {
  test('a member who is removed between the announcement and the upload has sent nothing', async () => {
    const { visit, channelId, on, list, versions } = await channelOf('file-removed');
    const userId = visit.id('other');
    await on('provider', 'addMember', { userId });
    const announced = await announce(visit, 'other', { channelId, bytes: pdf() });
    await on('provider', 'removeMember', { userId });
    // The address is signed: S3 knows nothing of members.
    expect((await put(announced, pdf())).status).toBe(200);
    await soon();
    expect([await list('provider'), await versions(announced)]).toEqual([[], []]);
  });

  test('one who is removed later is given no link; an archived channel takes no file, and gives those that it has', async () => {
    const { visit, channelId, on, versions } = await channelOf('file-archived');
    const userId = visit.id('other');
    await on('provider', 'addMember', { userId });
    const announced = await announce(visit, 'patient', { channelId, bytes: pdf() });
    await put(announced, pdf());
    await soon();
    const { messageId } = announced;
    expect((await on('other', 'attachmentLink', { messageId })).status).toBe(200);
    await on('provider', 'removeMember', { userId });
    expect((await on('other', 'attachmentLink', { messageId })).answer.code).toBe('NotAParticipant');
    const late = await announce(visit, 'patient', { channelId, bytes: pdf() });
    await on('provider', 'deleteChannel');
    await put(late, pdf());
    await soon();
    expect((await on('patient', 'attachmentLink', { messageId: late.messageId })).answer.code).toBe('FileTooLate');
    expect((await on('provider', 'attachmentLink', { messageId })).status).toBe(200);
    expect([(await versions(late)).length, (await versions(announced)).length]).toEqual([0, 1]);
  });

  test('what was taken back has no link, and stays where it is', async () => {
    const { visit, channelId, on, versions } = await channelOf('file-redacted');
    const announced = await announce(visit, 'patient', { channelId, bytes: pdf() });
    await put(announced, pdf());
    await soon();
    const { messageId } = announced;
    expect((await on('provider', 'redactMessage', { messageId })).status).toBe(200);
    for (const person of ['provider', 'patient'] as const) {
      expect((await on(person, 'attachmentLink', { messageId })).answer.code).toBe('MessageNotFound');
    }
    expect((await versions(announced)).length).toBe(1);
  });
});

test('the edge function takes no file, and says who does', async () => {
  const { visit, channelId } = await channelOf('file-edge');
  const { API_URL, SUPABASE_URL } = product.stack.env;
  const door = `${SUPABASE_URL}/functions/v1/chime-messaging`;
  const file = { name: 'a.pdf', contentType: 'application/pdf', size: 1, checksum: `${'A'.repeat(43)}=` };
  const bodies = [
    { action: 'attach', ...file },
    { action: 'attachmentLink', messageId: visit.id('other') },
  ];
  for (const body of bodies) {
    const { status, answer } = await visit.request('patient', { channelId, ...body }, door);
    expect([status, answer]).toMatchObject([
      422,
      { code: 'FilesNotHere', error: expect.stringContaining(`POST ${API_URL}/messaging`) as string },
    ]);
  }
});
