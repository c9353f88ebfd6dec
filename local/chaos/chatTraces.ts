import type { Deployment } from '../replay/deployment.ts';
import type { Stack } from '../stack/stack.ts';

type Row = Record<string, unknown>;

/** A message as somebody's app sent it, once or more often under one token. Times are milliseconds on the stack's clock. */
export interface Sent {
  userId: string;
  clientToken: string;
  text: string;
  from: number;
  to: number;
  /** The ids that the product answered with, and whether it refused; neither where it never said either. */
  messageIds: string[];
  isRefused: boolean;
}

/** What somebody's app was shown of the channel, oldest first; null where it was refused. */
export interface Read {
  userId: string;
  from: number;
  to: number;
  messages: readonly { messageId: string; text: string }[] | null;
}

/** That the provider's app asked for somebody to be let in, or taken out. */
export interface Change {
  isIn: boolean;
  askedAt: number;
  /** Undefined when the product never said that it was so. */
  answeredAt: number | undefined;
}

/** The rows of the channel. */
export interface ChatRows {
  messages: Row[];
  members: Row[];
  audit: Row[];
}

/** Everything that can be seen of a chat from outside. */
export interface ChatTraces extends ChatRows {
  sent: readonly Sent[];
  /** Each person's last one is from when everything had come to rest. */
  reads: readonly Read[];
  changes: readonly Change[];
  /** As it is at Chime, where it has got there: who is a member, and what was sent. */
  atChime: { members: string[]; messages: { id: string; text: string }[] } | undefined;
}

export async function channelOf({ supabase }: Deployment, appointmentId: string): Promise<Row | undefined> {
  const { data, error } = await supabase
    .from('chime_messaging_channels')
    .select('*')
    .eq('appointment_id', appointmentId);
  if (error) throw new Error(`chime_messaging_channels: ${error.message}`);
  return (data as Row[])[0];
}

export async function chatRowsOf({ supabase }: Deployment, channelId: string): Promise<ChatRows> {
  const of = async (table: string): Promise<Row[]> => {
    const { data, error } = await supabase.from(table).select('*').eq('channel_id', channelId);
    if (error) throw new Error(`${table}: ${error.message}`);
    return data as Row[];
  };
  return {
    messages: await of('chime_messages'),
    members: await of('chime_channel_members'),
    audit: await of('chime_message_audit'),
  };
}

/** The truth of Chime, by the ids that the product gave. */
export function atChimeOf({ chime }: Stack, channelArn: string): ChatTraces['atChime'] {
  const channel = chime.messaging.channel(channelArn);
  if (channel === undefined) return undefined;
  const messages = channel.messages.flatMap(({ type, content: text, metadata }) =>
    type === 'STANDARD' ? [{ id: (JSON.parse(metadata ?? '{}') as { id?: string }).id ?? '', text }] : [],
  );
  return { members: channel.members.map((arn) => arn.split('/').at(-1) ?? ''), messages };
}
