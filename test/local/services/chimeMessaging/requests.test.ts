import {
  CreateAppInstanceUserCommand,
  type CreateAppInstanceUserCommandInput,
} from '@aws-sdk/client-chime-sdk-identity';
import type { CreateChannelCommandInput, SendChannelMessageCommandInput } from '@aws-sdk/client-chime-sdk-messaging';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../chime/harness.ts';
import { consultation } from './harness.ts';

let chat: Awaited<ReturnType<typeof consultation>>;
let people: string[];
beforeAll(async () => {
  chat = await consultation();
  people = await chat.users(...Array.from({ length: 11 }, (_, n) => `person-${n}`));
});
afterAll(() => chat[Symbol.asyncDispose]());

/** In UTF-8 four bytes, and two characters by JavaScript's count. */
const emoji = '🩺';
const days = (ExpirationDays: number) => ({ ExpirationDays, ExpirationCriterion: 'LAST_MESSAGE_TIMESTAMP' as const });

const send = (fields: Partial<SendChannelMessageCommandInput>) => chat.send(chat.channelArn, chat.patient, fields);
const control = (Content: string, more: Partial<SendChannelMessageCommandInput> = {}) =>
  send({ Type: 'CONTROL', Content, ...more });
const edit = async (content: string) => chat.edit(chat.channelArn, chat.patient, await send({}), content);
const channel = (fields: Partial<CreateChannelCommandInput>) => chat.open(chat.provider, fields);
let made = 0;
const user = (fields: Partial<CreateAppInstanceUserCommandInput>) => {
  made += 1;
  const usual = { AppInstanceArn: chat.instance, AppInstanceUserId: `made-${made}`, Name: 'provider' };
  return chat.identity.send(new CreateAppInstanceUserCommand({ ...usual, ...fields }));
};

describe('taken', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['4,096 bytes', () => send({ Content: 'a'.repeat(4096) })],
    ['4,096 bytes of emoji', () => send({ Content: emoji.repeat(1024) })],
    ['lines and quotes', () => send({ Content: '"a"\r\n\t\u2028b\\' })],
    ['1,024 bytes of metadata', () => send({ Metadata: emoji.repeat(256) })],
    ['no metadata in it', () => send({ Metadata: '' })],
    ['30 bytes of control', () => control(`ab${emoji.repeat(7)}`)],
    ['an edit of 4,096 bytes', () => edit(emoji.repeat(1024))],
    ['a token of 2', () => send({ ClientRequestToken: '_-' })],
    ['a token of 64', () => send({ ClientRequestToken: 'a'.repeat(64) })],
    ['a channel of ten more', () => channel({ MemberArns: people.slice(0, 10), ModeratorArns: people.slice(0, 10) })],
    ['a channel id of 64', () => channel({ ChannelId: `a${':-_.@'.repeat(12)}::Z` })],
    ['a channel id of 1', () => channel({ ChannelId: '7' })],
    ['a name of 256', () => channel({ Name: emoji.repeat(128) })],
    ['15 years', () => channel({ ExpirationSettings: days(5475) })],
    ['a user name of 100', () => user({ Name: 'a'.repeat(100) })],
    ['a user id of 64', () => user({ AppInstanceUserId: 'a'.repeat(64) })],
  ])('%s', async (_, call) => {
    await expect(call()).resolves.toBeDefined();
  });
});

describe('refused as BadRequestException', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['nothing', () => send({ Content: '' })],
    ['4,097 bytes', () => send({ Content: 'a'.repeat(4097) })],
    ['1,024 emoji and a letter', () => send({ Content: `${emoji.repeat(1024)}a` })],
    ['1,025 bytes of metadata', () => send({ Metadata: `a${emoji.repeat(256)}` })],
    ['metadata of two lines', () => send({ Metadata: 'a\nb' })],
    ['31 bytes of control', () => control(`abc${emoji.repeat(7)}`)],
    ['control with metadata', () => control('closed', { Metadata: '{}' })],
    ['a message of no type', () => send({ Type: undefined })],
    ['a message that is neither kept nor not', () => send({ Persistence: undefined })],
    ['an edit of 4,097 bytes', () => edit(`${emoji.repeat(1024)}a`)],
    ['a token of 1', () => send({ ClientRequestToken: 'a' })],
    ['a token of 65', () => send({ ClientRequestToken: 'a'.repeat(65) })],
    ['a token with a dot', () => send({ ClientRequestToken: 'a.b' })],
    ['a message id with a dot', () => chat.redact(chat.channelArn, chat.patient, 'a.b')],
    ['no ARN of a channel', () => chat.send('visit', chat.patient)],
    ['no ARN of a user', () => chat.send(chat.channelArn, 'patient')],
    ['nobody to add', () => channel({ MemberArns: [] })],
    ['eleven members', () => channel({ MemberArns: people })],
    ['eleven moderators', () => channel({ ModeratorArns: people })],
    ['a channel id of 65', () => channel({ ChannelId: 'a'.repeat(65) })],
    ['a channel id that ends in a dash', () => channel({ ChannelId: 'a-' })],
    ['a channel without a name', () => channel({ Name: undefined })],
    ['a name with a zero in it', () => channel({ Name: 'a\u0000' })],
    ['another mode', () => channel({ Mode: 'OPEN' as 'RESTRICTED' })],
    ['no days', () => channel({ ExpirationSettings: days(0) })],
    ['more than 15 years', () => channel({ ExpirationSettings: days(5476) })],
    ['a user without a name', () => user({ Name: ' ' })],
    ['a user name of 101', () => user({ Name: 'a'.repeat(101) })],
    ['a user id of 65', () => user({ AppInstanceUserId: 'a'.repeat(65) })],
    ['a user id with a slash', () => user({ AppInstanceUserId: 'a/b' })],
  ])('%s', async (_, call) => {
    expect(await refusalOf(call())).toEqual(['BadRequestException', 400]);
  });
});

describe('not supported', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['messages that are not kept', () => send({ Persistence: 'NON_PERSISTENT' })],
    ['content types', () => send({ ContentType: 'text/plain' })],
    ['push notifications', () => send({ PushNotification: { Title: 't' } })],
    ['messages for one member', () => send({ Target: [{ MemberArn: chat.provider }] })],
    ['channels that everybody may add to', () => channel({ Mode: undefined })],
    ['public channels', () => channel({ Privacy: 'PUBLIC' })],
    ['metadata of channels', () => channel({ Metadata: 'm' })],
    ['tags', () => channel({ Tags: [{ Key: 'k', Value: 'v' }] })],
    [
      'users who expire',
      () => user({ ExpirationSettings: { ExpirationDays: 1, ExpirationCriterion: 'CREATED_TIMESTAMP' } }),
    ],
  ])('%s', async (_, call) => {
    expect(await refusalOf(call())).toEqual(['NotImplemented', 501]);
  });
});
