import { ChimeSDKIdentityClient, CreateAppInstanceUserCommand } from '@aws-sdk/client-chime-sdk-identity';
import {
  ChimeSDKMessagingClient,
  CreateChannelCommand,
  CreateChannelMembershipCommand,
  DeleteChannelMembershipCommand,
  SendChannelMessageCommand,
} from '@aws-sdk/client-chime-sdk-messaging';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channels } from '../../../pipeline/chatPorts.ts';
import { connectChannels, toChannels } from '../../../pipeline/edge/channels.ts';

const sdk = mockClient(ChimeSDKMessagingClient);
const identity = mockClient(ChimeSDKIdentityClient);
beforeEach(() => {
  sdk.reset();
  identity.reset();
});
afterAll(() => {
  sdk.restore();
  identity.restore();
});

const instance = 'arn:aws:chime:eu-central-1:1:app-instance/a';
const channels = toChannels(connectChannels('eu-central-1'), instance);
const [provider, patient] = [`${instance}/user/provider`, `${instance}/user/patient`];
const channelArn = `${instance}/channel/visit`;
const message = { channelArn, by: patient, token: 'm1', content: 'good morning', metadata: null };
const of = { channelArn, by: patient, chimeMessageId: 'c1' };
const failing = (name: string, message = 'said by the service') => Object.assign(new Error(message), { name });
const rejects = (error: Error) => {
  sdk.rejects(error);
  identity.rejects(error);
};
const inputs = () => sdk.calls().map(({ args }) => args[0].input);

const all: Readonly<Record<keyof Channels, () => Promise<unknown>>> = {
  ensureUser: () => channels.ensureUser({ userId: 'patient', role: 'patient' }),
  create: () => channels.create({ channelId: 'visit', by: provider, member: patient, expirationDays: 2557 }),
  addMember: () => channels.addMember({ channelArn, by: provider, member: patient }),
  removeMember: () => channels.removeMember({ channelArn, by: provider, member: patient }),
  send: () => channels.send(message),
  edit: () => channels.edit({ ...of, content: 'good evening' }),
  redact: () => channels.redact(of),
  close: () => channels.close(channelArn, provider),
};
const names = Object.keys(all) as (keyof Channels)[];

test('a user has a role for a name', async () => {
  identity.resolves({});
  expect(await all.ensureUser()).toBe(patient);
  expect(identity.commandCalls(CreateAppInstanceUserCommand)[0]?.args[0].input).toEqual({
    AppInstanceArn: instance,
    AppInstanceUserId: 'patient',
    Name: 'patient',
  });
});

test('a channel is private, has no telling name, and is made in the name of its moderator, who becomes a member', async () => {
  sdk.resolves({});
  expect(await all.create()).toBe(channelArn);
  expect(inputs()).toEqual([
    {
      AppInstanceArn: instance,
      ChimeBearer: provider,
      ChannelId: 'visit',
      Name: 'consultation',
      Mode: 'RESTRICTED',
      Privacy: 'PRIVATE',
      ModeratorArns: [provider],
      MemberArns: [patient],
      ExpirationSettings: { ExpirationDays: 2557, ExpirationCriterion: 'CREATED_TIMESTAMP' },
    },
    { ChannelArn: channelArn, ChimeBearer: provider, MemberArn: provider, Type: 'DEFAULT' },
  ]);
});

test('one that is there already gets all of its members', async () => {
  sdk.on(CreateChannelCommand).rejects(failing('ConflictException'));
  sdk.on(CreateChannelMembershipCommand).rejectsOnce(failing('ConflictException')).resolves({});
  expect(await all.create()).toBe(channelArn);
  const added = sdk.commandCalls(CreateChannelMembershipCommand).map(({ args }) => args[0].input.MemberArn);
  expect(added).toEqual([provider, patient]);
});

test('a message is sent in the name of whoever wrote it, by its token', async () => {
  sdk.on(SendChannelMessageCommand).resolves({ MessageId: 'c1' });
  const sent = { outcome: 'sent', chimeMessageId: 'c1' };
  expect(await channels.send(message)).toEqual(sent);
  expect(await channels.send({ ...message, metadata: '{}' })).toEqual(sent);
  const common = {
    ChannelArn: channelArn,
    ChimeBearer: patient,
    ClientRequestToken: 'm1',
    Type: 'STANDARD',
    Persistence: 'PERSISTENT',
    Content: 'good morning',
  };
  expect(inputs()).toEqual([common, { ...common, Metadata: '{}' }]);
});

test('that a channel is closed is told once, however often it is', async () => {
  sdk.resolves({ MessageId: 'c2' });
  await all.close();
  expect(inputs()).toMatchObject([{ Type: 'CONTROL', Content: 'closed', ClientRequestToken: 'closed-visit' }]);
});

test('a message without an id is of no use', async () => {
  sdk.resolves({});
  await expect(all.send()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
});

describe('an answer that says something', () => {
  test.each<[string, keyof Channels, unknown]>([
    ['ConflictException', 'ensureUser', patient],
    ['ConflictException', 'addMember', undefined],
    ['NotFoundException', 'removeMember', undefined],
    ['NotFoundException', 'send', { outcome: 'gone' }],
    ['ForbiddenException', 'send', { outcome: 'notMember' }],
    ['NotFoundException', 'edit', 'gone'],
    ['ForbiddenException', 'edit', 'gone'],
    ['NotFoundException', 'redact', 'gone'],
    ['ForbiddenException', 'redact', 'gone'],
    ['NotFoundException', 'close', undefined],
    ['ForbiddenException', 'close', undefined],
  ])('%s to %s: %j', async (name, call, outcome) => {
    rejects(failing(name));
    expect(await all[call]()).toEqual(outcome);
  });

  test('that a member may not be removed is not that she is none', async () => {
    sdk.on(DeleteChannelMembershipCommand).rejects(failing('ForbiddenException'));
    await expect(all.removeMember()).rejects.toMatchObject({ name: 'ForbiddenException' });
  });
});

describe.each([
  'ThrottledClientException',
  'ServiceFailureException',
  'ServiceUnavailableException',
  'ResourceLimitExceededException',
  'AccessDeniedException',
  'TimeoutError',
])('%s', (name) => {
  test.each(names)('of %s: ask again', async (call) => {
    rejects(failing(name));
    await expect(all[call]()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  });
});

test.each(['send', 'edit', 'redact', 'removeMember', 'close'] as const)('a conflict of %s: ask again', async (call) => {
  rejects(failing('ConflictException'));
  await expect(all[call]()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
});

describe('a fault of ours is', () => {
  test.each(names)('a wrong request to %s', async (call) => {
    rejects(failing('BadRequestException'));
    await expect(all[call]()).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  test.each(names)('a permission that %s lacks, by the name of what a channel forbids', async (call) => {
    const text = 'User: arn:aws:sts::1:assumed-role/r/f is not authorized to perform: chime:SendChannelMessage';
    rejects(failing('ForbiddenException', text));
    await expect(all[call]()).rejects.toMatchObject({ name: 'ForbiddenException' });
  });
});
