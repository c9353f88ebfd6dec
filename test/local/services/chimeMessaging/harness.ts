import { ChimeSDKIdentityClient, CreateAppInstanceUserCommand } from '@aws-sdk/client-chime-sdk-identity';
import {
  ChimeSDKMessagingClient,
  CreateChannelCommand,
  type CreateChannelCommandInput,
  CreateChannelMembershipCommand,
  DeleteChannelMembershipCommand,
  RedactChannelMessageCommand,
  SendChannelMessageCommand,
  type SendChannelMessageCommandInput,
  UpdateChannelMessageCommand,
} from '@aws-sdk/client-chime-sdk-messaging';
import {
  createChimeMessaging,
  type MessagingOptions,
} from '../../../../local/services/chimeMessaging/chimeMessaging.ts';
import { Faults } from '../../../../local/services/faults.ts';
import { startGateway } from '../../../../local/services/gateway.ts';
import { clientConfig, ManualClock } from '../../testClock.ts';

export const home = 'eu-central-1';

/** The requests per second count only where a test is about them: these clocks stand still. */
const unhurried = { rate: 1e9, burst: 1e9 };

/** The stand-in behind real HTTP, the real clients in front of it, and an app instance in it. */
export async function messagingHarness({
  clock = new ManualClock(),
  ...options
}: Partial<Omit<MessagingOptions, 'clock'>> & { clock?: ManualClock } = {}) {
  const faults = new Faults();
  const broken: unknown[] = [];
  const messaging = createChimeMessaging({
    clock,
    accountId: '111122223333',
    ...options,
    limits: options.limits === 'off' ? 'off' : { ...unhurried, ...options.limits },
  });
  const gateway = await startGateway({
    clock,
    faults,
    services: [],
    scoped: [messaging.service],
    fallback: (_, response) => Promise.resolve(void response.writeHead(418).end()),
    onBroken: (error) => void broken.push(error),
  });
  const client = new ChimeSDKMessagingClient(clientConfig(gateway.url, home));
  const identity = new ChimeSDKIdentityClient(clientConfig(gateway.url, home));
  const instance = messaging.appInstance(home, '00000000-0000-4000-8000-000000000000');
  return {
    ...messaging,
    clock,
    faults,
    broken,
    url: gateway.url,
    client,
    identity,
    instance,
    /** By their ids, the ARNs of users who are made here, or are there already. */
    async users(...ids: string[]): Promise<string[]> {
      for (const AppInstanceUserId of ids) {
        const arn = `${instance}/user/${AppInstanceUserId}`;
        const make = new CreateAppInstanceUserCommand({ AppInstanceArn: instance, AppInstanceUserId, Name: 'member' });
        const made = await identity.send(make);
        if (made.AppInstanceUserArn !== arn) throw new Error(`unlike its ARN: ${made.AppInstanceUserArn}`);
      }
      return ids.map((id) => `${instance}/user/${id}`);
    },
    /** A channel of the stand-in's kind. */
    async open(ChimeBearer: string, fields: Partial<CreateChannelCommandInput> = {}): Promise<string> {
      const { ChannelArn } = await client.send(
        new CreateChannelCommand({
          AppInstanceArn: instance,
          ChimeBearer,
          Name: 'consultation',
          Mode: 'RESTRICTED',
          Privacy: 'PRIVATE',
          ClientRequestToken: 'channel',
          ...fields,
        }),
      );
      return ChannelArn ?? '';
    },
    async send(ChannelArn: string, ChimeBearer: string, fields: Partial<SendChannelMessageCommandInput> = {}) {
      const { MessageId = '' } = await client.send(
        new SendChannelMessageCommand({
          ChannelArn,
          ChimeBearer,
          Type: 'STANDARD',
          Persistence: 'PERSISTENT',
          Content: 'good morning',
          ...fields,
        }),
      );
      return MessageId;
    },
    edit: (ChannelArn: string, ChimeBearer: string, MessageId: string, Content = 'good evening') =>
      client.send(new UpdateChannelMessageCommand({ ChannelArn, ChimeBearer, MessageId, Content })),
    redact: (ChannelArn: string, ChimeBearer: string, MessageId: string) =>
      client.send(new RedactChannelMessageCommand({ ChannelArn, ChimeBearer, MessageId })),
    add: (ChannelArn: string, ChimeBearer: string, MemberArn: string) =>
      client.send(new CreateChannelMembershipCommand({ ChannelArn, ChimeBearer, MemberArn, Type: 'DEFAULT' })),
    remove: (ChannelArn: string, ChimeBearer: string, MemberArn: string) =>
      client.send(new DeleteChannelMembershipCommand({ ChannelArn, ChimeBearer, MemberArn })),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      identity.destroy();
      await gateway.close();
    },
  };
}

export type MessagingHarness = Awaited<ReturnType<typeof messagingHarness>>;

/** The usual: a provider who moderates, a patient in the channel, and somebody who is not. */
export async function consultation(options: Parameters<typeof messagingHarness>[0] = {}) {
  const messaging = await messagingHarness({ ...options, assumed: { creator: 'member', ...options.assumed } });
  const [provider = '', patient = '', stranger = ''] = await messaging.users('provider', 'patient', 'stranger');
  const channelArn = await messaging.open(provider, { ChannelId: 'visit', MemberArns: [patient] });
  return { ...messaging, provider, patient, stranger, channelArn };
}
