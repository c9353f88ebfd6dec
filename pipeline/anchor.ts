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
  /** Made up by hand, because the table's stream has lost the entries. */
  late?: true;
}

/** An anchor as it lies in the bucket. */
export interface KeptAnchor extends Anchor {
  /** When the bucket took it, by the bucket's own clock: whoever writes cannot choose it. */
  keptAt?: string;
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

/** The same links have the same key, so that a repeat adds nothing new. One that is late hides no other one. */
export function anchorKey({ meetingId, links, late }: Anchor): string {
  const last = links.at(-1);
  const name = `${String(last?.sequence ?? 0).padStart(6, '0')}-${last?.hash ?? ''}`;
  return `${anchorFolder(meetingId)}${name}${late ? '-late' : ''}.json`;
}

/** The anchor of entries that never got one. */
export function toLateAnchor(meetingId: string, entries: readonly AuditEntry[]): Anchor {
  const [anchor] = toAnchors(entries.map((entry) => ({ kind: 'inserted', entry })));
  return { meetingId, links: anchor?.links ?? [], late: true };
}

/** For so long the table's stream keeps a record: an entry that is older and has no anchor will never get one by itself. */
export const streamKeepsMs = 24 * 3_600_000;

/** A chain against its anchors. */
export interface AnchorReport {
  /** One line for each entry that is not the one that was anchored, or is gone before its time. */
  faults: string[];
  /** The entries without an anchor. */
  unanchored: AuditEntry[];
  /** The entries that stood for more than a day before they were anchored: until then nothing proved them. */
  late: { sequence: number; keptAt: string; afterMs: number }[];
}

/** Compares a meeting's entries with its anchors. Of an entry that had expired at `now` only the anchor may be left. */
export function compareWithAnchors(
  entries: readonly AuditEntry[],
  anchors: readonly KeptAnchor[],
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
  return {
    faults: [...new Set(faults)],
    unanchored: entries.filter(({ sequence }) => !anchored.has(sequence)),
    late: entries.flatMap((entry) => lateness(entry, anchors)),
  };
}

/** How long an entry waited for its first anchor, if that was too long. */
function lateness({ sequence, hash, timestamp }: AuditEntry, anchors: readonly KeptAnchor[]): AnchorReport['late'] {
  const own = anchors.filter(({ links }) => links.some((link) => link.sequence === sequence && link.hash === hash));
  const [keptAt] = own.flatMap((anchor) => anchor.keptAt ?? []).toSorted();
  if (keptAt === undefined) return [];
  const afterMs = Date.parse(keptAt) - Date.parse(timestamp);
  return afterMs > streamKeepsMs ? [{ sequence, keptAt, afterMs }] : [];
}
