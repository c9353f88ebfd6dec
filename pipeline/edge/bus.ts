import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Nudges } from '../ports.ts';
import { Refusal } from '../refusals.ts';
import { withLimit } from './limits.ts';

/** Of our own events, which a rule gives to the same function as Chime's. */
const source = 'medzen.call';
const detailType = 'Meeting Changed';

export function connectBus(region: string): EventBridgeClient {
  return new EventBridgeClient({ region, ...withLimit('eventBridge') });
}

/** The event bus of the region of the workflow. */
export function toNudges(client: EventBridgeClient): Nudges {
  return {
    async tell(meetingId, said) {
      const entry = { Source: source, DetailType: detailType, Detail: JSON.stringify({ meetingId, ...said }) };
      // One that is refused is answered with 200 all the same.
      const refused = await client.send(new PutEventsCommand({ Entries: [entry] })).then(
        ({ FailedEntryCount = 0 }) => FailedEntryCount > 0,
        () => true,
      );
      if (refused) throw new Refusal('ServiceUnavailable');
    },
  };
}
