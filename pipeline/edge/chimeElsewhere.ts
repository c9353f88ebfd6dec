import { ChimeSDKMeetingsClient, GetMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import type { Elsewhere } from '../callPorts.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

export function connectElsewhere(region: string): ChimeSDKMeetingsClient {
  return new ChimeSDKMeetingsClient({ region, ...withLimit('chimeElsewhere') });
}

/**
 * Whether Chime answers in another region. That there is no such meeting, that we may not ask, that we ask too often: all
 * these are answers. So is whatever goes wrong on our side: a visit is taken from its region only where the connection, the
 * time or the service fails.
 */
export function toElsewhere(connect: (region: string) => ChimeSDKMeetingsClient = connectElsewhere): Elsewhere {
  return {
    async answers({ controlRegion, meetingId: MeetingId }) {
      try {
        await request('Chime', () => connect(controlRegion).send(new GetMeetingCommand({ MeetingId })));
        return true;
      } catch (error) {
        return !isNamed(error, 'ServiceUnavailable');
      }
    },
  };
}
