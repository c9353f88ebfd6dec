import { readRouteOf, type Route } from '../chime/routing.ts';
import type { JsonObject } from '../jsonService.ts';
import type { ScopedRequest } from '../scopedService.ts';
import type { OperationName } from './requests.ts';

/** All paths of both APIs begin so, and those of no other API that signs as `chime`. */
export const paths = /^\/(?:channel|app-instance|endpoints\/messaging-session)/;

const users = /^\/app-instance-users$/;
const channels = /^\/channels$/;
const memberships = /^\/channels\/(?<ChannelArn>[^/]+)\/memberships$/;
const membership = /^\/channels\/(?<ChannelArn>[^/]+)\/memberships\/(?<MemberArn>[^/]+)$/;
const messages = /^\/channels\/(?<ChannelArn>[^/]+)\/messages$/;
const message = /^\/channels\/(?<ChannelArn>[^/]+)\/messages\/(?<MessageId>[^/]+)$/;

const routes: Readonly<Record<OperationName, Route>> = {
  CreateAppInstanceUser: { method: 'POST', path: users },
  CreateChannel: { method: 'POST', path: channels },
  CreateChannelMembership: { method: 'POST', path: memberships },
  DeleteChannelMembership: { method: 'DELETE', path: membership },
  SendChannelMessage: { method: 'POST', path: messages },
  UpdateChannelMessage: { method: 'PUT', path: message },
  RedactChannelMessage: { method: 'POST', path: message, kind: 'redact' },
};

/** What the services have besides, as far as it could be taken for part of the stand-in. */
const missing: Readonly<Record<string, Route>> = {
  CreateAppInstance: { method: 'POST', path: /^\/app-instances$/ },
  ListAppInstanceUsers: { method: 'GET', path: users },
  DescribeAppInstanceUser: { method: 'GET', path: /^\/app-instance-users\/[^/]+$/ },
  UpdateAppInstanceUser: { method: 'PUT', path: /^\/app-instance-users\/[^/]+$/ },
  DeleteAppInstanceUser: { method: 'DELETE', path: /^\/app-instance-users\/[^/]+$/ },
  ListChannels: { method: 'GET', path: channels },
  SearchChannels: { method: 'POST', path: channels, kind: 'search' },
  DescribeChannel: { method: 'GET', path: /^\/channels\/[^/]+$/ },
  UpdateChannel: { method: 'PUT', path: /^\/channels\/[^/]+$/ },
  DeleteChannel: { method: 'DELETE', path: /^\/channels\/[^/]+$/ },
  BatchCreateChannelMembership: { method: 'POST', path: memberships, kind: 'batch-create' },
  ListChannelMemberships: { method: 'GET', path: memberships },
  DescribeChannelMembership: { method: 'GET', path: membership },
  CreateChannelModerator: { method: 'POST', path: /^\/channels\/[^/]+\/moderators$/ },
  CreateChannelBan: { method: 'POST', path: /^\/channels\/[^/]+\/bans$/ },
  ListChannelMessages: { method: 'GET', path: messages },
  GetChannelMessage: { method: 'GET', path: message },
  DeleteChannelMessage: { method: 'DELETE', path: message },
  UpdateChannelReadMarker: { method: 'PUT', path: /^\/channels\/[^/]+\/readMarker$/ },
  PutChannelExpirationSettings: { method: 'PUT', path: /^\/channels\/[^/]+\/expiration-settings$/ },
  GetMessagingSessionEndpoint: { method: 'GET', path: /^\/endpoints\/messaging-session$/ },
};

/** The operation of a request, and its input: the body with what stands in the path and the header. @throws NotImplemented */
export function readRoute(request: ScopedRequest): { operation: OperationName; input: JsonObject } {
  const { operation, input } = readRouteOf({ routes, missing }, request);
  const bearer = request.headers['x-amz-chime-bearer'];
  return { operation, input: { ...input, ...(typeof bearer === 'string' && { ChimeBearer: bearer }) } };
}
