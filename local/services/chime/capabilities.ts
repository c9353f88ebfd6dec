import { MediaCapabilities } from '@aws-sdk/client-chime-sdk-meetings';
import * as v from 'valibot';
import { ServiceError } from '../jsonService.ts';

const capability = v.picklist(Object.values(MediaCapabilities));

type Capability = v.InferOutput<typeof capability>;

export interface Capabilities {
  Audio: Capability;
  Video: Capability;
  Content: Capability;
}

interface Resolution {
  MaxResolution?: string | undefined;
}

/** The features that decide about capabilities. */
interface Features {
  Video?: Resolution | undefined;
  Content?: Resolution | undefined;
}

export type Medium = keyof Capabilities;
export type Direction = 'Send' | 'Receive';

export function allows(capabilities: Capabilities, medium: Medium, direction: Direction): boolean {
  return capabilities[medium].includes(direction);
}

/** All three are needed, and content is received by way of video. */
export const capabilitiesRequest = v.pipe(
  v.strictObject({ Audio: capability, Video: capability, Content: capability }),
  v.check(
    (wanted) => !allows(wanted, 'Content', 'Receive') || allows(wanted, 'Video', 'Receive'),
    'Content can be received only if Video is received',
  ),
);

/**
 * What an attendee may do: as asked for, or else everything that the meeting has.
 * @throws ServiceError BadRequestException for a medium that the meeting does not have
 */
export function capabilitiesFor(features: Features | undefined, wanted: Capabilities | undefined): Capabilities {
  const lacks = (medium: 'Video' | 'Content') => features?.[medium]?.MaxResolution === 'None';
  for (const medium of ['Video', 'Content'] as const) {
    if (wanted && lacks(medium) && wanted[medium] !== 'None') {
      throw new ServiceError('BadRequestException', `The meeting has no ${medium}: its capability must be None`);
    }
  }
  if (wanted) return wanted;
  const content = lacks('Content') ? 'None' : 'SendReceive';
  // Content is received by way of video, even where nobody may send any.
  const video = lacks('Video') ? (content === 'None' ? 'None' : 'Receive') : 'SendReceive';
  return { Audio: 'SendReceive', Video: video, Content: content };
}
