import type { AuditEntry } from './audit.ts';

/** A change of the audit table, as its stream reports it. */
export interface AuditChange {
  /** `expired`: the entry's time was over, and DynamoDB itself removed it. */
  kind: 'inserted' | 'modified' | 'removed' | 'expired';
  /** As it was written; of one that was modified, as it was before. */
  entry: AuditEntry;
}

/** What is kept of an entry where nobody can change it. */
export interface Link {
  sequence: number;
  hash: string;
  /** When the entry expires, epoch seconds. */
  expires: number;
}

/** Links of one meeting's chain, in their order. It holds hashes and nothing that was said. */
export interface Anchor {
  meetingId: string;
  links: Link[];
}

/** The entries that were written, as one anchor per meeting. */
export function toAnchors(changes: readonly AuditChange[]): Anchor[] {
  const byMeeting = new Map<string, Link[]>();
  for (const { kind, entry } of changes) {
    if (kind !== 'inserted') continue;
    const links = byMeeting.get(entry.meetingId) ?? [];
    links.push({ sequence: entry.sequence, hash: entry.hash, expires: entry.ttl });
    byMeeting.set(entry.meetingId, links);
  }
  return [...byMeeting].map(([meetingId, links]) => ({
    meetingId,
    links: links.toSorted((a, b) => a.sequence - b.sequence),
  }));
}

/** The folder of a meeting's anchors. */
export const anchorFolder = (meetingId: string) => `anchors/${meetingId}/`;

/** The same links have the same key, so that a repeat adds nothing new. */
export function anchorKey({ meetingId, links }: Anchor): string {
  const last = links.at(-1);
  return `${anchorFolder(meetingId)}${String(last?.sequence ?? 0).padStart(6, '0')}-${last?.hash ?? ''}.json`;
}

/** A chain against its anchors. */
export interface AnchorReport {
  /** One line for each entry that is not the one that was anchored, or is gone before its time. */
  faults: string[];
  /** The entries without an anchor. */
  unanchored: AuditEntry[];
}

/** Compares a meeting's entries with its anchors. Of an entry that had expired at `now` only the anchor may be left. */
export function compareWithAnchors(
  entries: readonly AuditEntry[],
  anchors: readonly Anchor[],
  now: Date,
): AnchorReport {
  const links = anchors.flatMap((anchor) => anchor.links).toSorted((a, b) => a.sequence - b.sequence);
  const faults = links.flatMap(({ sequence, hash, expires }) => {
    const entry = entries.find((one) => one.sequence === sequence);
    if (entry?.hash === hash) return [];
    if (entry) return [`sequence ${sequence} is not the entry that was anchored`];
    return expires * 1000 <= now.getTime() ? [] : [`sequence ${sequence} was anchored, and is gone`];
  });
  const anchored = new Set(links.map(({ sequence }) => sequence));
  return { faults: [...new Set(faults)], unanchored: entries.filter(({ sequence }) => !anchored.has(sequence)) };
}
