import type { CallEvidence } from './callLimits.ts';
import type { Change, ChatTraces, Read, Sent } from './chatTraces.ts';
import { canary } from './meetings.ts';

export type ChatEvidence = CallEvidence & { chat: ChatTraces };
type Check = (evidence: ChatEvidence) => string[];

/** What holds of the chat beside a call whatever happens. */
export const chatChecks: Readonly<Record<string, Check>> = {
  'a message that was accepted is there': lost,
  'a message is there once': twice,
  'whoever may write is answered': unanswered,
  'all see one order': disordered,
  'only members read and write': trespassed,
  'members are read to': shutOut,
  'Chime has what is here': unlike,
  'the audit of a chat is its messages': wronglyAudited,
};

const idOf = (row: Record<string, unknown>) => String(row['message_id']);

function lost({ chat: { sent, messages } }: ChatEvidence): string[] {
  return sent.flatMap(({ text, clientToken, messageIds }) =>
    messageIds.flatMap((id) => {
      const row = messages.find((one) => idOf(one) === id);
      if (row === undefined) return [`message ${id} (${clientToken}) was accepted and is nowhere`];
      return row['message'] === text ? [] : [`message ${id} (${clientToken}) says something else`];
    }),
  );
}

function twice({ chat: { sent, messages, reads, atChime } }: ChatEvidence): string[] {
  const isMore = (count: number, what: string) => (count > 1 ? [`${what} ${count} times`] : []);
  return [
    ...sent.flatMap(({ clientToken, text, messageIds }) => [
      ...isMore(new Set(messageIds).size, `${clientToken} was answered with another id`),
      ...isMore(messages.filter((row) => row['message'] === text).length, `${clientToken} is kept`),
      ...isMore(atChime?.messages.filter((one) => one.text === text).length ?? 0, `${clientToken} is at Chime`),
    ]),
    ...reads.flatMap(({ userId, messages: shown }) =>
      shown === null || new Set(shown.map(({ messageId }) => messageId)).size === shown.length
        ? []
        : [`${userId} is shown a message twice`],
    ),
  ];
}

/** An app asks for a minute: longer than anything but an outage keeps it from being answered. */
function unanswered({ chat, call, hits, unanswered: silent }: ChatEvidence): string[] {
  if (silent > 0 || hits.some(({ do: harm }) => harm === 'away')) return [];
  const without = chat.sent.filter(({ messageIds, isRefused }) => messageIds.length === 0 && !isRefused);
  const turnedAway = chat.sent.filter((one) => one.isRefused && one.userId !== call.people.third);
  return [
    ...without.map(({ clientToken }) => `${clientToken} was never answered`),
    ...turnedAway.map(({ clientToken, userId }) => `${clientToken} of ${userId} was refused`),
  ];
}

/** Whoever looks sees the beginning of what everybody sees in the end. */
function disordered({ chat: { reads, messages } }: ChatEvidence): string[] {
  const inOrder = messages
    .toSorted((a, b) => Date.parse(String(a['created_at'])) - Date.parse(String(b['created_at'])))
    .map(idOf);
  return reads.flatMap(({ userId, messages: shown }, at) => {
    const ids = (shown ?? []).map(({ messageId }) => messageId);
    return ids.every((id, n) => id === inOrder[n]) ? [] : [`look ${at} of ${userId} has another order`];
  });
}

/** When somebody may have been a member: from when it was asked until the end was answered. */
function mayBeMember(changes: readonly Change[], { from, to }: Pick<Read, 'from' | 'to'>): boolean {
  return changes.some(({ isIn, askedAt }, at) => {
    const out = changes.slice(at).find((one) => !one.isIn && one.answeredAt !== undefined);
    return isIn && askedAt <= to && from <= (out?.answeredAt ?? Infinity);
  });
}

function trespassed({ chat: { changes, reads, sent }, call: { people } }: ChatEvidence): string[] {
  const isOut = (one: Read | Sent) => one.userId === people.third && !mayBeMember(changes, one);
  return [
    ...reads.filter((one) => isOut(one) && one.messages !== null).map(({ from }) => `somebody else reads at ${from}`),
    ...sent.filter((one) => isOut(one) && one.messageIds.length > 0).map((one) => `${one.clientToken} was accepted`),
  ];
}

function shutOut({ chat: { reads, messages }, call: { people } }: ChatEvidence): string[] {
  return [people.provider, people.patient].flatMap((userId) => {
    const own = reads.filter((one) => one.userId === userId);
    const refused = own.filter((one) => one.messages === null).map(({ from }) => `${userId} is refused at ${from}`);
    const last = own.at(-1)?.messages?.length;
    return last === messages.length
      ? refused
      : [...refused, `${userId} is shown ${last} of ${messages.length} messages`];
  });
}

/** A message of somebody who was taken out before Chime had it may stay here alone. */
function unlike({ chat: { messages, members, atChime }, call: { people } }: ChatEvidence): string[] {
  if (atChime === undefined) return messages.map((row) => `message ${idOf(row)} is at no channel of Chime`);
  const isIn = members.filter((row) => row['removed_at'] === null).map((row) => String(row['user_id']));
  const known = Object.values(people).filter((userId) => atChime.members.includes(userId));
  const away = isIn.filter((userId) => !known.includes(userId)).map((userId) => `${userId} is no member at Chime`);
  const left = known.filter((userId) => !isIn.includes(userId)).map((userId) => `${userId} is a member at Chime still`);
  const wrong = messages.flatMap((row) => {
    const isThere = atChime.messages.some(({ id, text }) => id === idOf(row) && text === row['message']);
    if (isThere && row['state'] === 'confirmed') return [];
    const isGone = row['state'] === 'failed' && !isIn.includes(String(row['sender_id']));
    return isGone ? [] : [`message ${idOf(row)} is ${String(row['state'])}, and ${isThere ? 'at' : 'not at'} Chime`];
  });
  const ids = messages.map(idOf);
  const strange = atChime.messages.filter(({ id }) => !ids.includes(id)).map(({ id }) => `Chime has ${id} alone`);
  return [...away, ...left, ...wrong, ...strange];
}

function wronglyAudited({ chat: { audit, messages, members } }: ChatEvidence): string[] {
  const of = (action: string) => audit.filter((row) => row['action_type'] === action);
  const noted = of('message_sent').map(idOf).toSorted();
  const kept = messages.map(idOf).toSorted();
  const added = members.filter(({ role, removed_at }) => role === 'member' && removed_at === null).length;
  const counts: [string, number, number][] = [
    ['channels made', of('channel_created').length, 1],
    ['members left', of('member_added').length - of('member_removed').length, added],
  ];
  return [
    ...(noted.join(' ') === kept.join(' ') ? [] : [`${noted.length} messages are noted and ${kept.length} kept`]),
    ...counts.flatMap(([what, n, must]) => (n === must ? [] : [`${n} ${what} are noted, and not ${must}`])),
    ...(JSON.stringify(audit).includes(canary) ? ['the audit has words in it'] : []),
  ];
}
