import { Refusal } from '../refusals.ts';

/**
 * The regions in which Chime's meetings are controlled, as far as this product is deployed. Elsewhere the SDK makes up an
 * address that does not exist, so the table decides when a function starts. Source: the service's API model.
 */
export const controlRegions: ReadonlySet<string> = new Set(['eu-central-1', 'eu-west-2', 'us-east-1', 'af-south-1']);

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
