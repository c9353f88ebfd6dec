import { expect, test } from 'vitest';
import { inChannel } from '../api/messaging/inChannel.ts';
import { bring } from '../../../pipeline/chats/bring.ts';
import { channelId } from '../memoryChat.ts';
import { patientId } from '../memoryCall.ts';

const message = {
  channelId,
  userId: patientId,
  clientToken: 't',
  messageType: 'text',
  message: 'x',
  metadata: null,
} as const;

test.each([
  ['undefined', 'confirmed'],
  ['before', 'accepted'],
])('with a fault %s, it is %s', async (when, state) => {
  let fails = false;
  const { ports } = await inChannel({
    fault: (name) => (fails && name === 'send' && when === 'before' ? 'before' : undefined),
  });
  fails = true;
  const written = await ports.chats.acceptMessage({ ...message, messageId: patientId });
  if (!('message' in written)) throw new Error(written.outcome);
  expect(await bring(ports, written)).toBe(state);
  // Nothing is left to bring.
  expect(await bring(ports, { ...written, delivery: null })).toBe('accepted');
});
