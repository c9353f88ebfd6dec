import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Answer } from '../chime/answers.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../jsonService.ts';
import {
  type AppInstance,
  type AppInstanceUser,
  type Channel,
  instanceIn,
  isExpired,
  type Message,
} from './channel.ts';
import type { MessagingStore } from './messagingStore.ts';
import type { OperationName, Request } from './requests.ts';
import type { Unverified } from './settings.ts';

export interface OperationsContext {
  clock: Clock;
  store: MessagingStore;
  assumed: Unverified;
}

type Handlers = { [Name in OperationName]: (request: Request<Name>, region: string) => Answer };

/** The operations, each with its request as it was read and the region that was asked. */
export function operationsOf({ clock, store, assumed }: OperationsContext): Handlers {
  const requireInstance = (arn: string, region: string): AppInstance => {
    const instance = store.instance(arn);
    if (instance?.region !== region) throw forbidden('An invalid app instance ARN was supplied.');
    return instance;
  };
  /** The user in whose name a call is made is one of the app instance that it is about. */
  const requireBearer = (bearer: string, instanceArn: string, region: string): AppInstance => {
    const instance = store.instance(instanceArn);
    if (instance?.region === region && userOf(instance, bearer)) return instance;
    throw forbidden('An invalid app instance user ARN was supplied for the x-amz-chime-bearer HTTP header.');
  };
  const requireUser = (instance: AppInstance, arn: string): AppInstanceUser => {
    const user = userOf(instance, arn);
    if (!user) throw forbidden('An invalid app instance user ARN was supplied for the input parameter.');
    return user;
  };
  const unknown = (name = assumed.unknown) => {
    return name === 'NotFoundException' ? notFound() : forbidden('The requester may not use this channel or message.');
  };
  const enter = (of: { ChimeBearer: string; ChannelArn: string }, region: string, missing = assumed.unknown) => {
    const instance = requireBearer(of.ChimeBearer, instanceIn(of.ChannelArn), region);
    const channel = store.channel(of.ChannelArn);
    if (!channel || isExpired(channel, clock.now())) throw unknown(missing);
    const isMember = channel.members.includes(of.ChimeBearer);
    return { instance, channel, isMember, isModerator: channel.moderators.includes(of.ChimeBearer) };
  };
  const find = ({ messages }: Channel, id: string): Message => {
    const message = messages.find((one) => one.id === id);
    if (!message) throw unknown();
    return message;
  };
  /** @throws ServiceError for what is there already, unless it is the same request once more */
  const requireRepeat = (before: { token: string }, token: string): void => {
    if (assumed.repeatedCreation === 'same' && before.token === token) return;
    throw new ServiceError('ConflictException', 'It exists already.', 409);
  };
  const sent = (channel: Channel, { id: MessageId }: Message) => ({
    ChannelArn: channel.arn,
    MessageId,
    Status: { Value: 'SENT' },
  });

  return {
    CreateAppInstanceUser({ AppInstanceArn, AppInstanceUserId, Name: name, ClientRequestToken: token }, region) {
      const instance = requireInstance(AppInstanceArn, region);
      const arn = `${instance.arn}/user/${AppInstanceUserId}`;
      const before = userOf(instance, arn);
      if (before) requireRepeat(before, token);
      else instance.users.push({ arn, name, token });
      store.save();
      return { status: 201, body: { AppInstanceUserArn: arn } };
    },

    CreateChannel(request, region) {
      const { ChimeBearer: creator, ClientRequestToken: token, Name: name, ExpirationSettings: expiration } = request;
      const { ChannelId = randomUUID(), MemberArns = [], ModeratorArns = [] } = request;
      const instance = requireBearer(creator, request.AppInstanceArn, region);
      const members = [...(assumed.creator === 'member' ? [creator] : []), ...MemberArns];
      const moderators = [creator, ...ModeratorArns];
      for (const arn of [...members, ...moderators]) requireUser(instance, arn);
      const arn = `${instance.arn}/channel/${ChannelId}`;
      const before = store.channel(arn);
      if (before) requireRepeat(before, token);
      else
        instance.channels.push({
          arn,
          token,
          name,
          members: unique(members),
          moderators: unique(moderators),
          ...(expiration && { expiration }),
          createdAt: clock.now(),
          messages: [],
        });
      store.save();
      return { status: 201, body: { ChannelArn: arn } };
    },

    CreateChannelMembership(request, region) {
      const { instance, channel, isModerator } = enter(request, region, 'NotFoundException');
      if (!isModerator) throw forbidden('Only moderators add members to a RESTRICTED channel.');
      const { arn, name } = requireUser(instance, request.MemberArn);
      if (channel.members.includes(arn)) throw new ServiceError('ConflictException', 'A member already.', 409);
      channel.members.push(arn);
      store.save();
      return { status: 201, body: { ChannelArn: channel.arn, Member: { Arn: arn, Name: name } } };
    },

    DeleteChannelMembership(request, region) {
      const { channel, isModerator } = enter(request, region);
      const { MemberArn: member } = request;
      if (!isModerator && member !== request.ChimeBearer) throw forbidden('Members may remove themselves only.');
      if (!channel.members.includes(member) && assumed.unknownMember === 'NotFoundException') throw notFound();
      channel.members = channel.members.filter((arn) => arn !== member);
      store.save();
      return { status: 204 };
    },

    SendChannelMessage(request, region) {
      const { channel, isMember } = enter(request, region);
      if (!isMember) throw forbidden('The requester is not a member of the channel.');
      const { ChimeBearer: sender, ClientRequestToken: token, Content: content, Type: type } = request;
      const { Metadata: metadata = null } = request;
      const digest = createHash('sha256')
        .update(JSON.stringify([type, content, metadata]))
        .digest('hex');
      const before = channel.messages.find((one) => one.sender === sender && one.sent.token === token);
      if (before && before.sent.digest !== digest && assumed.otherContent === 'conflict') {
        throw new ServiceError('ConflictException', 'The token is that of another message.', 409);
      }
      if (before) return { status: 201, body: sent(channel, before) };
      const message: Message = {
        id: randomBytes(32).toString('hex'),
        sender,
        type,
        content,
        metadata,
        createdAt: clock.now(),
        editedAt: null,
        redacted: false,
        sent: { token, digest },
      };
      channel.messages.push(message);
      store.save();
      return { status: 201, body: sent(channel, message) };
    },

    UpdateChannelMessage(request, region) {
      const { channel, isMember } = enter(request, region);
      if (!isMember) throw forbidden('The requester is not a member of the channel.');
      const message = find(channel, request.MessageId);
      if (message.sender !== request.ChimeBearer) throw forbidden("Nobody edits another one's message.");
      if (message.redacted) throw unknown();
      Object.assign(message, { content: request.Content, editedAt: clock.now() });
      store.save();
      return { status: 200, body: sent(channel, message) };
    },

    RedactChannelMessage(request, region) {
      const { channel, isMember, isModerator } = enter(request, region);
      const message = find(channel, request.MessageId);
      const isOwn = isMember && message.sender === request.ChimeBearer;
      if (!isOwn && !isModerator) throw forbidden("Only moderators redact another one's message.");
      Object.assign(message, { content: '', metadata: null, redacted: true });
      store.save();
      return { status: 200, body: { ChannelArn: channel.arn, MessageId: message.id } };
    },
  };
}

function userOf({ users }: AppInstance, arn: string): AppInstanceUser | undefined {
  return users.find((user) => user.arn === arn);
}

const unique = (arns: readonly string[]) => [...new Set(arns)];

const forbidden = (message: string) => new ServiceError('ForbiddenException', message, 403);

const notFound = () => new ServiceError('NotFoundException', 'There is no such thing.', 404);
