import { sha256 } from './digest.ts';

export type AuditAction =
  | 'RECORDING_RECEIVED'
  | 'RECORDING_SKIPPED'
  | 'TRANSCRIPTION_STARTED'
  | 'TRANSCRIPTION_COMPLETED'
  | 'TRANSCRIPT_NORMALIZED'
  | 'ENTITIES_EXTRACTED'
  | 'RESULTS_STORED'
  | 'RECORDING_FAILED'
  | 'REPROCESSED'
  | ReadingAction
  | CallAction;

/** What people do with the results; one recording may have each of them many times. */
export type ReadingAction = 'SIGNED' | 'RELEASED' | 'RELEASE_WITHDRAWN' | 'LINK_ISSUED';

/** What happens in a call: to the meeting, or to somebody in it, and not to a recording. */
export type CallAction =
  | 'CREATED'
  | 'ATTENDEE_ADDED'
  | 'JOINED'
  | 'LEFT'
  | 'CONSENT_GIVEN'
  | 'CONSENT_REFUSED'
  | 'CONSENT_WITHDRAWN'
  | 'RECORDING_STARTED'
  | 'RECORDING_STOPPED'
  | 'RECORDING_JOINED'
  | 'LIVE_TRANSCRIPTION_STARTED'
  | 'LIVE_TRANSCRIPTION_STOPPED'
  | 'ENDED'
  | 'ACCESS_REFUSED';

/** An action as a step reports it. `detail` holds names, counts and shapes only: an entry never carries PHI. */
export interface AuditEvent {
  action: AuditAction;
  meetingId: string;
  appointmentId: string | null;
  /** Null for what happens in a call, which has a `decision` instead. */
  recordingId: string | null;
  executionArn: string | null;
  /** The step or the person (users.id) that acts; `system` where a call changed by itself. */
  actor: string;
  /** The one decision or event that it is about, where an action may happen more than once. */
  decision?: string;
  detail?: Readonly<Record<string, string | number | boolean>>;
}

/** What the database noted for the trail, in the transaction of the change itself. */
export interface NotedEvent {
  event: AuditEvent & { decision: string };
  /** When it happened, ISO 8601. */
  at: string;
}

/** The last link of a meeting's chain. A chain that has not begun is `{ sequence: 0, hash: '' }`. */
export interface ChainHead {
  sequence: number;
  hash: string;
  /** When that entry expires, epoch seconds. */
  expires?: number;
}

/** One item of the audit table. */
export interface AuditEntry extends AuditEvent {
  pk: string;
  sk: string;
  /** ISO 8601, UTC, with milliseconds. */
  timestamp: string;
  sequence: number;
  previousHash: string;
  /** When the predecessor expires, epoch seconds: once it is gone, this says that it may be. */
  previousExpires?: number;
  hash: string;
  /** Epoch seconds. */
  ttl: number;
}

export const chainStart: ChainHead = { sequence: 0, hash: '' };

/** An entry as the head of its chain. */
export function toHead({ sequence, hash, ttl }: AuditEntry): ChainHead {
  return { sequence, hash, expires: ttl };
}

/** The entry that continues `head`. */
export async function toAuditEntry(event: AuditEvent, head: ChainHead, at: Date): Promise<AuditEntry> {
  const timestamp = at.toISOString();
  const sequence = head.sequence + 1;
  const entry = {
    ...event,
    pk: `MEETING#${event.meetingId}`,
    sk: `${event.action}#${timestamp}#${String(sequence).padStart(6, '0')}`,
    timestamp,
    sequence,
    previousHash: head.hash,
    ...(head.expires === undefined ? {} : { previousExpires: head.expires }),
    ttl: expiry(at),
  };
  return { ...entry, hash: await hashOf(entry) };
}

/** Epoch seconds after seven calendar years and 30 days: leap days and late TTL deletion never eat into the seven. */
function expiry(at: Date): number {
  const end = new Date(at);
  end.setUTCFullYear(end.getUTCFullYear() + 7);
  end.setUTCDate(end.getUTCDate() + 30);
  return Math.floor(end.getTime() / 1000);
}

/** The entries that continue `head`, one after the other, made at the same moment. */
export async function toAuditEntries(events: readonly AuditEvent[], head: ChainHead, at: Date): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (const event of events) {
    const last = entries.at(-1);
    entries.push(await toAuditEntry(event, last ? toHead(last) : head, at));
  }
  return entries;
}

async function hashOf(entry: Omit<AuditEntry, 'hash'>): Promise<string> {
  return sha256(canonicalJson(entry));
}

/** JSON with its keys in code unit order at every level and no blanks, so that equal values give equal bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

export interface ChainReport {
  entries: number;
  /** One line for each fault, empty when the chain is whole. */
  faults: string[];
}

/**
 * Checks a meeting's chain: every sequence number from 1 on occurs once, each entry names its predecessor's hash, each
 * hash fits its entry, and the last is the head that the writers left. A removed, altered or added entry shows. Entries
 * at the beginning that had expired at `now` may be gone: the first that is left says when its predecessor expired.
 */
export async function verifyChain(entries: readonly AuditEntry[], head: ChainHead, now: Date): Promise<ChainReport> {
  const faults: string[] = [];
  const sorted = entries.toSorted((a, b) => a.sequence - b.sequence);
  let previous = beginning(sorted[0], now);
  for (const entry of sorted) {
    const { hash, ...content } = entry;
    const expected = previous.sequence + 1;
    if (entry.sequence !== expected) faults.push(`sequence ${expected} is missing before ${entry.sequence}`);
    else if (entry.previousHash !== previous.hash)
      faults.push(`sequence ${entry.sequence} does not follow its predecessor`);
    if ((await hashOf(content)) !== hash) faults.push(`sequence ${entry.sequence} was altered`);
    previous = { sequence: entry.sequence, hash };
  }
  if (previous.sequence !== head.sequence || previous.hash !== head.hash) {
    if (entries.length > 0 || !hasExpired(head.expires, now)) {
      faults.push(`the chain ends at sequence ${previous.sequence}, the head says ${head.sequence}`);
    }
  }
  return { entries: entries.length, faults };
}

/** The link that the first entry continues: the chain's start, or the last of those that expired. */
function beginning(first: AuditEntry | undefined, now: Date): ChainHead {
  if (!first || first.sequence < 2 || !hasExpired(first.previousExpires, now)) return chainStart;
  return { sequence: first.sequence - 1, hash: first.previousHash };
}

function hasExpired(expires: number | undefined, now: Date): boolean {
  return expires !== undefined && expires * 1000 <= now.getTime();
}
