import type { RefusalName } from '../refusals.ts';
import { type Right, rightRefusalOf } from '../rights.ts';
import type { FileRefusedAs } from './attachment.ts';
import type { ChatContext } from './chat.ts';
import type { ChatActionName } from './requests.ts';

/** Who may do what in a channel; one that is archived is over. Everybody: its members. */
const rights: Readonly<Record<Exclude<ChatActionName, 'createChannel' | 'listChannels'>, Right>> = {
  sendMessage: { who: 'everybody', over: 'refused' },
  // Their own; the provider takes back anybody's. The record knows whose it is.
  editMessage: { who: 'everybody', over: 'refused' },
  redactMessage: { who: 'everybody', over: 'refused' },
  react: { who: 'everybody', over: 'refused' },
  unreact: { who: 'everybody', over: 'refused' },
  markRead: { who: 'everybody', over: 'fine' },
  listMessages: { who: 'everybody', over: 'fine' },
  addMember: { who: 'provider', over: 'refused' },
  removeMember: { who: 'provider', over: 'fine' },
  deleteChannel: { who: 'provider', over: 'fine' },
  attach: { who: 'everybody', over: 'refused' },
  attachmentLink: { who: 'everybody', over: 'fine' },
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
  return rightRefusalOf(rights[action], member.role, channel.status === 'active' ? undefined : 'ChannelArchived');
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
