import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatMessage } from '../../pipeline/messaging/chat.ts';
import { Visit } from './meet.ts';
import { TestStack } from './testStack.ts';

/** The chat through its two doors, the database, the stand-in of Chime and the schedule. */
let product: TestStack;
beforeAll(async () => {
  product = await TestStack.start();
  await product.sql(`insert into pipeline.settings (name, value) values ('requests_a_minute', '100000')`);
});
afterAll(() => product.stop());

type Page = { messages: ChatMessage[]; nextToken: string | null };
type Sent = { message: { messageId: string; state: string } };

async function channelOf(name: string) {
  const visit = await Visit.arrange(product, name);
  const ask = <Answer>(person: 'provider' | 'patient' | 'other', body: object) =>
    visit.ask<Answer>(person, body, '/messaging');
  const create = { action: 'createChannel', appointmentId: visit.appointment };
  const { channel } = await ask<{ channel: { channelId: string; channelArn: string } }>('patient', create);
  const { channelId, channelArn } = channel;
  const on = <Answer>(person: 'provider' | 'patient' | 'other', action: string, more: object = {}) =>
    ask<Answer>(person, { action, channelId, ...more });
  const all = async () => {
    const read: ChatMessage[] = [];
    let nextToken: string | null = null;
    do {
      const page: Page = await on('provider', 'listMessages', { limit: 7, ...(nextToken !== null && { nextToken }) });
      read.push(...page.messages);
      ({ nextToken } = page);
    } while (nextToken !== null);
    return read.toReversed();
  };
  /** What Chime has been sent, as it stands. */
  const atChime = () => product.stack.chime.messaging.messages(channelArn).filter(({ type }) => type === 'STANDARD');
  return { visit, ask, on, all, atChime, channelId, channelArn };
}

/** The database's clock does not skip: what waits is made older, and the schedule finds it. */
async function later(channelId: string): Promise<void> {
  await product.sql(`
    update public.chime_messages set changed_at = changed_at - interval '1 minute', tried_at = tried_at - interval '1 minute'
      where channel_id = '${channelId}';
    update public.chime_channel_members set unsettled_at = unsettled_at - interval '1 minute' where channel_id = '${channelId}'`);
  await product.stack.clock.sleep(61_000);
}

test('two people write to each other, and a third while she may', async () => {
  const { visit, ask, on, all, atChime, channelId, channelArn } = await channelOf('chat');
  expect(await ask('provider', { action: 'createChannel', appointmentId: visit.appointment })).toMatchObject({
    channel: { channelId },
  });
  const { message } = await on<Sent>('patient', 'sendMessage', {
    message: 'Is it urgent?',
    metadata: { kind: 'question' },
  });
  expect(message.state).toBe('confirmed');
  const { messageId } = message;
  await on('patient', 'editMessage', { messageId, message: 'Is it bad?' });
  await on('provider', 'markRead', { messageId });
  await on('provider', 'react', { messageId, reaction: '👍' });
  await on('provider', 'addMember', { userId: visit.id('other') });
  await on('other', 'sendMessage', { message: 'I can come.' });
  await on('other', 'sendMessage', { message: 'Sorry, wrong one.' }).then((sent) =>
    on('other', 'redactMessage', { messageId: (sent as Sent).message.messageId }),
  );
  expect(product.stack.chime.messaging.channel(channelArn)).toMatchObject({
    name: 'consultation',
    members: expect.arrayContaining([expect.stringMatching(visit.id('other'))]) as string[],
  });
  await on('provider', 'removeMember', { userId: visit.id('other') });
  expect(await visit.request('other', { action: 'listMessages', channelId }, '/messaging')).toMatchObject({
    status: 403,
    answer: { code: 'NotAParticipant' },
  });
  expect((await all()).map(({ message: text, state }) => [text, state])).toEqual([
    ['Is it bad?', 'confirmed'],
    ['I can come.', 'confirmed'],
    ['', 'confirmed'],
  ]);
  expect(atChime().map(({ content, metadata }) => [content, metadata !== null])).toEqual([
    ['Is it bad?', true],
    ['I can come.', true],
    ['', false],
  ]);
  expect(
    product.stack.chime.messaging.channel(channelArn)?.members.some((arn) => arn.endsWith(visit.id('other'))),
  ).toBe(false);
  expect(product.log.join()).not.toMatch(/Is it bad|I can come|question/);
});

test('the edge function answers the same', async () => {
  const { visit, channelId, on } = await channelOf('chat-edge');
  const door = `${product.stack.env['SUPABASE_URL']}/functions/v1/chime-messaging`;
  const body = { action: 'sendMessage', channelId, message: 'By the other door', clientToken: 'once' };
  const sent = await visit.ask<Sent>('patient', body, door);
  expect(await on<Sent>('patient', 'sendMessage', { message: 'By the other door', clientToken: 'once' })).toEqual(sent);
  expect(await visit.ask('provider', { action: 'listMessages', channelId }, door)).toMatchObject({
    messages: [{ message: 'By the other door' }],
    nextToken: null,
  });
});

test('the audit keeps from where each was asked, through either door, and no log does', async () => {
  const { visit, channelId } = await channelOf('chat-client');
  const from = async (door: string, headers: Readonly<Record<string, string>>) => {
    const body = { action: 'sendMessage', channelId, message: 'Hello' };
    const sent = { 'user-agent': `app ${'a'.repeat(300)}`, 'x-client-address': '203.0.113.9', ...headers };
    expect(await visit.request('patient', body, door, sent)).toMatchObject({ status: 200 });
  };
  // The gateway's word counts at one door, and the platform's at the other; at neither what the caller says of herself.
  await from('/messaging', { 'x-forwarded-for': '203.0.113.9' });
  const edge = `${product.stack.env['SUPABASE_URL']}/functions/v1/chime-messaging`;
  await from(edge, { 'x-forwarded-for': '2001:db8::7, 10.0.0.1' });
  await from(edge, { 'x-forwarded-for': 'unknown' });
  const audited = await product.sql(`select host(ip_address), user_agent from public.chime_message_audit
    where channel_id = '${channelId}' and action_type = 'message_sent' order by created_at`);
  const agent = `app ${'a'.repeat(196)}`;
  expect(audited).toEqual([
    ['127.0.0.1', agent],
    ['2001:db8::7', agent],
    [null, agent],
  ]);
  expect(product.log.join()).not.toMatch(/127\.0\.0\.1|2001:db8|203\.0\.113|app a/);
});

test('whatever fails on the way, each of 120 messages is there once, in one order, and at Chime', async () => {
  const { on, all, atChime, channelId } = await channelOf('chat-faults');
  const failing = { target: 'chime', error: 'ServiceUnavailable', status: 503 };
  const answered: [token: string, messageId: string][] = [];
  const send = async (person: 'provider' | 'patient', n: number) => {
    const clientToken = `t-${n}`;
    for (let time = 0; time < 3; time += 1) {
      const sent = await on<Sent>(person, 'sendMessage', { message: `text ${n}`, clientToken }).catch(() => undefined);
      if (sent !== undefined) return void answered.push([clientToken, sent.message.messageId]);
    }
  };
  for (let n = 0; n < 120; n += 10) {
    // The SDK asks twice: four failures are those of two messages.
    product.stack.faults.add({ ...failing, operation: 'SendChannelMessage', times: 4 });
    if (n === 50) {
      const when = (what: string) => what.endsWith('/rpc/message_sent');
      product.stack.faults.addOutage({ target: 'supabase', until: product.stack.clock.now() + 30_000, when });
    }
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => send(at % 2 === 0 ? 'provider' : 'patient', n + at)).concat(
        all().then(() => undefined),
      ),
    );
    if (n % 40 === 0) await later(channelId);
  }
  product.stack.faults.clear();
  for (let time = 0; time < 3; time += 1) await later(channelId);
  const read = await all();
  expect(new Map(answered).size).toBe(120);
  expect(new Set(read.map(({ messageId }) => messageId))).toEqual(new Set(answered.map(([, id]) => id)));
  expect(read).toHaveLength(120);
  // Some of them were left to the schedule.
  expect(product.log.filter((line) => line.includes('not at Chime yet')).length).toBeGreaterThan(10);
  expect(read.every(({ createdAt }, at) => at === 0 || createdAt > (read[at - 1]?.createdAt ?? ''))).toBe(true);
  expect(read.filter(({ state }) => state !== 'confirmed')).toEqual([]);
  expect(
    atChime()
      .map(({ content }) => content)
      .toSorted(),
  ).toEqual(read.map(({ message }) => message).toSorted());
  const audited = await product.sql(
    `select count(*), count(distinct message_id) from public.chime_message_audit where channel_id = '${channelId}' and action_type = 'message_sent'`,
  );
  expect(audited[0]?.map(Number)).toEqual([120, 120]);
});
