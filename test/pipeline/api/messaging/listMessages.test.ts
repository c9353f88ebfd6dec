import { expect, test } from 'vitest';
import type { ChatMessage } from '../../../../pipeline/messaging/chat.ts';
import { patientId, providerId } from '../../memoryCall.ts';
import { inChannel } from './inChannel.ts';

type Page = { messages: ChatMessage[]; nextToken: string | null };

test('pages go from the newest to the oldest, and what comes meanwhile moves none', async () => {
  const { on } = await inChannel();
  for (let n = 1; n < 7; n += 1) await on(patientId, 'sendMessage', { message: `${n}` });
  const read: string[] = [];
  let nextToken: string | null | undefined;
  for (let page = 0; nextToken !== null && page < 10; page += 1) {
    const found = (await on(providerId, 'listMessages', { limit: 3, ...(nextToken && { nextToken }) })) as Page;
    read.push(...found.messages.map(({ message }) => message));
    nextToken = found.nextToken;
    await on(providerId, 'sendMessage', { message: `while ${page}` });
  }
  expect(read).toEqual(['6', '5', '4', '3', '2', '1', 'Good morning']);
});

test.each([
  { limit: 0 },
  { limit: 101 },
  { limit: 1.5 },
  { nextToken: 'a b' },
  { nextToken: 'forged' },
  { nextToken: '1_' },
])('%o is no page', async (more) => {
  const { kept, on } = await inChannel();
  await expect(on(providerId, 'listMessages', more)).rejects.toMatchObject({ code: 'InvalidRequest' });
  expect(kept.calls).toEqual([]);
});

test('whoever is removed between the look and the reading reads nothing', async () => {
  let remove = () => {};
  const chat = await inChannel({
    turn: async (name) => {
      if (name === 'listMessages') remove();
    },
  });
  remove = () => void Object.assign(chat.kept.members.get(patientId) ?? {}, { isIn: false });
  await expect(chat.list(patientId)).rejects.toMatchObject({ code: 'NotAParticipant' });
});
