import type { Route } from '../../apiPorts.ts';
import type { ChatPorts } from '../../chatPorts.ts';
import { chatRefusalOf, placeRefusalOf } from '../../messaging/access.ts';
import { type ChatRequest, toChatRequest } from '../../messaging/requests.ts';
import { Refusal, type RefusalName } from '../../refusals.ts';
import { addMember } from './addMember.ts';
import { attach } from './attach.ts';
import { attachmentLink } from './attachmentLink.ts';
import { createChannel } from './createChannel.ts';
import { deleteChannel } from './deleteChannel.ts';
import { editMessage } from './editMessage.ts';
import type { Granted } from './granted.ts';
import { listChannels } from './listChannels.ts';
import { listMessages } from './listMessages.ts';
import { markRead } from './markRead.ts';
import { react } from './react.ts';
import { redactMessage } from './redactMessage.ts';
import { removeMember } from './removeMember.ts';
import { sendMessage } from './sendMessage.ts';
import { unreact } from './unreact.ts';

/** The one route of the chat: looks what is asked for and who asks, decides, and acts. */
export const act: Route<ChatPorts> =
  (ports) =>
  async (caller, { body, client }) => {
    const request = toChatRequest(body);
    const context = await ports.chats.context(caller, askedOf(request));
    const refusal = chatRefusalOf(request.action, context) ?? placeRefusalOf(request.action, ports.config);
    if (refusal !== undefined) {
      ports.measure(context.channel?.channelId ?? '', 'MessagesRefused', 1);
      throw new Refusal(refusal, ...(sentences[refusal] ?? []));
    }
    const chats = client === undefined ? ports.chats : ports.chats.from(client);
    return perform({ ...ports, chats }, { ...context, userId: context.userId ?? '' }, request);
  };

/** Where the chat's answer is not the call's. */
const sentences: Readonly<Partial<Record<RefusalName, [string]>>> = {
  AppointmentNotOpen: ['This appointment does not name two people who could write to each other.'],
  RegionNotAllowed: ['Messages of this deployment would be kept in another region, which it may not.'],
};

function askedOf(request: ChatRequest): { appointmentId?: string; channelId?: string } {
  if ('appointmentId' in request) return { appointmentId: request.appointmentId };
  return 'channelId' in request ? { channelId: request.channelId } : {};
}

function perform(ports: ChatPorts, granted: Granted, request: ChatRequest): Promise<unknown> {
  switch (request.action) {
    case 'createChannel':
      return createChannel(ports)(granted, request);
    case 'sendMessage':
      return sendMessage(ports)(granted, request);
    case 'editMessage':
      return editMessage(ports)(granted, request);
    case 'redactMessage':
      return redactMessage(ports)(granted, request);
    case 'markRead':
      return markRead(ports)(granted, request);
    case 'listMessages':
      return listMessages(ports)(granted, request);
    case 'listChannels':
      return listChannels(ports)(granted, request);
    case 'addMember':
      return addMember(ports)(granted, request);
    case 'removeMember':
      return removeMember(ports)(granted, request);
    case 'react':
      return react(ports)(granted, request);
    case 'unreact':
      return unreact(ports)(granted, request);
    case 'deleteChannel':
      return deleteChannel(ports)(granted, request);
    case 'attach':
      return attach(ports)(granted, request);
    case 'attachmentLink':
      return attachmentLink(ports)(granted, request);
  }
}
