import type { Mutant } from './callMutants.ts';

/** Safeguards of the chat beside a call. */
export const ofChats: readonly Mutant[] = [
  {
    name: 'the token of a message',
    file: 'pipeline/api/messaging/sendMessage.ts',
    from: 'clientToken: clientToken ?? messageId,',
    to: 'clientToken: messageId,',
  },
  {
    name: 'the look for a token that was used',
    file: 'supabase/migrations/20261129090000_chat.sql',
    from: "    return pipeline.written('known', kept);\n",
    to: '    null;\n',
  },
  {
    name: 'the token of a message at Chime',
    file: 'pipeline/chats/deliver.ts',
    from: '      token: messageId,\n',
    to: '      token: crypto.randomUUID(),\n',
  },
  {
    name: 'the membership of whoever asks',
    file: 'supabase/migrations/20261129090000_chat.sql',
    from: 'm.channel_id = channel and m.user_id = person and m.removed_at is null',
    to: 'm.channel_id = channel and m.removed_at is null',
  },
  {
    name: 'the end of a membership',
    file: 'supabase/migrations/20261129090000_chat.sql',
    from: 'm.channel_id = channel and m.user_id = person and m.removed_at is null',
    to: 'm.channel_id = channel and m.user_id = person',
  },
  {
    name: 'the sweep of messages',
    file: 'pipeline/steps/deliverMessages.ts',
    from: 'for (const delivery of deliveries) {',
    to: 'for (const delivery of deliveries.slice(0, 0)) {',
  },
];
