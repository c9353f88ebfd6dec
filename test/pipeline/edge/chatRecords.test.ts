import { expect, test, vi } from 'vitest';
import type { Chats } from '../../../pipeline/chatPorts.ts';
import { toChats } from '../../../pipeline/edge/chatRecords.ts';
import { userOf } from '../memoryCall.ts';

const channelId = userOf(1);
const userId = userOf(2);
const messageId = userOf(3);
const of = { channelId, userId, messageId };
const page = { limit: 50, nextToken: null };
const message = { ...of, clientToken: 't', messageType: 'text', message: 'x', metadata: null } as const;
const created = { channelId, channelArn: 'arn', providerArn: 'a', patientArn: 'b' };
const file = { key: 'k', name: 'a.pdf', contentType: 'application/pdf', size: 1, checksum: 'c' } as const;
const found = { messageId, versionId: 'v', refusedAs: null };
const context = { issuer: 'firebase', subject: 'uid' } as const;

/** Each method, the function that it asks, and the object that this one is given. */
const asked: readonly (readonly [string, (chats: Chats) => Promise<unknown>, object])[] = [
  ['chat_context', (chats) => chats.context({ ...context }, { channelId }), { ...context, channelId }],
  ['open_channel', (chats) => chats.openChannel({ appointmentId: userId, userId }), { appointmentId: userId, userId }],
  ['channel_created', (chats) => chats.channelCreated(created), created],
  ['accept_message', (chats) => chats.acceptMessage(message), message],
  [
    'message_sent',
    (chats) => chats.messageSent({ messageId, chimeMessageId: 'c', revision: 1 }),
    { messageId, chimeMessageId: 'c', revision: 1 },
  ],
  ['message_failed', (chats) => chats.messageFailed({ messageId, revision: 0 }), { messageId, revision: 0 }],
  ['edit_message', (chats) => chats.editMessage({ ...of, message: 'x' }), { ...of, message: 'x' }],
  ['redact_message', (chats) => chats.redactMessage(of), of],
  ['mark_read', (chats) => chats.markRead(of), of],
  ['react', (chats) => chats.react({ ...of, reaction: null }), { ...of, reaction: null }],
  ['list_messages', (chats) => chats.listMessages({ channelId, userId, ...page }), { channelId, userId, ...page }],
  ['list_channels', (chats) => chats.listChannels({ userId, ...page }), { userId, ...page }],
  ['add_member', (chats) => chats.addMember({ channelId, userId, by: userId }), { channelId, userId, by: userId }],
  [
    'remove_member',
    (chats) => chats.removeMember({ channelId, userId, by: userId }),
    { channelId, userId, by: userId },
  ],
  [
    'member_settled',
    (chats) => chats.memberSettled({ channelId, userId, userArn: 'a', isIn: true }),
    { channelId, userId, userArn: 'a', isIn: true },
  ],
  ['archive_channel', (chats) => chats.archiveChannel({ channelId, userId }), { channelId, userId }],
  ['channel_closed', (chats) => chats.channelClosed({ channelId }), { channelId }],
  ['attach_file', (chats) => chats.attachFile({ ...of, ...file }), { ...of, ...file }],
  ['attachment', (chats) => chats.attachment({ messageId }), { messageId }],
  ['attachment_inspected', (chats) => chats.attachmentInspected(found), found],
  ['attachment_discarded', (chats) => chats.attachmentDiscarded({ messageId }), { messageId }],
  ['open_attachment', (chats) => chats.openAttachment(of), of],
  ['attachments_to_inspect', (chats) => chats.attachmentsToInspect(200), { most: 200 }],
  ['messages_to_deliver', (chats) => chats.unsettled(200), { most: 200 }],
];

function connected() {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ outcome: 'kept' }));
  const chats = toChats({ url: 'https://p.example', readKey: async () => 'service-role', limitMs: 8_000, fetch });
  return { chats, fetch };
}

test.each(asked)('%s is asked as the service role, with one object', async (name, ask, p) => {
  const { chats, fetch } = connected();
  expect(await ask(chats)).toEqual({ outcome: 'kept' });
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect([url, JSON.parse(init?.body as string)]).toEqual([`https://p.example/rest/v1/rpc/${name}`, { p }]);
  expect(init?.headers).toMatchObject({ authorization: 'Bearer service-role' });
});

test.each([
  [
    { address: '192.0.2.1', agent: 'app/1.0' },
    { 'x-client-address': '192.0.2.1', 'x-client-agent': 'app/1.0' },
  ],
  [{ address: null, agent: null }, {}],
])('on behalf of %j, every method says so', async (client, headers) => {
  const { chats, fetch } = connected();
  for (const [, ask] of asked) await ask(chats.from(client));
  await chats.markRead(of);
  const sent = fetch.mock.calls.map(([, init]) =>
    Object.fromEntries(Object.entries(init?.headers ?? {}).filter(([name]) => name.startsWith('x-'))),
  );
  expect(sent).toEqual([...asked.map(() => headers), {}]);
});

test('every method of the port is asked here', () => {
  expect(Object.keys(connected().chats).filter((name) => name !== 'from')).toHaveLength(asked.length);
});
