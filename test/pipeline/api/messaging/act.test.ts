import { describe, expect, test } from 'vitest';
import { act } from '../../../../pipeline/api/messaging/act.ts';
import { chatActionNames } from '../../../../pipeline/messaging/requests.ts';
import { appointmentId, callerOf, patientId, providerId } from '../../memoryCall.ts';
import { channelId, memberId, memoryChat, strangerId } from '../../memoryChat.ts';
import { inChannel } from './inChannel.ts';

const cases: readonly (readonly [string, object, object])[] = [
  ['createChannel', { appointmentId }, { channel: { channelId, status: 'active' } }],
  ['sendMessage', { message: 'Hello' }, { message: { state: 'confirmed' } }],
  ['editMessage', { message: 'Good evening' }, { message: { message: 'Good evening', state: 'confirmed' } }],
  ['redactMessage', {}, { message: { message: '', state: 'confirmed' } }],
  ['markRead', {}, {}],
  ['listMessages', {}, { messages: [{ message: 'Good morning', senderId: patientId }], nextToken: null }],
  ['listChannels', {}, { channels: [{ channelId, role: 'provider' }], nextToken: null }],
  ['addMember', { userId: memberId }, { userId: memberId, isMember: true }],
  ['removeMember', { userId: memberId }, { userId: memberId, isMember: false }],
  ['react', { reaction: '👍' }, {}],
  ['unreact', {}, {}],
  ['deleteChannel', {}, { channel: { channelId, status: 'archived' } }],
  [
    'attach',
    { name: 'a.pdf', contentType: 'application/pdf', size: 1, checksum: `${'A'.repeat(43)}=` },
    { name: 'a.pdf', state: 'pending', upload: { method: 'PUT' } },
  ],
  ['attachmentLink', {}, { name: 'a.pdf', contentType: 'application/pdf', size: 5 }],
];

test.each(cases)('%s acts', async (action, more, expected) => {
  const { kept, bucket, on, messageId } = await inChannel();
  // The message has a file.
  const file = { channelId, key: 'k', name: 'a.pdf', contentType: 'application/pdf', size: 5, checksum: 'c' } as const;
  const state = {
    state: 'ready',
    versionId: 'v1',
    refusedAs: null,
    createdAt: 0,
    triedAt: null,
    isDiscarded: false,
  } as const;
  bucket.rows.set(messageId, { ...file, ...state, messageId, senderId: patientId });
  // Her own message alone is edited by somebody.
  const userId = action === 'editMessage' ? patientId : providerId;
  expect(await on(userId, action, { messageId, ...more })).toMatchObject(expected);
  expect(kept.calls[0]).toBe('context');
});

test('what is done is done on behalf of the client that asked for it', async () => {
  const { ports, kept } = await inChannel();
  const client = { address: '192.0.2.1', agent: 'app/1.0' };
  const body = { action: 'sendMessage', channelId, message: 'Hello' };
  await act(ports)(callerOf(patientId), { params: {}, body, client });
  await act(ports)(callerOf(patientId), { params: {}, body });
  expect([kept.clients, JSON.stringify(kept.logged)]).toEqual([[client], '[]']);
});

test('every action is tried here', () => {
  expect(cases.map(([action]) => action)).toEqual(chatActionNames);
});

describe('what is not granted', () => {
  const inOne = cases.filter(([name]) => !['createChannel', 'listChannels'].includes(name));

  test.each(inOne)('%s by a stranger asks nothing more, not even Chime', async (action, more) => {
    const { kept, on, messageId } = await inChannel();
    await expect(on(strangerId, action, { messageId, ...more })).rejects.toMatchObject({ code: 'NotAParticipant' });
    expect([kept.calls, kept.measured]).toEqual([['context'], [['MessagesRefused', 1]]]);
  });

  test.each<[string, string | undefined, Readonly<Record<string, string>>]>([
    ['createChannel', 'ChatNotHere', { APP_INSTANCE_ARN: '' }],
    ['createChannel', 'RegionNotAllowed', { AWS_CHIME_REGION: 'af-south-1' }],
    ['createChannel', undefined, { AWS_CHIME_REGION: 'af-south-1', TRANSFER_CONSENT: 'on' }],
    ['listChannels', undefined, { APP_INSTANCE_ARN: '' }],
  ])('%s where there may be no chat: %s', async (action, code, env) => {
    const { ports, kept } = memoryChat({ env });
    const asked = act(ports)(callerOf(patientId), { params: {}, body: { action, appointmentId } });
    if (code === undefined) await expect(asked).resolves.toBeDefined();
    else await expect(asked).rejects.toMatchObject({ code, status: 422 });
    expect(kept.calls.includes('create')).toBe(code === undefined && action === 'createChannel');
  });
});
