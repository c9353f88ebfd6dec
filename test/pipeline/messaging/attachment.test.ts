import { expect, test } from 'vitest';
import { attachmentKey, messageOfKey, toDisposition } from '../../../pipeline/messaging/attachment.ts';
import { userOf } from '../memoryCall.ts';

const [channelId, messageId] = [userOf(0xc), userOf(0xd)];

test('a key is of its message, and of nothing else', () => {
  const key = attachmentKey(channelId, messageId, 'image/jpeg');
  expect(key).toBe(`attachments/${channelId}/${messageId}.jpg`);
  expect(messageOfKey(key)).toBe(messageId);
});

test.each([
  `attachments/${channelId}/${messageId}`,
  `attachments/${channelId}/${messageId}.jpg/a`,
  `attachments/${channelId}/a.jpg`,
  `attachments/x/${channelId}/${messageId}.jpg`,
  `recordings/${channelId}/${messageId}.jpg`,
  '',
])('%s is the key of no file', (key) => expect(messageOfKey(key)).toBeUndefined());

test.each([
  ['a b.pdf', "attachment; filename*=UTF-8''a%20b.pdf"],
  ['Mü"ller;\\.pdf', "attachment; filename*=UTF-8''M%C3%BC%22ller%3B%5C.pdf"],
  ["O'Neill (2)*.pdf", "attachment; filename*=UTF-8''O%27Neill%20%282%29%2A.pdf"],
  ['👩‍⚕️.png', "attachment; filename*=UTF-8''%F0%9F%91%A9%E2%80%8D%E2%9A%95%EF%B8%8F.png"],
])('%s is saved under its own name', (name, disposition) => {
  expect(toDisposition(name)).toBe(disposition);
  expect(decodeURIComponent(disposition.slice(disposition.indexOf("''") + 2))).toBe(name);
});
