import { ServiceError } from '../jsonService.ts';

/** The endpoint table of the API model: where meetings are created, changed and ended. */
export const withMeetingsApi: readonly string[] =
  `us-east-1 us-west-2 af-south-1 ap-south-1 ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2
   ca-central-1 eu-central-1 eu-west-2 il-central-1 us-gov-east-1 us-gov-west-1`.split(/\s+/);

/** The values of `MediaRegion`, with the short names that media hosts have; those of most are guesses. */
const media: Readonly<Record<string, string>> = {
  'af-south-1': 'fs1',
  'ap-northeast-1': 'an1',
  'ap-northeast-2': 'an2',
  'ap-south-1': 'ps1',
  'ap-southeast-1': 'as1',
  'ap-southeast-2': 'as2',
  'ca-central-1': 'cc1',
  'eu-central-1': 'ec1',
  'eu-north-1': 'en1',
  'eu-south-1': 'es1',
  'eu-west-1': 'ew1',
  'eu-west-2': 'ew2',
  'eu-west-3': 'ew3',
  'sa-east-1': 'se1',
  'us-east-1': 'ue1',
  'us-east-2': 'ue2',
  'us-west-1': 'uw1',
  'us-west-2': 'uw2',
  'us-gov-east-1': 'ge1',
  'us-gov-west-1': 'gw1',
};

export const mediaRegions = Object.keys(media);

/** As it stands in a media host's name. */
export function shortNameOf(mediaRegion: string): string {
  return media[mediaRegion] ?? mediaRegion;
}

/**
 * Refuses a call to a region without the API. There, a client would not find the host. An answer must be given here, so it
 * is UnrecognizedClientException, which no client retries.
 */
export function requireControlRegion(api: string, region: string, regions: readonly string[]): void {
  if (regions.includes(region)) return;
  throw new ServiceError('UnrecognizedClientException', `${api} have no endpoint in ${region}`);
}

/** A control region creates meetings in every media region of its own partition. */
export function isSamePartition(region: string, mediaRegion: string): boolean {
  return region.startsWith('us-gov-') === mediaRegion.startsWith('us-gov-');
}
