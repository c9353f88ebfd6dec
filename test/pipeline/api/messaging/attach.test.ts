import { expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { channelId, memberId, strangerId } from '../../memoryChat.ts';
import { pdf } from '../../messaging/files.ts';
import { sha256Base64 } from '../../sha256Base64.ts';
import { type Announced, announced } from './announced.ts';
import { inChannel } from './inChannel.ts';

const file = async () => ({
  name: 'Befund Müller.pdf',
  contentType: 'application/pdf',
  size: pdf().length,
  checksum: await sha256Base64(pdf()),
});

test('a file is announced: where it goes says nothing of its name, and nobody sees it', async () => {
  const { on, kept, bucket, list } = await inChannel();
  const answer = (await on(patientId, 'attach', { ...(await file()), name: '  Befund Müller.pdf' })) as Announced;
  const key = `attachments/${channelId}/${answer.messageId}.pdf`;
  expect(answer).toEqual({
    messageId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
    name: 'Befund Müller.pdf',
    state: 'pending',
    upload: {
      method: 'PUT',
      url: `https://files.example/${key}`,
      headers: { 'content-type': 'application/pdf' },
      expiresAt: '2026-11-29T09:05:00.000Z',
    },
  });
  expect(bucket.rows.get(answer.messageId)).toMatchObject({ key, name: 'Befund Müller.pdf', state: 'pending' });
  expect((await list()).messages).toHaveLength(1);
  expect(JSON.stringify([kept.logged, kept.audit, kept.chime])).not.toMatch(/Befund/);
});

test('announced twice, it is two', async () => {
  const { on } = await inChannel();
  const answers = await Promise.all([1, 2].map(async () => on(patientId, 'attach', await file())));
  expect(new Set(answers.map((answer) => (answer as Announced).messageId)).size).toBe(2);
});

test.each([
  [{ size: 0 }, 'FileEmpty', 400],
  [{ size: 20 * 1024 * 1024 + 1 }, 'FileTooLarge', 413],
  [{ contentType: 'text/html' }, 'FileTypeNotAllowed', 415],
  [{ contentType: 'toString' }, 'FileTypeNotAllowed', 415],
  [{ name: 'a/Befund.pdf' }, 'FileNameNotAllowed', 400],
  [{ name: 'Befund\u202Efdp.exe' }, 'FileNameNotAllowed', 400],
  [{ contentType: 'image/png' }, 'FileNameNotAllowed', 400],
  [{ checksum: 'x' }, 'InvalidRequest', 400],
])('%o is refused before anything is kept', async (more, code, status) => {
  const { on, bucket } = await inChannel();
  await expect(on(patientId, 'attach', { ...(await file()), ...more })).rejects.toMatchObject({ code, status });
  expect(bucket.rows.size).toBe(0);
});

test('20 MB are not too large', async () => {
  const { on } = await inChannel();
  expect(await on(patientId, 'attach', { ...(await file()), size: 20 * 1024 * 1024 })).toHaveProperty('upload');
});

test.each([
  ['a stranger', strangerId, 'NotAParticipant'],
  ['who was removed', memberId, 'NotAParticipant'],
])('not by %s', async (_, userId, code) => {
  const { on } = await inChannel();
  await on(providerId, 'addMember', { userId: memberId });
  await on(providerId, 'removeMember', { userId: memberId });
  await expect(on(userId, 'attach', await file())).rejects.toMatchObject({ code });
});

test('not by somebody who is removed while she asks, nor in a channel that is archived', async () => {
  let removing = () => {};
  const { kept, on } = await inChannel({
    turn: async (name) => {
      if (name === 'attachFile') removing();
    },
  });
  await on(providerId, 'addMember', { userId: memberId });
  removing = () => void Object.assign(kept.members.get(memberId) ?? {}, { isIn: false });
  await expect(on(memberId, 'attach', await file())).rejects.toMatchObject({ code: 'NotAParticipant' });
  removing = () => {};
  await on(providerId, 'deleteChannel');
  await expect(on(patientId, 'attach', await file())).rejects.toMatchObject({ code: 'ChannelArchived' });
});

test.each([
  [{}, 'Files are sent and read through the HTTP API: ask its route POST /messaging.'],
  [
    { CHIME_API_ENDPOINT: 'https://api.example/' },
    'Files are sent and read through the HTTP API: POST https://api.example/messaging.',
  ],
])('where nothing reaches the bucket, the caller is told where to ask: %o', async (env, message) => {
  const { ports, on, messageId } = await announced({ env });
  ports.files = undefined;
  const refusal = { code: 'FilesNotHere', status: 422, message };
  await expect(on(patientId, 'attach', await file())).rejects.toMatchObject(refusal);
  await expect(on(providerId, 'attachmentLink', { messageId })).rejects.toMatchObject(refusal);
});
