/** Where Chime keeps messages. Source: the service's API model. */
export const messagingRegions: ReadonlySet<string> = new Set(['eu-central-1', 'us-east-1']);

/** Where the messages of a deployment are: with its meetings, where that can be. */
export function messagingRegionFor(controlRegion: string): string {
  return messagingRegions.has(controlRegion) ? controlRegion : 'eu-central-1';
}
