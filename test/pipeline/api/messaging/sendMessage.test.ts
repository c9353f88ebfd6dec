import { describe, expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { memberId } from '../../memoryChat.ts';
import { inChannel } from './inChannel.ts';

const clientToken = 'token-1';

test('a message is kept, audited and sent once for its token, however often it is asked', async () => {
  const { kept, on, list } = await inChannel();
  const answers = await Promise.all(
    ['one', 'two', 'three'].map((message) => on(patientId, 'sendMessage', { message, clientToken })),
  );
  expect(new Set(answers.map((answer) => (answer as { message: { messageId: string } }).message.messageId)).size).toBe(
    1,
  );
  expect((await list()).messages.map(({ message }) => message)).toEqual(['one', 'Good morning']);
  expect(kept.chime.messages.map(({ content }) => content)).toEqual(['Good morning', 'one']);
  expect(kept.audit.filter(({ action }) => action === 'message_sent')).toHaveLength(2);
  expect(kept.measured).toEqual([['MessagesAccepted', 1]]);
});

test("somebody else's token is another message", async () => {
  const { kept, on } = await inChannel();
  for (const userId of [patientId, providerId]) await on(userId, 'sendMessage', { message: 'Hello', clientToken });
  expect(kept.rows).toHaveLength(3);
});

describe('when Chime cannot be reached', () => {
  test('it is kept all the same, and the log does not say what', async () => {
    let fails = false;
    const { kept, on, list } = await inChannel({ fault: (name) => (fails && name === 'send' ? 'before' : undefined) });
    fails = true;
    expect(await on(patientId, 'sendMessage', { message: 'a secret' })).toMatchObject({
      message: { state: 'accepted' },
    });
    expect((await list()).messages[0]).toMatchObject({ message: 'a secret', state: 'accepted' });
    expect(JSON.stringify(kept.logged)).toMatch(/ChimeUnavailable/);
    expect(JSON.stringify(kept.logged)).not.toMatch(/secret/);
  });

  test('nothing is kept when the record cannot be reached', async () => {
    let fails = false;
    const { kept, on } = await inChannel({
      fault: (name) => (fails && name === 'acceptMessage' ? 'before' : undefined),
    });
    fails = true;
    await expect(on(patientId, 'sendMessage', { message: 'Hello' })).rejects.toMatchObject({ status: 503 });
    expect([kept.rows.length, kept.chime.messages.length, kept.audit.length]).toEqual([1, 1, 2]);
  });
});

test('somebody who is removed while her message is under way has sent nothing', async () => {
  let removing = () => {};
  const { kept, on } = await inChannel({
    turn: async (name) => {
      if (name === 'acceptMessage') removing();
    },
  });
  await on(providerId, 'addMember', { userId: memberId });
  expect(await on(memberId, 'sendMessage', { message: 'Hello' })).toMatchObject({ message: { state: 'confirmed' } });
  removing = () => void Object.assign(kept.members.get(memberId) ?? {}, { isIn: false });
  await expect(on(memberId, 'sendMessage', { message: 'Again' })).rejects.toMatchObject({ code: 'NotAParticipant' });
  expect(kept.chime.messages.map(({ content }) => content)).toEqual(['Good morning', 'Hello']);
});

test.each([
  [{ message: 'é'.repeat(2_049) }, 'MessageTooLarge'],
  [{ message: 'Hello', metadata: { note: 'x'.repeat(1_024) } }, 'MessageTooLarge'],
  [{ message: ' ' }, 'InvalidRequest'],
  [{ message: 'Hello', messageType: 'system' }, 'InvalidRequest'],
])('%# is refused before anything is kept', async (more, code) => {
  const { kept, on } = await inChannel();
  await expect(on(patientId, 'sendMessage', more)).rejects.toMatchObject({ code });
  expect(kept.calls).toEqual([]);
});
