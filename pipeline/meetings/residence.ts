import { Refusal } from '../refusals.ts';
import type { CallSession, LiveMeeting } from './call.ts';

/**
 * The regions in which Chime's meetings are controlled, as far as this product is deployed. Elsewhere the SDK makes up an
 * address that does not exist, so the table decides when a function starts. Source: the service's API model.
 */
export const controlRegions: ReadonlySet<string> = new Set(['eu-central-1', 'eu-west-2', 'us-east-1', 'af-south-1']);

/** From which a deployment may take visits over: all but its own. */
export function otherControlRegions(own: string): string[] {
  return [...controlRegions].filter((region) => region !== own);
}

/** Those of them in which media pipelines are controlled. Source: the service's API model. */
export const pipelinesRegions: ReadonlySet<string> = new Set(['eu-central-1', 'eu-west-2', 'us-east-1']);

/** Where the captures of meetings are controlled: with the meetings, where that can be. */
export function pipelinesRegionFor(controlRegion: string): string {
  return pipelinesRegions.has(controlRegion) ? controlRegion : 'eu-central-1';
}

/**
 * Where a meeting's sound and pictures are, which is where the tenant is.
 * @param allowed the tenant's media regions, her own one first
 * @throws Refusal RegionNotAllowed for one that is not among them
 */
export function mediaRegionFor(wanted: string | undefined, allowed: readonly string[]): string {
  const region = wanted ?? allowed[0];
  if (region === undefined || !allowed.includes(region)) throw new Refusal('RegionNotAllowed');
  return region;
}

/** Where a session's next meeting is: as before, unless that is no region of the tenant's, as in some older rows. */
export function mediaRegionOf({ mediaRegion }: Pick<CallSession, 'mediaRegion'>, allowed: readonly string[]): string {
  const isAllowed = mediaRegion !== null && allowed.includes(mediaRegion);
  return mediaRegionFor(isAllowed ? mediaRegion : undefined, allowed);
}

/** Whether a meeting is controlled in another region, whose own deployment looks after it. */
export function isElsewhere(
  meeting: Pick<LiveMeeting, 'controlRegion'>,
  { controlRegion }: { controlRegion: string },
): boolean {
  return meeting.controlRegion !== controlRegion;
}

/** Where the session's meeting is, as Chime says it; where the next one would be, while there is none. */
export function meetsIn({ meeting, mediaRegion }: Pick<CallSession, 'meeting' | 'mediaRegion'>): string | null {
  return meeting?.data.MediaRegion ?? mediaRegion;
}

/**
 * Whether a meeting's sound can be recorded here: Chime writes it only into a bucket of the region in which the meeting is.
 * @param mediaRegion as Chime says it; a meeting of which nobody knows it is not recorded
 */
export function isHere(mediaRegion: string | null | undefined, { region }: { region: string }): boolean {
  return mediaRegion === region;
}
