import {
  ChannelMembershipType,
  ChannelMessagePersistenceType,
  ChannelMessageType,
  ChannelMode,
  ChannelPrivacy,
  ExpirationCriterion,
} from '@aws-sdk/client-chime-sdk-messaging';
import * as v from 'valibot';
import { notSupported, only } from '../readRequest.ts';

/**
 * The requests with the limits of the API model, and those in bytes of the guide. Of channels the stand-in has private ones
 * whose members are chosen by moderators, and of messages those that are kept.
 */

const arn = v.pipe(
  v.string(),
  v.minLength(5),
  v.maxLength(1600),
  v.regex(/^arn:[a-z0-9-.]{1,63}(?::[a-z0-9-.]{0,63}){3}:[^/].{0,1023}$/),
);
const token = v.pipe(v.string(), v.minLength(2), v.maxLength(64), v.regex(/^[-_a-zA-Z0-9]*$/));
const ownId = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(64),
  v.regex(/^[A-Za-z0-9](?:[A-Za-z0-9:\-_.@]{0,62}[A-Za-z0-9])?$/),
);
const resourceName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(256),
  v.regex(/^[\t\n\r\x20-~\x85\xA0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u),
);
const userName = v.pipe(v.string(), v.minLength(1), v.maxLength(100), v.regex(/^.*\S.*$/));
const userArns = v.optional(v.pipe(v.array(arn), v.minLength(1), v.maxLength(10)));
const expiration = v.strictObject({
  ExpirationDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5475)),
  ExpirationCriterion: v.picklist(Object.values(ExpirationCriterion)),
});

/** 4 KB and 1 KB, in bytes. */
const content = v.pipe(v.string(), v.minLength(1), v.maxBytes(4096));
const metadata = v.optional(v.pipe(v.string(), v.maxBytes(1024), v.regex(/^.*$/)));
const controlBytes = 30;

const inChannel = { ChimeBearer: arn, ChannelArn: arn, SubChannelId: notSupported };
const ofMessage = {
  ...inChannel,
  MessageId: v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[-_a-zA-Z0-9]*$/)),
};

/** By operation: the body, with what stands in the path and the header. */
export const requests = {
  CreateAppInstanceUser: v.strictObject({
    AppInstanceArn: arn,
    AppInstanceUserId: ownId,
    Name: userName,
    ClientRequestToken: token,
    Metadata: notSupported,
    Tags: notSupported,
    ExpirationSettings: notSupported,
  }),
  CreateChannel: v.strictObject({
    ChimeBearer: arn,
    AppInstanceArn: arn,
    Name: resourceName,
    ClientRequestToken: token,
    ChannelId: v.optional(ownId),
    Mode: v.pipe(v.optional(v.picklist(Object.values(ChannelMode)), 'UNRESTRICTED'), only('RESTRICTED')),
    Privacy: v.pipe(v.optional(v.picklist(Object.values(ChannelPrivacy)), 'PRIVATE'), only('PRIVATE')),
    MemberArns: userArns,
    ModeratorArns: userArns,
    ExpirationSettings: v.optional(expiration),
    Metadata: notSupported,
    Tags: notSupported,
    ElasticChannelConfiguration: notSupported,
  }),
  CreateChannelMembership: v.strictObject({
    ...inChannel,
    MemberArn: arn,
    Type: v.pipe(v.picklist(Object.values(ChannelMembershipType)), only('DEFAULT')),
  }),
  DeleteChannelMembership: v.strictObject({ ...inChannel, MemberArn: arn }),
  SendChannelMessage: v.pipe(
    v.strictObject({
      ...inChannel,
      Content: content,
      Type: v.picklist(Object.values(ChannelMessageType)),
      Persistence: v.pipe(v.picklist(Object.values(ChannelMessagePersistenceType)), only('PERSISTENT')),
      ClientRequestToken: token,
      Metadata: metadata,
      ContentType: notSupported,
      PushNotification: notSupported,
      MessageAttributes: notSupported,
      Target: notSupported,
    }),
    v.forward(
      v.check(
        ({ Type, Content }) => Type !== 'CONTROL' || new TextEncoder().encode(Content).length <= controlBytes,
        `a CONTROL message has ${controlBytes} bytes at most`,
      ),
      ['Content'],
    ),
    v.forward(
      v.check(({ Type, Metadata }) => Type !== 'CONTROL' || Metadata === undefined, 'a CONTROL message has none'),
      ['Metadata'],
    ),
  ),
  UpdateChannelMessage: v.strictObject({
    ...ofMessage,
    Content: content,
    // What becomes of a message's metadata and type when it gets others, or none, is not known.
    Metadata: notSupported,
    ContentType: notSupported,
  }),
  RedactChannelMessage: v.strictObject(ofMessage),
};

export type OperationName = keyof typeof requests;
export type Request<Name extends OperationName> = v.InferOutput<(typeof requests)[Name]>;
