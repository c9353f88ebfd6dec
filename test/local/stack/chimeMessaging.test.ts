import { ChimeSDKIdentityClient } from '@aws-sdk/client-chime-sdk-identity';
import { ChimeSDKMessagingClient } from '@aws-sdk/client-chime-sdk-messaging';
import { describe, expect, test } from 'vitest';
import type { Unverified } from '../../../local/services/chimeMessaging/settings.ts';
import { clientConfig } from '../../../local/stack/clients.ts';
import { toChannels } from '../../../pipeline/edge/channels.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { type MessagingHarness, messagingHarness } from '../services/chimeMessaging/harness.ts';

const channelId = '2b4a5f0e-4a8e-4f0e-9d2c-000000000001';
const text = { metadata: '{"id":"m"}', content: 'Good morning 🩺' };

test('a client of the stack writes into a channel of its app instance, in a region that has the API', async () => {
  const { stack } = await TestStack.shared();
  const { env, chime, faults } = stack;
  const appInstanceArn = env['APP_INSTANCE_ARN'] ?? '';
  const region = appInstanceArn.split(':')[3] ?? '';
  const config = { ...clientConfig(env), region, maxAttempts: 1 };
  const clients = { messaging: new ChimeSDKMessagingClient(config), identity: new ChimeSDKIdentityClient(config) };
  const channels = toChannels(clients, appInstanceArn);
  const by = await channels.ensureUser({ userId: 'stack-test', role: 'provider' });
  const member = await channels.ensureUser({ userId: 'stack-test-patient', role: 'patient' });
  const before = faults.count('chime', 'SendChannelMessage');
  const channelArn = await channels.create({ channelId, by, member, expirationDays: 1 });
  await channels.send({ channelArn, by, token: 'stack-test', ...text });
  expect(chime.messaging.messages(channelArn)).toMatchObject([{ sender: by, ...text }]);
  expect(faults.count('chime', 'SendChannelMessage')).toBe(before + 1);
  clients.messaging.destroy();
  clients.identity.destroy();
});

/** The adapter's own work, whatever Chime does where nobody has published it. */
describe.each<[string, Partial<Unverified>]>([
  ['as assumed', {}],
  ['with NotFoundException', { unknown: 'NotFoundException' }],
  ['with members who can be removed twice', { unknownMember: 'removed' }],
  ['with creators who are members', { creator: 'member' }],
  ['with tokens that are known', { repeatedCreation: 'same', otherContent: 'conflict' }],
])('the channels %s', (_, assumed) => {
  const open = async (chat: MessagingHarness) => {
    const channels = toChannels({ messaging: chat.client, identity: chat.identity }, chat.instance);
    const [by, patient, third] = await Promise.all([
      channels.ensureUser({ userId: 'provider', role: 'provider' }),
      channels.ensureUser({ userId: 'patient', role: 'patient' }),
      channels.ensureUser({ userId: 'third', role: 'member' }),
    ]);
    const channelArn = await channels.create({ channelId, by, member: patient, expirationDays: 2557 });
    return { channels, channelArn, by, patient, third };
  };

  test('are the same when everything is asked for once more', async () => {
    await using chat = await messagingHarness({ assumed });
    const { channels, channelArn, by, patient, third } = await open(chat);
    const made = chat.channel(channelArn);
    expect([...(made?.members ?? [])].toSorted()).toEqual([patient, by]);
    expect(made).toMatchObject({ moderators: [by], name: 'consultation', expiration: { ExpirationDays: 2557 } });
    // Who makes it again because an answer was lost finds both in it, whoever is there besides.
    await channels.removeMember({ channelArn, by, member: patient });
    const again = { channelId, by, member: patient, expirationDays: 2557 };
    expect(await channels.create(again)).toBe(channelArn);
    expect(await channels.ensureUser({ userId: 'patient', role: 'member' })).toBe(patient);
    for (const _ of [1, 2]) await channels.addMember({ channelArn, by, member: third });
    for (const _ of [1, 2]) await channels.removeMember({ channelArn, by, member: third });
    expect([...(chat.channel(channelArn)?.members ?? [])].toSorted()).toEqual([patient, by]);

    const message = { channelArn, by: patient, token: 'token', ...text };
    const sent = [await channels.send(message), await channels.send(message)];
    const [kept] = chat.messages(channelArn);
    const chimeMessageId = kept?.id ?? '';
    expect(sent).toEqual([
      { outcome: 'sent', chimeMessageId },
      { outcome: 'sent', chimeMessageId },
    ]);
    const of = { channelArn, by: patient, chimeMessageId };
    for (const _ of [1, 2]) expect(await channels.edit({ ...of, content: 'Good evening' })).toBe('done');
    expect(chat.messages(channelArn)).toMatchObject([{ ...text, content: 'Good evening' }]);
    for (const _ of [1, 2]) expect(await channels.redact(of)).toBe('done');
    expect(await channels.edit({ ...of, content: 'a' })).toBe('gone');
    for (const _ of [1, 2]) await channels.close(channelArn, by);
    expect(chat.messages(channelArn)).toMatchObject([{ content: '' }, { type: 'CONTROL', content: 'closed' }]);
  });

  test('know neither strangers nor what is not there', async () => {
    await using chat = await messagingHarness({ assumed });
    const { channels, channelArn, by, patient, third } = await open(chat);
    const nowhere = `${channelArn}0`;
    const message = { token: 'token', ...text };
    expect(await channels.send({ channelArn, by: third, ...message })).toEqual({ outcome: 'notMember' });
    const missing = assumed.unknown === 'NotFoundException' ? 'gone' : 'notMember';
    expect(await channels.send({ channelArn: nowhere, by, ...message })).toEqual({ outcome: missing });
    expect(await channels.redact({ channelArn, by, chimeMessageId: 'm' })).toBe('gone');
    await channels.close(nowhere, by);
    // What another wrote is redacted by the provider alone, and changed by nobody.
    await channels.send({ channelArn, by: patient, ...message });
    const of = { channelArn, chimeMessageId: chat.messages(channelArn)[0]?.id ?? '' };
    expect(await channels.edit({ ...of, by, content: 'a' })).toBe('gone');
    expect(await channels.redact({ ...of, by: third })).toBe('gone');
    expect(chat.messages(channelArn)).toMatchObject([text]);
    expect(await channels.redact({ ...of, by })).toBe('done');
  });
});
