import type { Access, Caller, Links, RecordingLocation, Records } from '../../../../pipeline/apiPorts.ts';
import type { Opened } from '../../../../pipeline/reading/opened.ts';

export const provider: Caller = { issuer: 'supabase', subject: 'provider', token: 'token' };
export const recordingId = `rec-${'0123456789abcdef'.repeat(2)}`;

/** The ports of the routes for reading, over what a test puts there; `did` has every effect in its order. */
export function memoryReading({ location, opened }: { location?: RecordingLocation; opened?: Opened[] } = {}) {
  const did: string[] = [];
  const records: Records = {
    async newest({ token }, sessionId) {
      did.push(`newest of ${sessionId} with ${token}`);
      return recordingId;
    },
    async locate({ token }, id) {
      did.push(`locate ${id} with ${token}`);
      return location ?? { bucket: 'recordings', key: 'recordings/m/a.mp4', versionId: 'v1' };
    },
    async logAccess({ token }, id, access: Access) {
      did.push(`log ${access} of ${id} with ${token}`);
    },
    async open({ token }, id, page) {
      did.push(`open ${page} of ${id} with ${token}`);
      const found = opened?.[page];
      if (!found) throw new Error(`there is no page ${page}`);
      return found;
    },
  };
  const links: Links = {
    async issue({ bucket, key, versionId, contentType }, seconds) {
      did.push('issue');
      return `https://${bucket}/${key}?${new URLSearchParams({ versionId, contentType, seconds: String(seconds) }).toString()}`;
    },
  };
  return { did, records, links, now: () => new Date('2026-11-28T09:00:00.000Z') };
}
