import { describe, expect, test } from 'vitest';
import { chatActionNames, toChatRequest } from '../../../pipeline/messaging/requests.ts';
import { userOf } from '../memoryCall.ts';

const channelId = userOf(0xc);
const messageId = userOf(0xd);
const of = { channelId, messageId };
const checksum = `${'A'.repeat(43)}=`;
const file = { action: 'attach', channelId, name: 'secret.pdf', contentType: 'application/pdf', size: 1, checksum };

test.each<[object, object]>([
  [
    { action: 'sendMessage', channelId: channelId.toUpperCase(), message: 'a\nb', clientToken: 'T-1', ip: 'x' },
    { action: 'sendMessage', channelId, message: 'a\nb', messageType: 'text', clientToken: 'T-1' },
  ],
  [
    { ...file, size: 20 * 1024 * 1024, versionId: 'x' },
    { ...file, size: 20 * 1024 * 1024 },
  ],
  [
    { action: 'listMessages', channelId },
    { action: 'listMessages', channelId, limit: 50 },
  ],
  [
    { action: 'listChannels', limit: 1, nextToken: null },
    { action: 'listChannels', limit: 1, nextToken: null },
  ],
  [
    { action: 'sendMessage', channelId, message: 'x', metadata: { a: [1] } },
    { action: 'sendMessage', channelId, message: 'x', messageType: 'text', metadata: { a: [1] } },
  ],
])('%o is read as %o', (body, expected) => {
  expect(toChatRequest(body)).toEqual(expected);
});

describe('a body that is not as it must be names its field, and repeats nothing', () => {
  test.each<[unknown, RegExp]>([
    ['text', /^The body must be a JSON object/],
    [[], /^The body must be a JSON object/],
    [{ action: 'upload', channelId }, new RegExp(`^The field action must be one of ${chatActionNames.join(', ')}`)],
    [{ action: 'sendMessage', channelId: 'x', message: 'secret' }, /^The field channelId /],
    [{ action: 'sendMessage', channelId, message: '' }, /^The field message /],
    [{ action: 'sendMessage', channelId, message: 'a\u0000' }, /^The field message /],
    [{ action: 'sendMessage', channelId, message: '\ud800' }, /^The field message /],
    [{ action: 'sendMessage', channelId, message: 'x', messageType: 'file' }, /^The field messageType /],
    [{ action: 'sendMessage', channelId, message: 'x', metadata: ['secret'] }, /^The field metadata /],
    [{ action: 'sendMessage', channelId, message: 'x', metadata: 'secret' }, /^The field metadata /],
    [{ action: 'sendMessage', channelId, message: 'x', metadata: { secret: ['\0'] } }, /^The field metadata /],
    [{ action: 'sendMessage', channelId, message: 'x', clientToken: 'a b' }, /^The field clientToken /],
    [{ action: 'editMessage', ...of, message: '\t' }, /^The field message /],
    [{ action: 'markRead', channelId, messageId: 'secret' }, /^The field messageId /],
    [{ action: 'addMember', channelId, userId: 'secret' }, /^The field userId /],
    [{ action: 'createChannel', appointmentId: '' }, /^The field appointmentId /],
    [{ ...file, name: 1 }, /^The field name /],
    [{ ...file, size: -1 }, /^The field size /],
    [{ ...file, size: 1.5 }, /^The field size /],
    [{ ...file, checksum: '' }, /^The field checksum /],
    // Thirty-one bytes, and thirty-two in a spelling that S3 does not take.
    [{ ...file, checksum: `${'A'.repeat(42)}==` }, /^The field checksum /],
    [{ ...file, checksum: `${'A'.repeat(42)}B=` }, /^The field checksum /],
    [{ ...file, checksum: 'a'.repeat(64) }, /^The field checksum /],
    [{ action: 'attachmentLink', channelId, messageId: 'secret' }, /^The field messageId /],
  ])('%o', (body, expected) => {
    let message = '';
    try {
      toChatRequest(body);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(expected);
    expect(message).not.toMatch(/secret/);
  });
});
