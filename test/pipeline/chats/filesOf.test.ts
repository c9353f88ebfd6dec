import { expect, test } from 'vitest';
import { filesOf } from '../../../pipeline/chats/filesOf.ts';
import { memoryChat } from '../memoryChat.ts';

test('gives the bucket, or says where to ask', () => {
  const { ports } = memoryChat({ env: { CHIME_API_ENDPOINT: 'https://api.example' } });
  expect(filesOf(ports)).toBe(ports.files);
  expect(() => filesOf({ ...ports, files: undefined })).toThrow(/POST https:\/\/api\.example\/messaging/);
});
