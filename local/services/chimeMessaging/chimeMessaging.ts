import { randomUUID } from 'node:crypto';
import { chimeService } from '../chime/chimeService.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../jsonService.ts';
import type { ScopedService } from '../scopedService.ts';
import { TokenBuckets } from '../tokenBucket.ts';
import type { Channel, Message } from './channel.ts';
import { MessagingStore } from './messagingStore.ts';
import { operationsOf } from './operations.ts';
import { requests } from './requests.ts';
import { paths, readRoute } from './routes.ts';
import { assumed, assumedLimits, type MessagingLimits, type Unverified, withMessagingApi } from './settings.ts';

/** What a stack may choose about its stand-in. */
export interface MessagingSettings {
  /** Replaces quotas one by one, or takes all of them away. */
  limits?: Partial<MessagingLimits> | 'off';
  /** Replaces guesses one by one. */
  assumed?: Partial<Unverified>;
}

export interface MessagingOptions extends MessagingSettings {
  clock: Clock;
  accountId: string;
  /** Keeps everything across restarts, in `messaging.json` of this folder. */
  dataDir?: string;
}

export interface ChimeMessaging {
  service: ScopedService;
  /** The guesses that it works by. They may be changed at any time. */
  assumed: Unverified;
  /** Makes an app instance, as somebody does once by hand, and gives its ARN; the one of that id if it is there already. */
  appInstance: (region: string, id?: string) => string;
  /** A channel as it is, even when its time is over: the truth that a product is checked against. */
  channel: (arn: string) => Readonly<Channel> | undefined;
  /** Its messages, oldest first; none of a channel that never was. */
  messages: (channelArn: string) => readonly Message[];
}

/** The Amazon Chime SDK's messaging and the identities of those who use it. Nobody is connected to it. */
export function createChimeMessaging(options: MessagingOptions): ChimeMessaging {
  const { clock, accountId, limits = {} } = options;
  const quotas = limits === 'off' ? undefined : { ...assumedLimits, ...limits };
  const guesses = { ...assumed, ...options.assumed };
  const store = new MessagingStore(options.dataDir);
  const buckets = new TokenBuckets(clock);

  return {
    service: chimeService({
      title: 'Amazon Chime SDK messaging and identity',
      regions: withMessagingApi,
      paths,
      readRoute,
      requests,
      handlers: operationsOf({ clock, store, assumed: guesses }),
      admit(operation, region) {
        if (!quotas || buckets.take(`${region} ${operation}`, quotas)) return;
        throw new ServiceError('ThrottledClientException', 'Rate exceeded', 429);
      },
    }),
    assumed: guesses,
    appInstance(region, id = randomUUID()) {
      const arn = `arn:aws:chime:${region}:${accountId}:app-instance/${id}`;
      if (!store.instance(arn)) store.add({ arn, region, users: [], channels: [] });
      return arn;
    },
    channel: (arn) => store.channel(arn),
    messages: (arn) => store.channel(arn)?.messages ?? [],
  };
}
