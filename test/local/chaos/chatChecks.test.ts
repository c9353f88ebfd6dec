import { expect, test } from 'vitest';
import { chatChecks } from '../../../local/chaos/chatChecks.ts';
import type { ChatEvidence } from '../../../local/chaos/chatChecks.ts';
import type { ChatTraces, Sent } from '../../../local/chaos/chatTraces.ts';
import { callNumber, type Fault } from '../../../local/chaos/harms.ts';

const people = { provider: 'provider', patient: 'patient', third: 'third' };
const message = (n: number, sender = 'patient') => ({
  message_id: `m${n}`,
  sender_id: sender,
  message: `text ${n}`,
  state: 'confirmed',
  created_at: `2026-11-28T09:00:0${n}Z`,
});
const sent = (n: number, changed: Partial<Sent> = {}): Sent => ({
  userId: 'patient',
  clientToken: `t${n}`,
  text: `text ${n}`,
  from: 10 * n,
  to: 10 * n + 5,
  messageIds: [`m${n}`],
  isRefused: false,
  ...changed,
});
const member = (user_id: string, removed_at: string | null = null) => ({
  user_id,
  role: user_id === 'third' ? 'member' : user_id,
  removed_at,
});
const noted = (action_type: string, message_id: string | null = null) => ({ action_type, message_id, metadata: {} });
const shown = (...ns: number[]) => ns.map((n) => ({ messageId: `m${n}`, text: `text ${n}` }));
const look = (userId: string, at: number, messages: ReturnType<typeof shown> | null) => ({
  userId,
  from: at,
  to: at,
  messages,
});

/** Three messages; somebody is let in after the first, writes the second, and is taken out before the third. */
const chat: ChatTraces = {
  messages: [message(1), message(2, 'third'), message(3, 'provider')],
  members: [member('provider'), member('patient'), member('third', '2026-11-28T09:00:02Z')],
  audit: [
    noted('channel_created'),
    noted('member_added'),
    noted('member_removed'),
    ...[1, 2, 3].map((n) => noted('message_sent', `m${n}`)),
  ],
  sent: [sent(1), sent(2, { userId: 'third' }), sent(3, { userId: 'provider' })],
  changes: [
    { isIn: true, askedAt: 16, answeredAt: 17 },
    { isIn: false, askedAt: 26, answeredAt: 27 },
  ],
  reads: [
    look('third', 5, null),
    look('third', 18, shown(1)),
    look('third', 40, null),
    look('provider', 41, shown(1, 2, 3)),
    look('patient', 42, shown(1, 2, 3)),
  ],
  atChime: {
    members: ['provider', 'patient'],
    messages: [1, 2, 3].map((n) => ({ id: `m${n}`, text: `text ${n}` })),
  },
};

function broken(changed: Partial<ChatTraces>, hits: readonly Fault[] = []): string[] {
  const evidence = { hits, unanswered: 0, call: { people }, chat: { ...chat, ...changed } } as unknown as ChatEvidence;
  return Object.entries(chatChecks).flatMap(([rule, check]) => (check(evidence).length > 0 ? rule : []));
}

const rest = chat.messages.slice(1);
const away: Fault = { at: [callNumber, 'chime', 1], do: 'away', minutes: 30 };
const never = [...chat.sent, sent(4, { messageIds: [] })];

test.each<[string, Partial<ChatTraces>, (readonly Fault[])?]>([
  ['all is as it should be', {}],
  ['a message was never answered while something was away', { sent: never }, [away]],
  [
    'somebody who is no member is refused',
    { sent: [...chat.sent, sent(4, { userId: 'third', messageIds: [], isRefused: true })] },
  ],
  [
    'a message of somebody who was taken out stays here',
    {
      messages: [message(1), { ...message(2, 'third'), state: 'failed' }, message(3)],
      atChime: { members: ['provider', 'patient'], messages: [1, 3].map((n) => ({ id: `m${n}`, text: `text ${n}` })) },
    },
  ],
])('%s', (_, changed, hits) => {
  expect(broken(changed, hits)).toEqual([]);
});

test.each<[string, Partial<ChatTraces>]>([
  ['a message that was accepted is there', { messages: [{ ...message(1), message: 'another' }, ...rest] }],
  ['a message is there once', { sent: [sent(1, { messageIds: ['m1', 'm4'] })] }],
  ['a message is there once', { messages: [...chat.messages, { ...message(4), message: 'text 1' }] }],
  ['a message is there once', { reads: [look('patient', 42, shown(1, 1))] }],
  [
    'a message is there once',
    { atChime: { members: [], messages: [...(chat.atChime?.messages ?? []), { id: 'm1', text: 'text 1' }] } },
  ],
  ['whoever may write is answered', { sent: never }],
  ['whoever may write is answered', { sent: [sent(1, { isRefused: true, messageIds: [] })] }],
  ['all see one order', { reads: [...chat.reads, look('patient', 43, shown(2, 1, 3))] }],
  ['all see one order', { reads: [look('patient', 19, shown(2)), ...chat.reads] }],
  ['only members read and write', { reads: [look('third', 15, []), ...chat.reads] }],
  ['only members read and write', { reads: [look('third', 28, shown(1)), ...chat.reads] }],
  ['only members read and write', { sent: [sent(1, { userId: 'third' })] }],
  ['members are read to', { reads: [look('patient', 20, null), ...chat.reads] }],
  ['members are read to', { reads: [...chat.reads, look('patient', 43, shown(1, 2))] }],
  ['Chime has what is here', { messages: [{ ...message(1), state: 'accepted' }, ...rest] }],
  ['Chime has what is here', { messages: [{ ...message(1), state: 'failed' }, ...rest] }],
  [
    'Chime has what is here',
    { atChime: { members: ['provider', 'patient', 'third'], messages: chat.atChime?.messages ?? [] } },
  ],
  ['Chime has what is here', { atChime: { members: ['provider'], messages: chat.atChime?.messages ?? [] } }],
  ['Chime has what is here', { atChime: undefined }],
  ['the audit of a chat is its messages', { audit: chat.audit.slice(0, -1) }],
  ['the audit of a chat is its messages', { audit: [...chat.audit, noted('message_sent', 'm3')] }],
  ['the audit of a chat is its messages', { audit: chat.audit.filter((row) => row['action_type'] !== 'member_added') }],
  [
    'the audit of a chat is its messages',
    { audit: [{ ...noted('channel_created'), metadata: { text: 'zqxabc' } }, ...chat.audit.slice(1)] },
  ],
])('%s: %#', (rule, changed) => {
  expect(broken(changed)).toContain(rule);
});
