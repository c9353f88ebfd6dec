import { expect, test } from 'vitest';
import { act } from '../../../../pipeline/api/messaging/act.ts';
import { appointmentId, callerOf, patientId, providerId } from '../../memoryCall.ts';
import { memoryChat } from '../../memoryChat.ts';

const body = { action: 'createChannel', appointmentId };

test('whoever comes second gets the same channel, which Chime has once', async () => {
  const { ports, kept } = memoryChat();
  const open = (userId: string) => act(ports)(callerOf(userId), { params: {}, body });
  const both = await Promise.all([open(providerId), open(patientId), open(patientId)]);
  expect(new Set(both.map((one) => JSON.stringify(one))).size).toBe(1);
  expect([...kept.chime.members]).toHaveLength(2);
  expect(kept.audit.map(({ action }) => action)).toEqual(['channel_created']);
  expect(JSON.stringify(both[0])).toContain('/channel/');
});

test.each(['openChannel', 'ensureUser', 'create', 'channelCreated'])(
  'it is made by the next request when %s failed, before or after its effect',
  async (call) => {
    for (const when of ['before', 'after'] as const) {
      let fails = true;
      const { ports, kept } = memoryChat({ fault: (name) => (name === call && fails ? when : undefined) });
      const open = () => act(ports)(callerOf(providerId), { params: {}, body });
      await expect(open()).rejects.toMatchObject({ status: 503 });
      fails = false;
      expect(await open()).toMatchObject({ channel: { status: 'active', channelArn: kept.channel?.channelArn } });
      expect([kept.chime.exists, kept.audit.length]).toEqual([true, 1]);
    }
  },
);
