import type { RefusalName } from '../refusals.ts';
import type { FileRefusedAs } from './attachment.ts';
import type { ChatContext } from './chat.ts';
import type { ChatActionName } from './requests.ts';

/** Who may do what in a channel, and whether only before it is archived. */
const rights: Readonly<
  Record<
    Exclude<ChatActionName, 'createChannel' | 'listChannels'>,
    { who: 'provider' | 'members'; archived: 'refused' | 'fine' }
  >
> = {
  sendMessage: { who: 'members', archived: 'refused' },
  // Their own; the provider takes back anybody's. The record knows whose it is.
  editMessage: { who: 'members', archived: 'refused' },
  redactMessage: { who: 'members', archived: 'refused' },
  react: { who: 'members', archived: 'refused' },
  unreact: { who: 'members', archived: 'refused' },
  markRead: { who: 'members', archived: 'fine' },
  listMessages: { who: 'members', archived: 'fine' },
  addMember: { who: 'provider', archived: 'refused' },
  removeMember: { who: 'provider', archived: 'fine' },
  deleteChannel: { who: 'provider', archived: 'fine' },
  attach: { who: 'members', archived: 'refused' },
  attachmentLink: { who: 'members', archived: 'fine' },
};

/** Why a request is not granted; undefined when it is. The record looks again when it writes. */
export function chatRefusalOf(action: ChatActionName, context: ChatContext): RefusalName | undefined {
  const { tooMany, userId, appointment, channel, member } = context;
  if (tooMany) return 'TooManyRequests';
  if (userId === null) return 'UnknownUser';
  if (action === 'listChannels') return undefined;
  if (action === 'createChannel') {
    if (appointment === null) return 'AppointmentNotFound';
    const { providerId, patientId } = appointment;
    if (userId !== providerId && userId !== patientId) return 'NotAParticipant';
    // It takes two.
    return providerId === null || patientId === null || providerId === patientId ? 'AppointmentNotOpen' : undefined;
  }
  if (channel === null) return 'ChannelNotFound';
  if (member === null) return 'NotAParticipant';
  const { who, archived } = rights[action];
  if (who === 'provider' && member.role !== 'provider') return 'OnlyTheProvider';
  return archived === 'refused' && channel.status !== 'active' ? 'ChannelArchived' : undefined;
}

/** The answers to what the record did not do. */
export const refusedBy = {
  noChannel: 'ChannelNotFound',
  closed: 'ChannelArchived',
  notMember: 'NotAParticipant',
  noMessage: 'MessageNotFound',
  notHers: 'NotTheSender',
  noUser: 'ParticipantNotFound',
  isParty: 'InvalidRequest',
} as const satisfies Record<string, RefusalName>;

/** The answers to whoever sent a file that is no message. */
export const fileRefusedBy = {
  otherType: 'FileTypeDiffers',
  otherBytes: 'FileDiffers',
  neverCame: 'FileNeverCame',
  closed: 'FileTooLate',
  notMember: 'FileTooLate',
} as const satisfies Record<FileRefusedAs, RefusalName>;

/** They write, or tell Chime of something: where there is no chat, nothing of the kind is done. */
const reading: ReadonlySet<ChatActionName> = new Set<ChatActionName>([
  'listMessages',
  'listChannels',
  'markRead',
  'attachmentLink',
]);

/**
 * What was written is read on where a deployment has no chat any more.
 * @param chat whether it has Chime's app instance, and whether its texts may be there
 */
export function placeRefusalOf(
  action: ChatActionName,
  { appInstanceArn, messagingAllowed }: { appInstanceArn: string | undefined; messagingAllowed: boolean },
): RefusalName | undefined {
  if (reading.has(action)) return undefined;
  if (!messagingAllowed) return 'RegionNotAllowed';
  return appInstanceArn === undefined ? 'ChatNotHere' : undefined;
}
