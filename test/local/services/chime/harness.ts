import {
  ChimeSDKMeetingsClient,
  type ChimeSDKMeetingsServiceException,
  CreateAttendeeCommand,
  type CreateMeetingCommandInput,
  CreateMeetingCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { type ChimeOptions, createChime } from '../../../../local/services/chime/chime.ts';
import type { Clock } from '../../../../local/services/clock.ts';
import type { BusEvent } from '../../../../local/services/eventBridge/rule.ts';
import { Faults } from '../../../../local/services/faults.ts';
import { type ObservedCall, startGateway } from '../../../../local/services/gateway.ts';
import { clientConfig, failureOf, ManualClock } from '../../testClock.ts';

export const home = 'eu-central-1';

export const visit = {
  ClientRequestToken: 'visit-1',
  MediaRegion: 'eu-west-1',
  ExternalMeetingId: 'visit-1',
} satisfies CreateMeetingCommandInput;

/** The requests per second count only where a test is about them: these clocks stand still. */
const unhurried = { rate: 1e9, burst: 1e9 };

/** The stand-in behind real HTTP, and the real client in front of it. */
export async function chimeHarness<Time extends Clock>(clock: Time, options: Partial<ChimeOptions> = {}) {
  const faults = new Faults();
  const events: BusEvent[] = [];
  const calls: ObservedCall[] = [];
  const broken: unknown[] = [];
  const chime = createChime({
    clock,
    accountId: '111122223333',
    put: (event) => void events.push(event),
    onBroken: (error) => broken.push(error),
    ...options,
    limits: options.limits === 'off' ? 'off' : { ...unhurried, ...options.limits },
  });
  const gateway = await startGateway({
    clock,
    faults,
    services: [],
    scoped: [chime.service],
    fallback: (_, response) => Promise.resolve(void response.writeHead(418).end()),
    onCall: (call) => calls.push(call),
    onBroken: (error) => void broken.push(error),
  });
  const clients = new Map<string, ChimeSDKMeetingsClient>();
  const client = (region = home) => {
    const known = clients.get(region) ?? new ChimeSDKMeetingsClient(clientConfig(gateway.url, region));
    clients.set(region, known);
    return known;
  };
  return {
    ...chime,
    clock,
    faults,
    events,
    calls,
    broken,
    url: gateway.url,
    client,
    /** The names of the events so far, without what all have in common. */
    told: () => events.map(({ detail }) => (detail['eventType'] as string).replace('chime:', '')),
    async create(request: Partial<CreateMeetingCommandInput> = {}, region = home): Promise<string> {
      const { Meeting } = await client(region).send(new CreateMeetingCommand({ ...visit, ...request }));
      return Meeting?.MeetingId ?? '';
    },
    async attend(MeetingId: string, ExternalUserId: string) {
      const { Attendee } = await client().send(new CreateAttendeeCommand({ MeetingId, ExternalUserId }));
      return Attendee as { AttendeeId: string; JoinToken: string };
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of clients.values()) one.destroy();
      chime.close();
      await gateway.close();
    },
  };
}

export type ChimeHarness = Awaited<ReturnType<typeof chimeHarness<Clock>>>;

export const onManualClock = (options: Partial<ChimeOptions> = {}) => chimeHarness(new ManualClock(), options);

/** How a call was refused. */
export async function refusalOf(call: Promise<unknown>): Promise<[name: string, status: number | undefined]> {
  const error = await failureOf<ChimeSDKMeetingsServiceException>(call);
  return [error.name, error.$metadata.httpStatusCode];
}
