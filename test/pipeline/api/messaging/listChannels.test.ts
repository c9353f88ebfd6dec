import { expect, test } from 'vitest';
import { patientId } from '../../memoryCall.ts';
import { strangerId } from '../../memoryChat.ts';
import { inChannel } from './inChannel.ts';

test.each([
  ['a member', patientId, [{ role: 'patient', status: 'active' }]],
  ['a stranger', strangerId, []],
])('%s has the channels that are hers', async (_, userId, channels) => {
  const { send } = await inChannel();
  expect(await send(userId, { action: 'listChannels' })).toMatchObject({ channels, nextToken: null });
});
