import type { ApiPorts, Route } from '../../apiPorts.ts';
import { mediaTypeOf } from '../../recording/mediaType.ts';
import { askedRecording } from '../../reading/asked.ts';
import { Refusal } from '../../refusals.ts';

/** How long a link may be used, in seconds. The bucket's policy caps the links of every other signer at the same. */
export const linkSeconds = 300;

export interface IssuedLink {
  url: string;
  /** ISO 8601. */
  expiresAt: string;
  contentType: string;
}

/**
 * A link to the sound of a consultation, for its provider: of that version of the object and no other. It is handed out
 * only when it is written down.
 */
export const issueLink: Route<Pick<ApiPorts, 'records' | 'links'> & { now: () => Date }> =
  ({ records, links, now }) =>
  async (caller, { params }): Promise<IssuedLink> => {
    const recordingId = askedRecording(params['id']);
    const { bucket, key, versionId, contentType: given } = await records.locate(caller, recordingId);
    // Without its version it might be what somebody uploaded later under the same key.
    if (!versionId) throw new Refusal('RecordingGone');
    const contentType = mediaTypeOf(key, given);
    const expiresAt = new Date(now().getTime() + linkSeconds * 1000).toISOString();
    const url = await links.issue({ bucket, key, versionId, contentType }, linkSeconds);
    await records.logAccess(caller, recordingId, 'link');
    return { url, expiresAt, contentType };
  };
