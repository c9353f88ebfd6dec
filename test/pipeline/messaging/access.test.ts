import { expect, test } from 'vitest';
import { chatRefusalOf, fileRefusedBy, placeRefusalOf, refusedBy } from '../../../pipeline/messaging/access.ts';
import type { ChatChannel, ChatContext, ChatRole } from '../../../pipeline/messaging/chat.ts';
import { type ChatActionName, chatActionNames } from '../../../pipeline/messaging/requests.ts';
import { refusals } from '../../../pipeline/refusals.ts';
import { appointmentId, patientId, providerId, userOf } from '../memoryCall.ts';

const appointment = { id: appointmentId, providerId, patientId, status: 'cancelled', videoEnabled: false };
const channel: ChatChannel = {
  channelId: userOf(0xc),
  channelArn: null,
  appointmentId,
  providerId,
  patientId,
  status: 'active',
  createdAt: '',
  lastMessageAt: null,
};
const contextOf = (userId: string, role?: ChatRole, more: Partial<ChatContext> = {}): ChatContext => ({
  tooMany: false,
  userId,
  appointment,
  channel,
  member: role ? { userId, role, userArn: null } : null,
  ...more,
});
const archived = { channel: { ...channel, status: 'archived' as const } };

/** p: provider, t: patient, m: member, s: stranger; in capitals also where the channel is archived. */
const allowed: Readonly<Record<ChatActionName, string>> = {
  createChannel: 'PT',
  sendMessage: 'ptm',
  editMessage: 'ptm',
  redactMessage: 'ptm',
  markRead: 'PTM',
  listMessages: 'PTM',
  listChannels: 'PTMS',
  addMember: 'p',
  removeMember: 'P',
  react: 'ptm',
  unreact: 'ptm',
  deleteChannel: 'P',
  attach: 'ptm',
  attachmentLink: 'PTM',
};

test.each(chatActionNames)('%s is granted to whom the table says', (action) => {
  const people: [string, string, ChatRole | undefined][] = [
    ['p', providerId, 'provider'],
    ['t', patientId, 'patient'],
    ['m', userOf(3), 'member'],
    ['s', userOf(8), undefined],
  ];
  const granted = people.map(([letter, userId, role]) => {
    const isGranted = chatRefusalOf(action, contextOf(userId, role)) === undefined;
    const isOnceArchived = chatRefusalOf(action, contextOf(userId, role, archived)) === undefined;
    expect(isOnceArchived && !isGranted).toBe(false);
    return isOnceArchived ? letter.toUpperCase() : isGranted ? letter : '';
  });
  expect(granted.join('')).toBe(allowed[action]);
});

test.each<[ChatActionName, Partial<ChatContext>, string]>([
  ['listChannels', { tooMany: true, userId: null }, 'TooManyRequests'],
  ['listChannels', { userId: null }, 'UnknownUser'],
  ['createChannel', { appointment: null }, 'AppointmentNotFound'],
  ['createChannel', { appointment: { ...appointment, patientId: null } }, 'AppointmentNotOpen'],
  ['createChannel', { appointment: { ...appointment, patientId: providerId } }, 'AppointmentNotOpen'],
  ['sendMessage', { channel: null, member: null }, 'ChannelNotFound'],
  ['sendMessage', { member: null }, 'NotAParticipant'],
  ['sendMessage', archived, 'ChannelArchived'],
])('%s of %o is refused as %s', (action, more, code) => {
  expect(chatRefusalOf(action, contextOf(providerId, 'provider', more))).toBe(code);
});

test('what is read is read where there is no chat; nothing else is done there', () => {
  const none = { appInstanceArn: undefined, messagingAllowed: true };
  const reading = chatActionNames.filter((action) => placeRefusalOf(action, none) === undefined);
  expect(reading).toEqual(['markRead', 'listMessages', 'listChannels', 'attachmentLink']);
  expect(placeRefusalOf('sendMessage', none)).toBe('ChatNotHere');
  expect(placeRefusalOf('sendMessage', { appInstanceArn: 'a', messagingAllowed: false })).toBe('RegionNotAllowed');
  expect(placeRefusalOf('sendMessage', { appInstanceArn: 'a', messagingAllowed: true })).toBeUndefined();
});

test('whatever the record does not do has an answer', () => {
  for (const code of Object.values({ ...refusedBy, ...fileRefusedBy })) expect(refusals[code][0]).toBeLessThan(500);
});
