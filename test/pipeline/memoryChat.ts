import { toCallConfig } from '../../pipeline/callConfig.ts';
import type { Client } from '../../pipeline/client.ts';
import type { Channels, ChatPorts, ChatRefused, Chats, Written } from '../../pipeline/chatPorts.ts';
import type {
  ChatChannel,
  ChatMember,
  ChatMessage,
  ChatRole,
  Delivery,
  Settling,
  SystemCode,
} from '../../pipeline/messaging/chat.ts';
import { Refusal } from '../../pipeline/refusals.ts';
import { appointmentId, callEnv, callerOf, patientId, providerId, userOf } from './memoryCall.ts';
import { memoryFiles } from './memoryFiles.ts';

export const channelId = userOf(0xc);
export const memberId = userOf(3);
export const strangerId = userOf(8);
const appInstanceArn = 'arn:aws:chime:eu-central-1:000000000000:app-instance/1';
const arnOf = (userId: string) => `${appInstanceArn}/user/${userId}`;

interface Row extends ChatMessage {
  clientToken: string;
  chimeMessageId: string | null;
  revision: number;
  versions: string[];
  changedBy: string | null;
  changedAt: number;
  triedAt: number | null;
}

interface Member extends ChatMember {
  isIn: boolean;
  /** When it changed, and Chime has not been told. */
  unsettledAt: number | null;
}

/** What Chime has of a message. */
export interface ChimeMessage {
  id: string;
  by: string;
  content: string;
  metadata: string | null;
  isRedacted: boolean;
}

export interface MemoryChatOptions {
  /** Passes between any two things that happen, and may take as long as it likes. */
  turn?: (call: string) => Promise<unknown>;
  /** What happens to a call: it fails before its effect, or its answer is lost after it. */
  fault?: (call: string) => 'before' | 'after' | undefined;
  env?: Readonly<Record<string, string>>;
}

/** One channel of one appointment: the database's rules for it in a few lines, and Chime's. */
export function memoryChat({ turn, fault, env = {} }: MemoryChatOptions = {}) {
  const kept = {
    channel: undefined as (ChatChannel & { closed: boolean }) | undefined,
    members: new Map<string, Member>(),
    rows: [] as Row[],
    tokens: new Map<string, Row>(),
    byId: new Map<string, Row>(),
    reads: new Map<string, { messageId: string; at: string }>(),
    audit: [] as { action: string; userId: string | null; messageId: string | null }[],
    /** At Chime. */
    chime: {
      exists: false,
      isClosed: false,
      members: new Set<string>(),
      messages: [] as ChimeMessage[],
      tokens: new Map<string, ChimeMessage>(),
      byId: new Map<string, ChimeMessage>(),
    },
    calls: [] as string[],
    measured: [] as (string | number)[][],
    logged: [] as unknown[],
    /** On whose behalf something was asked. */
    clients: [] as Client[],
    clock: Date.parse('2026-11-29T09:00:00.000Z'),
  };
  const { chime } = kept;
  const iso = (at: number) => new Date(at).toISOString();
  const happens = async <T>(call: string, effect: () => T): Promise<T> => {
    await turn?.(call);
    const failure = fault?.(call);
    if (failure === 'before') throw new Refusal('ChimeUnavailable');
    kept.calls.push(call);
    const answer = effect();
    await turn?.(call);
    if (failure === 'after') throw new Refusal('ChimeUnavailable');
    return answer;
  };
  const toChannel = (): ChatChannel => {
    if (kept.channel === undefined) throw new Error('there is no channel');
    const { closed: _closed, ...channel } = kept.channel;
    return channel;
  };
  const toMember = (userId: string | null): ChatMember | null => {
    const found = userId === null ? undefined : kept.members.get(userId);
    return found?.isIn ? { userId: found.userId, role: found.role, userArn: found.userArn } : null;
  };
  const toMessage = (row: Row): ChatMessage => ({
    messageId: row.messageId,
    channelId: row.channelId,
    senderId: row.senderId,
    state: row.state,
    messageType: row.messageType,
    message: row.message,
    metadata: row.metadata,
    createdAt: row.createdAt,
    editedAt: row.editedAt,
    redactedAt: row.redactedAt,
    reactions: [...row.reactions],
  });
  const toDelivery = (row: Row): Delivery | null =>
    row.state === 'confirmed' || row.state === 'failed'
      ? null
      : {
          messageId: row.messageId,
          channel: toChannel(),
          sender:
            row.messageType === 'system' ? { userId: 'system', role: 'system', userArn: null } : toMember(row.senderId),
          code: row.messageType === 'system' ? (row.metadata?.['code'] as SystemCode) : null,
          revision: row.revision,
          firstMessage: row.versions[0] ?? row.message,
          message: row.message,
          isRedacted: row.redactedAt !== null,
          chimeMessageId: row.chimeMessageId,
          changedBy: toMember(row.changedBy) ?? (toMember(providerId) as ChatMember),
        };
  const toSettling = (userId: string): Settling | null => {
    const found = kept.members.get(userId);
    if (found === undefined || found.unsettledAt === null) return null;
    const { userId: id, role, userArn, isIn } = found;
    return { channel: toChannel(), member: { userId: id, role, userArn }, isIn };
  };
  const written = (outcome: 'kept' | 'known', row: Row): Written => ({
    outcome,
    message: toMessage(row),
    delivery: toDelivery(row),
  });
  const refusalOf = (userId: string, writes: boolean): ChatRefused | undefined => {
    if (kept.channel === undefined) return 'noChannel';
    if (toMember(userId) === null) return 'notMember';
    return writes && kept.channel.status !== 'active' ? 'closed' : undefined;
  };
  const audit = (action: string, userId: string | null, messageId: string | null = null) =>
    void kept.audit.push({ action, userId, messageId });
  const seat = (userId: string, role: ChatRole) =>
    void kept.members.set(userId, { userId, role, userArn: null, isIn: true, unsettledAt: kept.clock });
  const change = (row: Row, userId: string, message: string, field: 'editedAt' | 'redactedAt'): Written => {
    row.versions.push(row.message);
    Object.assign(row, { message, changedBy: userId, changedAt: kept.clock, [field]: iso(kept.clock) });
    row.revision += 1;
    if (row.chimeMessageId !== null) row.state = 'sent';
    audit(field === 'editedAt' ? 'message_edited' : 'message_redacted', userId, row.messageId);
    return written('kept', row);
  };

  /** Keeps a message as the newest. */
  const keepMessage = (
    of: Pick<Row, 'messageId' | 'channelId' | 'senderId' | 'clientToken' | 'messageType' | 'message' | 'metadata'>,
  ): Row => {
    const last = kept.rows.at(-1);
    const row: Row = {
      ...of,
      state: 'accepted',
      createdAt: iso(Math.max(kept.clock, last === undefined ? 0 : Date.parse(last.createdAt) + 1)),
      editedAt: null,
      redactedAt: null,
      reactions: [],
      chimeMessageId: null,
      revision: 0,
      versions: [],
      changedBy: null,
      changedAt: kept.clock,
      triedAt: null,
    };
    kept.rows.push(row);
    kept.byId.set(row.messageId, row);
    kept.tokens.set(`${row.senderId} ${row.clientToken}`, row);
    audit('message_sent', row.senderId, row.messageId);
    return row;
  };
  /** What the database does where a fact of a call comes true, once for each. */
  const say = (code: SystemCode, fact: string): void => {
    if (kept.channel?.status !== 'active' || kept.tokens.has(`null ${code} ${fact}`)) return;
    keepMessage({
      messageId: crypto.randomUUID(),
      channelId,
      senderId: null,
      clientToken: `${code} ${fact}`,
      messageType: 'system',
      message: `It says ${code}.`,
      metadata: { code },
    });
  };

  const messages: Omit<Chats, keyof ReturnType<typeof memoryFiles>['chats']> = {
    from: (client) => {
      kept.clients.push(client);
      return chats;
    },
    context: ({ subject }, asked) =>
      happens('context', () => ({
        tooMany: false,
        userId: subject.startsWith('nobody') ? null : subject,
        appointment:
          asked.appointmentId === appointmentId
            ? { id: appointmentId, providerId, patientId, status: 'confirmed', videoEnabled: true }
            : null,
        channel: kept.channel !== undefined && asked.channelId === channelId ? toChannel() : null,
        member: asked.channelId === channelId ? toMember(subject) : null,
      })),
    openChannel: ({ userId }) =>
      happens('openChannel', () => {
        if (kept.channel === undefined) {
          kept.channel = {
            channelId,
            channelArn: null,
            appointmentId,
            providerId,
            patientId,
            status: 'active',
            createdAt: iso(kept.clock),
            lastMessageAt: null,
            closed: false,
          };
          seat(providerId, 'provider');
          seat(patientId, 'patient');
          audit('channel_created', userId);
        }
        return toChannel();
      }),
    channelCreated: ({ channelArn, providerArn, patientArn }) =>
      happens('channelCreated', () => {
        if (kept.channel && kept.channel.channelArn === null) {
          kept.channel.channelArn = channelArn;
          for (const [id, userArn] of [
            [providerId, providerArn],
            [patientId, patientArn],
          ] as const) {
            Object.assign(kept.members.get(id) as Member, { userArn, unsettledAt: null });
          }
        }
        return toChannel();
      }),
    acceptMessage: ({ userId, clientToken, ...of }) =>
      happens('acceptMessage', (): Written => {
        const outcome = refusalOf(userId, true);
        if (outcome) return { outcome };
        const known = kept.tokens.get(`${userId} ${clientToken}`);
        if (known) return written('known', known);
        const row = keepMessage({ ...of, senderId: userId, clientToken });
        return written('kept', row);
      }),
    messageSent: ({ messageId, chimeMessageId, revision }) =>
      happens('messageSent', () => {
        const row = kept.byId.get(messageId);
        if (!row) throw new Error(`there is no message ${messageId}`);
        row.chimeMessageId ??= chimeMessageId;
        const isAlone = revision <= 1 || (row.triedAt ?? 0) > row.changedAt + 30_000;
        row.state = row.revision === revision && isAlone ? 'confirmed' : 'sent';
      }),
    messageFailed: ({ messageId, revision }) =>
      happens('messageFailed', () => {
        const row = kept.byId.get(messageId);
        if (row && row.state !== 'confirmed' && row.revision === revision) row.state = 'failed';
      }),
    editMessage: ({ userId, messageId, message }) =>
      happens('editMessage', (): Written => {
        const row = kept.byId.get(messageId);
        const outcome = refusalOf(userId, true);
        if (outcome) return { outcome };
        if (!row || row.redactedAt !== null) return { outcome: 'noMessage' };
        if (row.senderId !== userId) return { outcome: 'notHers' };
        return row.message === message ? written('known', row) : change(row, userId, message, 'editedAt');
      }),
    redactMessage: ({ userId, messageId }) =>
      happens('redactMessage', (): Written => {
        const row = kept.byId.get(messageId);
        const outcome = refusalOf(userId, true);
        if (outcome) return { outcome };
        if (!row) return { outcome: 'noMessage' };
        const isAnybodys = row.messageType !== 'system' && userId === providerId;
        if (row.senderId !== userId && !isAnybodys) return { outcome: 'notHers' };
        return row.redactedAt === null ? change(row, userId, '', 'redactedAt') : written('known', row);
      }),
    markRead: ({ userId, messageId }) =>
      happens('markRead', () => {
        const outcome = refusalOf(userId, false);
        if (outcome) return { outcome };
        if (!kept.byId.has(messageId)) return { outcome: 'noMessage' };
        kept.reads.set(userId, { messageId, at: iso(kept.clock) });
        audit('message_read', userId, messageId);
        return { outcome: 'kept' };
      }),
    react: ({ userId, messageId, reaction }) =>
      happens('react', () => {
        const row = kept.byId.get(messageId);
        const outcome = refusalOf(userId, true);
        if (outcome) return { outcome };
        if (!row || row.redactedAt !== null) return { outcome: 'noMessage' };
        const others = row.reactions.filter((one) => one.userId !== userId);
        row.reactions = reaction === null ? others : [...others, { userId, reaction }];
        return { outcome: 'kept' };
      }),
    listMessages: ({ userId, limit, nextToken }) =>
      happens('listMessages', () => {
        if (refusalOf(userId, false)) return null;
        const from = nextToken === null ? kept.rows.length : Number.parseInt(nextToken, 10);
        const some = kept.rows.slice(Math.max(0, from - limit), from).toReversed();
        const left = from - some.length;
        const reads = [...kept.reads].map(([reader, mark]) => ({ userId: reader, ...mark }));
        return { messages: some.map(toMessage), reads, nextToken: left > 0 ? `${left}_rows` : null };
      }),
    listChannels: ({ userId }) =>
      happens('listChannels', () => {
        const member = toMember(userId);
        return { channels: member ? [{ ...toChannel(), role: member.role, unread: 0 }] : [], nextToken: null };
      }),
    addMember: ({ userId, by }) =>
      happens('addMember', () => {
        const outcome = refusalOf(by, true) ?? (userId === strangerId ? 'noUser' : undefined);
        if (outcome) return { outcome, settling: null };
        if (toMember(userId)) return { outcome: 'known', settling: toSettling(userId) };
        seat(userId, 'member');
        audit('member_added', by);
        return { outcome: 'kept', settling: toSettling(userId) };
      }),
    removeMember: ({ userId, by }) =>
      happens('removeMember', () => {
        const isParty = userId === providerId || userId === patientId;
        const outcome = refusalOf(by, false) ?? (isParty ? 'isParty' : undefined);
        if (outcome) return { outcome, settling: null };
        const found = kept.members.get(userId);
        if (!found?.isIn) return { outcome: 'known', settling: toSettling(userId) };
        Object.assign(found, { isIn: false, unsettledAt: kept.clock });
        audit('member_removed', by);
        return { outcome: 'kept', settling: toSettling(userId) };
      }),
    memberSettled: ({ userId, userArn, isIn }) =>
      happens('memberSettled', () => {
        const found = kept.members.get(userId);
        if (!found) return null;
        found.userArn = isIn ? userArn : null;
        found.unsettledAt = found.isIn === isIn ? null : (found.unsettledAt ?? kept.clock);
        return toSettling(userId);
      }),
    archiveChannel: ({ userId }) =>
      happens('archiveChannel', () => {
        const refused = refusalOf(userId, false);
        if (refused) return { outcome: refused, channel: toChannel() };
        const isNew = kept.channel?.status === 'active';
        if (isNew && kept.channel) kept.channel.status = 'archived';
        if (isNew) audit('channel_archived', userId);
        return { outcome: isNew ? 'kept' : 'known', channel: toChannel() };
      }),
    channelClosed: () =>
      happens('channelClosed', () => {
        if (kept.channel) kept.channel.closed = true;
      }),
    unsettled: (most) =>
      happens('unsettled', () => {
        const isDue = (at: number) => at < kept.clock - 30_000;
        const due = kept.rows
          .filter(
            (row) =>
              (row.state === 'accepted' || row.state === 'sent') && isDue(Math.max(row.changedAt, row.triedAt ?? 0)),
          )
          .slice(0, most);
        for (const row of due) row.triedAt = kept.clock;
        const members = [...kept.members.values()].filter((one) => one.unsettledAt !== null && isDue(one.unsettledAt));
        const isClosing = kept.channel?.status === 'archived' && !kept.channel.closed;
        return {
          deliveries: due.map((row) => toDelivery(row) as Delivery),
          members: kept.channel?.channelArn == null ? [] : members.map((one) => toSettling(one.userId) as Settling),
          closing: isClosing ? [toChannel()] : [],
          failed: 0,
          late: 0,
        };
      }),
  };

  const channels: Channels = {
    ensureUser: ({ userId }) => happens('ensureUser', () => arnOf(userId)),
    create: ({ by, member }) =>
      happens('create', () => {
        for (const arn of [by, member]) chime.members.add(arn);
        chime.exists = true;
        return `${appInstanceArn}/channel/${channelId}`;
      }),
    addMember: ({ member }) => happens('addMember at Chime', () => void chime.members.add(member)),
    removeMember: ({ member }) => happens('removeMember at Chime', () => void chime.members.delete(member)),
    send: ({ by, token, content, metadata }) =>
      happens('send', () => {
        if (!chime.exists || chime.isClosed) return { outcome: 'gone' };
        if (!chime.members.has(by)) return { outcome: 'notMember' };
        let message = chime.tokens.get(token);
        if (message === undefined) {
          message = { id: `chime-${chime.messages.length}`, by, content, metadata, isRedacted: false };
          chime.messages.push(message);
          chime.tokens.set(token, message);
          chime.byId.set(message.id, message);
        }
        return { outcome: 'sent', chimeMessageId: message.id };
      }),
    edit: ({ chimeMessageId, content }) =>
      happens('edit', () => {
        const message = chime.byId.get(chimeMessageId);
        if (!message || message.isRedacted) return 'gone';
        message.content = content;
        return 'done';
      }),
    redact: ({ chimeMessageId }) =>
      happens('redact', () => {
        const message = chime.byId.get(chimeMessageId);
        if (message) Object.assign(message, { content: '', isRedacted: true });
        return message ? 'done' : 'gone';
      }),
    close: () => happens('close', () => void (chime.isClosed = true)),
  };

  const bucket = memoryFiles({
    happens,
    refusalOf,
    audit,
    acceptMessage: messages.acceptMessage,
    isRedacted: (messageId) => kept.byId.get(messageId)?.redactedAt != null,
    now: () => kept.clock,
  });
  const chats: Chats = { ...messages, ...bucket.chats };
  const ports: ChatPorts = {
    config: toCallConfig({ ...callEnv, APP_INSTANCE_ARN: appInstanceArn, ...env }),
    callers: { identify: async () => callerOf(providerId) },
    chats,
    channels,
    files: bucket.files,
    log: (...line) => void kept.logged.push(line),
    measure: (_, name, value, ...by) => void kept.measured.push([name, value, ...by]),
    now: () => new Date(kept.clock),
  };
  return { ports, kept, say, bucket };
}
