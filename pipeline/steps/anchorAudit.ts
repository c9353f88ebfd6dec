import { type AuditChange, toAnchors } from '../anchor.ts';
import { type Step, stream } from '../edge/lambda.ts';

/**
 * Keeps the hash of each new audit entry where nobody can change it, and rings for an entry that was changed or taken
 * away: nothing of the pipeline does that. An entry that expired is no news. A repeat writes the same once more.
 */
export const anchorAudit: Step<AuditChange[], void> = (ports) => async (changes) => {
  for (const { kind, entry } of changes) {
    if (kind !== 'modified' && kind !== 'removed') continue;
    const { recordingId, meetingId, sequence } = entry;
    ports.measure(recordingId ?? '', 'AuditEntryModified', 1);
    ports.log('an audit entry was changed', { kind, recordingId, meetingId, sequence });
  }
  for (const anchor of toAnchors(changes)) await ports.anchors.keep(anchor);
};

export const handler = stream('anchorAudit', anchorAudit);
