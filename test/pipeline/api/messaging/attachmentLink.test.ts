import { describe, expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { memberId, strangerId } from '../../memoryChat.ts';
import { pdf, png } from '../../messaging/files.ts';
import { announced } from './announced.ts';

test('a member is given the version that was looked at, to save under its name; each time is audited', async () => {
  const { on, put, look, messageId, kept } = await announced();
  await look(put(pdf()));
  for (const userId of [patientId, providerId]) {
    expect(await on(userId, 'attachmentLink', { messageId })).toEqual({
      url: expect.stringMatching(/\?v1&300&attachment; filename\*=UTF-8''M%C3%BCller\.pdf$/) as string,
      expiresAt: '2026-11-29T09:05:00.000Z',
      name: 'Müller.pdf',
      contentType: 'application/pdf',
      size: pdf().length,
    });
  }
  const read = kept.audit.filter(({ action }) => action === 'message_read');
  expect(read.map(({ userId }) => userId)).toEqual([patientId, providerId]);
  expect(JSON.stringify(kept.logged)).not.toMatch(/files\.example|ller/);
});

describe('before it is a message', () => {
  test.each([
    ['its sender', providerId, 'FileNotReady', 409],
    ['another member', patientId, 'MessageNotFound', 404],
    ['a stranger', strangerId, 'NotAParticipant', 403],
  ])('%s', async (_, userId, code, status) => {
    const { on, messageId } = await announced();
    await expect(on(userId, 'attachmentLink', { messageId })).rejects.toMatchObject({ code, status });
  });

  test.each([
    ['of another type', 'FileTypeDiffers', { bytes: png() }, png()],
    ['another one', 'FileDiffers', {}, pdf('two')],
  ])('its sender hears that it was %s, and nobody else does', async (_, code, options, came) => {
    const { on, messageId, put, look } = await announced(options);
    await look(put(came));
    await expect(on(providerId, 'attachmentLink', { messageId })).rejects.toMatchObject({ code, status: 422 });
    await expect(on(patientId, 'attachmentLink', { messageId })).rejects.toMatchObject({ code: 'MessageNotFound' });
  });

  test('its sender hears that it came too late, and that it never came', async () => {
    const late = await announced();
    await late.on(providerId, 'deleteChannel');
    await late.look(late.put(pdf()));
    const { messageId } = late;
    await expect(late.on(providerId, 'attachmentLink', { messageId })).rejects.toMatchObject({ code: 'FileTooLate' });
    const never = await announced();
    const of = { messageId: never.messageId };
    await never.ports.chats.attachmentInspected({ ...of, versionId: null, refusedAs: 'neverCame' });
    await expect(never.on(providerId, 'attachmentLink', of)).rejects.toMatchObject({
      code: 'FileNeverCame',
      status: 410,
    });
  });
});

test('a member who was removed has no link any more', async () => {
  const { on, put, look, messageId } = await announced({ by: memberId });
  await look(put(pdf()));
  expect(await on(memberId, 'attachmentLink', { messageId })).toHaveProperty('url');
  await on(providerId, 'removeMember', { userId: memberId });
  await expect(on(memberId, 'attachmentLink', { messageId })).rejects.toMatchObject({ code: 'NotAParticipant' });
});

test('what was taken back is given to nobody, and its bytes stay', async () => {
  const { on, put, look, messageId, objects } = await announced();
  await look(put(pdf()));
  await on(providerId, 'redactMessage', { messageId });
  for (const userId of [providerId, patientId]) {
    await expect(on(userId, 'attachmentLink', { messageId })).rejects.toMatchObject({ code: 'MessageNotFound' });
  }
  expect(objects()).toEqual(['v1']);
});

test('an archived channel gives its files on; a message that is none has no file', async () => {
  const { on, put, look, messageId, kept } = await announced();
  await look(put(pdf()));
  await on(providerId, 'deleteChannel');
  expect(await on(patientId, 'attachmentLink', { messageId })).toHaveProperty('url');
  const text = { messageId: kept.rows[0]?.messageId };
  await expect(on(patientId, 'attachmentLink', text)).rejects.toMatchObject({ code: 'MessageNotFound' });
});
