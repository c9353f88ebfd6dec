import { CreateAppInstanceCommand, CreateAppInstanceUserCommand } from '@aws-sdk/client-chime-sdk-identity';
import {
  BatchCreateChannelMembershipCommand,
  ChimeSDKMessagingClient,
  DeleteChannelCommand,
  DeleteChannelMessageCommand,
  GetChannelMessageCommand,
  GetMessagingSessionEndpointCommand,
  ListChannelMessagesCommand,
  PutChannelExpirationSettingsCommand,
  RedactChannelMessageCommand,
  ThrottledClientException,
} from '@aws-sdk/client-chime-sdk-messaging';
import { describe, expect, test } from 'vitest';
import type { MessagingOptions } from '../../../../local/services/chimeMessaging/chimeMessaging.ts';
import { refusalOf } from '../chime/harness.ts';
import { clientConfig, failureOf } from '../../testClock.ts';
import { consultation, messagingHarness } from './harness.ts';

const forbidden = ['ForbiddenException', 403];
const notFound = ['NotFoundException', 404];
const conflict = ['ConflictException', 409];
const day = 24 * 3600 * 1000;

test('a consultation is written, read as it was sent, changed and redacted', async () => {
  await using chat = await consultation();
  const { channelArn, provider, patient } = chat;
  expect(channelArn).toBe(`${chat.instance}/channel/visit`);
  const id = await chat.send(channelArn, patient, { Metadata: '{"id":"1"}' });
  await chat.clock.advance(1_000);
  const other = await chat.send(channelArn, provider);
  expect(id).toMatch(/^[-_a-zA-Z0-9]{1,128}$/);
  expect(chat.messages(channelArn)).toMatchObject([
    { id, sender: patient, content: 'good morning', metadata: '{"id":"1"}', editedAt: null },
    { id: other, sender: provider, metadata: null, redacted: false },
  ]);
  const edited = await chat.edit(channelArn, patient, id);
  expect(edited).toMatchObject({ ChannelArn: channelArn, MessageId: id, Status: { Value: 'SENT' } });
  expect(chat.messages(channelArn)[0]).toMatchObject({ content: 'good evening', metadata: '{"id":"1"}' });
  for (const _ of ['once', 'again']) {
    expect(await chat.redact(channelArn, patient, id)).toMatchObject({ ChannelArn: channelArn, MessageId: id });
  }
  expect(chat.messages(channelArn)[0]).toMatchObject({ content: '', metadata: null, redacted: true });
  // Nothing of the text is left anywhere.
  expect(JSON.stringify(chat.messages(channelArn)[0])).not.toContain('good');
  expect(chat.broken).toEqual([]);
});

describe('a message that is sent again with its token', () => {
  test('is the first one, for the same sender and channel alone', async () => {
    await using chat = await consultation();
    const { channelArn, provider, patient } = chat;
    const token = { ClientRequestToken: 'token' };
    const id = await chat.send(channelArn, patient, token);
    expect(await chat.send(channelArn, patient, token)).toBe(id);
    const others = [
      await chat.send(channelArn, patient, { ClientRequestToken: 'another' }),
      await chat.send(channelArn, provider, token),
      await chat.send(await chat.open(patient, { MemberArns: [provider] }), patient, token),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
    expect(chat.messages(channelArn)).toHaveLength(3);
  });

  test('has not the content of the second time, or is refused', async () => {
    await using chat = await consultation();
    const { channelArn, patient } = chat;
    const token = { ClientRequestToken: 'token' };
    const id = await chat.send(channelArn, patient, token);
    expect(await chat.send(channelArn, patient, { ...token, Content: 'other' })).toBe(id);
    chat.assumed.otherContent = 'conflict';
    expect(await refusalOf(chat.send(channelArn, patient, { ...token, Metadata: 'other' }))).toEqual(conflict);
    expect(await chat.send(channelArn, patient, token)).toBe(id);
    expect(chat.messages(channelArn)).toMatchObject([{ content: 'good morning', metadata: null }]);
  });

  test('is not sent again although it was changed and redacted meanwhile', async () => {
    await using chat = await consultation({ assumed: { otherContent: 'conflict' } });
    const { channelArn, patient } = chat;
    const token = { ClientRequestToken: 'token' };
    const id = await chat.send(channelArn, patient, token);
    await chat.edit(channelArn, patient, id);
    await chat.redact(channelArn, patient, id);
    expect(await chat.send(channelArn, patient, token)).toBe(id);
    expect(chat.messages(channelArn)).toMatchObject([{ content: '', redacted: true }]);
  });

  test('is known to whoever never heard the answer', async () => {
    await using chat = await consultation();
    const { channelArn, patient } = chat;
    let lost = 1;
    chat.faults.disturber = {
      call: ({ operation }) =>
        operation === 'SendChannelMessage' && lost-- > 0 ? { when: 'after', kind: 'reset' } : undefined,
      outcome: () => {},
      invocation: () => undefined,
      event: () => [0],
    };
    const token = { ClientRequestToken: 'token' };
    await failureOf(chat.send(channelArn, patient, token));
    const id = await chat.send(channelArn, patient, token);
    expect(chat.messages(channelArn).map((message) => message.id)).toEqual([id]);
  });
});

describe('who may do what', () => {
  test('nobody is heard whom the app instance does not know', async () => {
    await using chat = await consultation();
    const { channelArn, patient } = chat;
    const elsewhere = chat.appInstance('eu-central-1');
    for (const bearer of [`${chat.instance}/user/nobody`, `${elsewhere}/user/patient`, chat.instance, channelArn]) {
      const error = await failureOf(chat.send(channelArn, bearer));
      expect([error.name, error.message]).toEqual([
        'ForbiddenException',
        expect.stringContaining('x-amz-chime-bearer') as string,
      ]);
    }
    expect(await refusalOf(chat.send(channelArn, ''))).toEqual(['BadRequestException', 400]);
    expect(await refusalOf(chat.open(patient, { AppInstanceArn: elsewhere }))).toEqual(forbidden);
    expect(chat.messages(channelArn)).toEqual([]);
  });

  test('members write, also after others; a stranger and a removed member do not', async () => {
    await using chat = await consultation();
    const { channelArn, provider, patient, stranger } = chat;
    const id = await chat.send(channelArn, patient, { ClientRequestToken: 'token' });
    const other = await chat.send(channelArn, provider);
    expect(await refusalOf(chat.send(channelArn, stranger))).toEqual(forbidden);
    expect(await refusalOf(chat.edit(channelArn, patient, other))).toEqual(forbidden);
    expect(await refusalOf(chat.redact(channelArn, patient, other))).toEqual(forbidden);
    // Not even the moderator changes what somebody else has written, but she may redact it.
    expect(await refusalOf(chat.edit(channelArn, provider, id))).toEqual(forbidden);
    expect((await chat.remove(channelArn, provider, patient)).$metadata.httpStatusCode).toBe(204);
    expect(await refusalOf(chat.send(channelArn, patient, { ClientRequestToken: 'token' }))).toEqual(forbidden);
    expect(await refusalOf(chat.edit(channelArn, patient, id))).toEqual(forbidden);
    expect(await refusalOf(chat.redact(channelArn, patient, id))).toEqual(forbidden);
    await chat.redact(channelArn, provider, id);
    expect(chat.messages(channelArn)).toMatchObject([
      { redacted: true, editedAt: null },
      { content: 'good morning', redacted: false },
    ]);
  });

  test('a moderator chooses the members, who may leave', async () => {
    await using chat = await consultation();
    const { channelArn, provider, patient, stranger } = chat;
    expect(await refusalOf(chat.add(channelArn, patient, stranger))).toEqual(forbidden);
    expect(await refusalOf(chat.add(channelArn, stranger, stranger))).toEqual(forbidden);
    expect(await refusalOf(chat.remove(channelArn, patient, provider))).toEqual(forbidden);
    expect(await refusalOf(chat.add(channelArn, provider, `${chat.instance}/user/nobody`))).toEqual(forbidden);
    const added = await chat.add(channelArn, provider, stranger);
    expect(added).toMatchObject({ ChannelArn: channelArn, Member: { Arn: stranger, Name: 'member' } });
    expect(await refusalOf(chat.add(channelArn, provider, stranger))).toEqual(conflict);
    await chat.send(channelArn, stranger);
    await chat.remove(channelArn, stranger, stranger);
    expect(chat.channel(channelArn)?.members).toEqual([provider, patient]);
    expect(await refusalOf(chat.remove(channelArn, provider, stranger))).toEqual(notFound);
    chat.assumed.unknownMember = 'removed';
    expect((await chat.remove(channelArn, provider, stranger)).$metadata.httpStatusCode).toBe(204);
  });

  test.each([
    ['member', true],
    ['moderator', false],
  ] as const)('a channel has its creator as a %s, or it would seem so', async (creator, writes) => {
    await using chat = await messagingHarness({ assumed: { creator } });
    const [provider = '', patient = ''] = await chat.users('provider', 'patient');
    const channelArn = await chat.open(provider, { MemberArns: [patient], ModeratorArns: [provider] });
    expect(chat.channel(channelArn)).toMatchObject({ moderators: [provider] });
    const sent = await chat.send(channelArn, provider).catch(() => undefined);
    expect(sent !== undefined).toBe(writes);
    // In either case she may make herself one.
    if (!writes) await chat.add(channelArn, provider, provider);
    await chat.send(channelArn, provider);
  });
});

describe('what is there already', () => {
  test.each([
    ['conflict', conflict],
    ['same', undefined],
  ] as const)('is a %s for its own token', async (repeatedCreation, refusal) => {
    await using chat = await consultation({ assumed: { repeatedCreation } });
    const { provider, patient, instance: AppInstanceArn } = chat;
    const outcome = (call: Promise<unknown>) => refusalOf(call).catch(() => undefined);
    const user = (ClientRequestToken: string) =>
      chat.identity.send(
        new CreateAppInstanceUserCommand({ AppInstanceArn, AppInstanceUserId: 'x', Name: 'x', ClientRequestToken }),
      );
    const channel = (ClientRequestToken: string) => chat.open(provider, { ChannelId: 'visit', ClientRequestToken });
    await user('token');
    await chat.send(chat.channelArn, patient);
    expect(await outcome(user('token'))).toEqual(refusal);
    expect(await outcome(user('another'))).toEqual(conflict);
    expect(await outcome(channel('channel'))).toEqual(refusal);
    expect(await outcome(channel('another'))).toEqual(conflict);
    // It stays as it was.
    expect(chat.channel(chat.channelArn)).toMatchObject({ members: [provider, patient], messages: [{}] });
  });

  test('a channel without an id of its own is a new one each time', async () => {
    await using chat = await consultation();
    expect(await chat.open(chat.provider)).not.toBe(await chat.open(chat.provider));
  });
});

describe('what is not there', () => {
  test.each([
    ['ForbiddenException', forbidden],
    ['NotFoundException', notFound],
  ] as const)('is a %s, unless the model has an error for it', async (unknown, refusal) => {
    await using chat = await consultation({ assumed: { unknown } });
    const { provider, patient, channelArn } = chat;
    const nowhere = `${chat.instance}/channel/nowhere`;
    expect(await refusalOf(chat.send(nowhere, provider))).toEqual(refusal);
    expect(await refusalOf(chat.remove(nowhere, provider, patient))).toEqual(refusal);
    expect(await refusalOf(chat.edit(channelArn, provider, 'nothing'))).toEqual(refusal);
    expect(await refusalOf(chat.redact(channelArn, provider, 'nothing'))).toEqual(refusal);
    expect(await refusalOf(chat.add(nowhere, provider, patient))).toEqual(notFound);
    const id = await chat.send(channelArn, patient);
    await chat.redact(channelArn, patient, id);
    expect(await refusalOf(chat.edit(channelArn, patient, id))).toEqual(refusal);
  });

  test.each([
    ['CREATED_TIMESTAMP', 2 * day],
    ['LAST_MESSAGE_TIMESTAMP', 3 * day],
  ] as const)('a channel is gone by its %s', async (ExpirationCriterion, end) => {
    await using chat = await consultation();
    const ExpirationSettings = { ExpirationDays: 2, ExpirationCriterion };
    const { provider } = chat;
    const channelArn = await chat.open(provider, { ExpirationSettings });
    await chat.send(channelArn, provider);
    await chat.clock.advance(day);
    const id = await chat.send(channelArn, provider);
    await chat.clock.advance(end - day - 1);
    await chat.edit(channelArn, provider, id);
    await chat.clock.advance(1);
    expect(await refusalOf(chat.edit(channelArn, provider, id))).toEqual(forbidden);
    expect(await refusalOf(chat.send(channelArn, provider))).toEqual(forbidden);
    expect(chat.messages(channelArn)).toHaveLength(2);
    // One without an end stays.
    await chat.send(chat.channelArn, provider);
  });
});

test.each([
  ['us-east-1', 'ForbiddenException'],
  ['eu-west-1', 'UnrecognizedClientException'],
])('in %s the channel of another region is not there', async (region, refusal) => {
  await using chat = await consultation();
  const client = new ChimeSDKMessagingClient(clientConfig(chat.url, region));
  const of = { ChannelArn: chat.channelArn, ChimeBearer: chat.provider };
  const redact = new RedactChannelMessageCommand({ ...of, MessageId: await chat.send(chat.channelArn, chat.provider) });
  expect((await failureOf(client.send(redact))).name).toBe(refusal);
  expect(chat.messages(chat.channelArn)).toMatchObject([{ redacted: false }]);
  client.destroy();
});

test('operations that nobody calls are refused by name', async () => {
  await using chat = await consultation();
  const of = { ChannelArn: chat.channelArn, ChimeBearer: chat.provider };
  const calls: Record<string, () => Promise<unknown>> = {
    CreateAppInstance: () => chat.identity.send(new CreateAppInstanceCommand({ Name: 'n' })),
    DeleteChannel: () => chat.client.send(new DeleteChannelCommand(of)),
    DeleteChannelMessage: () => chat.client.send(new DeleteChannelMessageCommand({ ...of, MessageId: 'm' })),
    GetChannelMessage: () => chat.client.send(new GetChannelMessageCommand({ ...of, MessageId: 'm' })),
    ListChannelMessages: () => chat.client.send(new ListChannelMessagesCommand(of)),
    PutChannelExpirationSettings: () => chat.client.send(new PutChannelExpirationSettingsCommand(of)),
    GetMessagingSessionEndpoint: () => chat.client.send(new GetMessagingSessionEndpointCommand({})),
    BatchCreateChannelMembership: () =>
      chat.client.send(new BatchCreateChannelMembershipCommand({ ...of, MemberArns: [chat.stranger] })),
  };
  for (const [name, call] of Object.entries(calls)) {
    const error = await failureOf(call());
    expect([error.name, error.message]).toEqual(['NotImplemented', expect.stringContaining(name) as string]);
  }
});

describe('faults and quotas', () => {
  const limited = (limits: MessagingOptions['limits']) => consultation({ ...(limits && { limits }) });

  test('an operation has its own rate, which comes back with time', async () => {
    await using chat = await limited({ rate: 1, burst: 3 });
    const { channelArn, provider } = chat;
    for (const _ of [1, 2, 3]) await chat.send(channelArn, provider);
    const error = await failureOf<ThrottledClientException>(chat.send(channelArn, provider));
    expect(error).toBeInstanceOf(ThrottledClientException);
    expect([error.$metadata.httpStatusCode, error.Code]).toEqual([429, 'ThrottledClient']);
    const [message] = chat.messages(channelArn);
    if (message) await chat.redact(channelArn, provider, message.id);
    await chat.clock.advance(1_000);
    await chat.send(channelArn, provider);
    expect(chat.messages(channelArn)).toHaveLength(4);
  });

  test('it is counted, and can be away', async () => {
    await using chat = await consultation();
    const { channelArn, provider } = chat;
    const fault = {
      target: 'chime',
      operation: 'SendChannelMessage',
      error: 'ServiceUnavailable',
      status: 503,
      times: 1,
    };
    chat.faults.add(fault);
    expect(await refusalOf(chat.send(channelArn, provider))).toEqual(['ServiceUnavailableException', 503]);
    await chat.send(channelArn, provider);
    expect(chat.faults.count('chime', 'SendChannelMessage')).toBe(2);
    expect(chat.messages(channelArn)).toHaveLength(1);
  });
});
