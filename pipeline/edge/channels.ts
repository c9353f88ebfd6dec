import { ChimeSDKIdentityClient, CreateAppInstanceUserCommand } from '@aws-sdk/client-chime-sdk-identity';
import {
  ChimeSDKMessagingClient,
  CreateChannelCommand,
  CreateChannelMembershipCommand,
  DeleteChannelMembershipCommand,
  RedactChannelMessageCommand,
  SendChannelMessageCommand,
  UpdateChannelMessageCommand,
} from '@aws-sdk/client-chime-sdk-messaging';
import type { Channels } from '../chatPorts.ts';
import { Refusal } from '../refusals.ts';
import { withLimit } from './limits.ts';

export interface ChannelClients {
  messaging: ChimeSDKMessagingClient;
  identity: ChimeSDKIdentityClient;
}

/** Both have the same regions, and an app instance is in one of them. */
export function connectChannels(region: string): ChannelClients {
  return {
    messaging: new ChimeSDKMessagingClient({ region, ...withLimit('chime') }),
    identity: new ChimeSDKIdentityClient({ region, ...withLimit('chime') }),
  };
}

/** Chime's channels and their users, in one app instance. With its credentials, it may speak in everybody's name. */
export function toChannels({ messaging, identity }: ChannelClients, appInstanceArn: string): Channels {
  const addMember: Channels['addMember'] = async ({ channelArn, by, member }) => {
    const of = { ChannelArn: channelArn, ChimeBearer: by };
    const command = new CreateChannelMembershipCommand({ ...of, MemberArn: member, Type: 'DEFAULT' });
    await ask(() => messaging.send(command), exists);
  };
  return {
    addMember,
    async ensureUser({ userId, role }) {
      const command = new CreateAppInstanceUserCommand({
        AppInstanceArn: appInstanceArn,
        AppInstanceUserId: userId,
        // Everybody in a channel reads it.
        Name: role,
      });
      await ask(() => identity.send(command), exists);
      return `${appInstanceArn}/user/${userId}`;
    },
    async create({ channelId, by, member, expirationDays }) {
      const command = new CreateChannelCommand({
        AppInstanceArn: appInstanceArn,
        ChimeBearer: by,
        ChannelId: channelId,
        Name: 'consultation',
        Mode: 'RESTRICTED',
        Privacy: 'PRIVATE',
        ModeratorArns: [by],
        MemberArns: [member],
        ExpirationSettings: { ExpirationDays: expirationDays, ExpirationCriterion: 'CREATED_TIMESTAMP' },
      });
      const isNew = (await ask(() => messaging.send(command), exists)) !== 'ConflictException';
      const channelArn = `${appInstanceArn}/channel/${channelId}`;
      // Nobody has published whether a moderator is a member as well.
      await addMember({ channelArn, by, member: by });
      // One that is there already may be without her.
      if (!isNew) await addMember({ channelArn, by, member });
      return channelArn;
    },
    async removeMember({ channelArn, by, member }) {
      const command = new DeleteChannelMembershipCommand({
        ChannelArn: channelArn,
        ChimeBearer: by,
        MemberArn: member,
      });
      await ask(() => messaging.send(command), absent);
    },
    async send({ channelArn, by, token, content, metadata }) {
      const command = new SendChannelMessageCommand({
        ChannelArn: channelArn,
        ChimeBearer: by,
        ClientRequestToken: token,
        Type: 'STANDARD',
        Persistence: 'PERSISTENT',
        Content: content,
        ...(metadata !== null && { Metadata: metadata }),
      });
      const sent = await ask(() => messaging.send(command), notHers);
      if (sent === 'NotFoundException') return { outcome: 'gone' };
      if (sent === 'ForbiddenException') return { outcome: 'notMember' };
      // Without its id, nobody could change it.
      if (!sent.MessageId) throw new Refusal('ChimeUnavailable');
      return { outcome: 'sent', chimeMessageId: sent.MessageId };
    },
    async edit({ channelArn: ChannelArn, by: ChimeBearer, chimeMessageId: MessageId, content: Content }) {
      const command = new UpdateChannelMessageCommand({ ChannelArn, ChimeBearer, MessageId, Content });
      return typeof (await ask(() => messaging.send(command), notHers)) === 'string' ? 'gone' : 'done';
    },
    async redact({ channelArn: ChannelArn, by: ChimeBearer, chimeMessageId: MessageId }) {
      const command = new RedactChannelMessageCommand({ ChannelArn, ChimeBearer, MessageId });
      return typeof (await ask(() => messaging.send(command), notHers)) === 'string' ? 'gone' : 'done';
    },
    async close(ChannelArn, ChimeBearer) {
      // Chime closes no channel: the health record takes no more messages for it, and whoever listens at Chime is told.
      const command = new SendChannelMessageCommand({
        ChannelArn,
        ChimeBearer,
        ClientRequestToken: `closed-${ChannelArn.split('/').at(-1)}`,
        Type: 'CONTROL',
        Persistence: 'PERSISTENT',
        Content: 'closed',
      });
      await ask(() => messaging.send(command), notHers);
    },
  };
}

const exists = ['ConflictException'] as const;
const absent = ['NotFoundException'] as const;
/** That a channel or a message is not there may be said as if it were not hers: the model lacks a NotFoundException. */
const notHers = ['NotFoundException', 'ForbiddenException'] as const;

/** Answers that mean that our request was wrong. */
const ours = ['BadRequestException', 'UnauthorizedClientException', 'ForbiddenException'];

/** By IAM, which is a fault of the deployment. It has the same name as what a channel's roles forbid. */
const isDenied = (text: string) => text.includes('is not authorized to perform');

/** @returns the name of the answer when it is one that is expected */
async function ask<Answer, Name extends string>(
  send: () => Promise<Answer>,
  expected: readonly Name[],
): Promise<Answer | Name> {
  try {
    return await send();
  } catch (error) {
    const { name = '', message = '' } = error instanceof Error ? error : {};
    const said = isDenied(message) ? undefined : expected.find((one) => one === name);
    if (said !== undefined) return said;
    throw ours.includes(name) ? error : new Refusal('ChimeUnavailable');
  }
}
