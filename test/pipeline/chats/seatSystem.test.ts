import { expect, test } from 'vitest';
import { ensureChannel } from '../../../pipeline/chats/ensureChannel.ts';
import { seatSystem } from '../../../pipeline/chats/seatSystem.ts';
import { appointmentId, providerId } from '../memoryCall.ts';
import { memoryChat } from '../memoryChat.ts';

test("the system's user is a member by the provider's word, however often", async () => {
  const { ports, kept } = memoryChat();
  const channel = await ensureChannel(ports, await ports.chats.openChannel({ appointmentId, userId: providerId }));
  const asked: object[] = [];
  const channels = {
    ...ports.channels,
    addMember: (of: { by: string; member: string; channelArn: string }) => {
      asked.push(of);
      return ports.channels.addMember(of);
    },
  };
  const first = await seatSystem({ channels }, channel);
  expect(await seatSystem({ channels }, channel)).toBe(first);
  expect(first).toMatch(/\/user\/system$/);
  expect(asked[0]).toEqual({
    channelArn: channel.channelArn,
    by: expect.stringContaining(`/user/${providerId}`) as string,
    member: first,
  });
  expect([...kept.chime.members].filter((arn) => arn === first)).toHaveLength(1);
});
