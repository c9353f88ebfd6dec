import { compareWithAnchors } from '../../pipeline/anchor.ts';
import { type AuditEntry, type ChainReport, verifyChain } from '../../pipeline/audit.ts';
import { readAnchors } from '../../pipeline/edge/anchors.ts';
import { readAuditEntries, readChainHead } from '../../pipeline/edge/auditTrail.ts';
import { counted } from '../commandLine.ts';
import type { Deployment } from '../replay/deployment.ts';
import { describe } from '../replay/execution.ts';
import { compareWithRows, type Difference, recordingsIn } from './compare.ts';
import { compareWithNoted, type Noted, readNoted } from './noted.ts';
import { meetingsOf } from './meetings.ts';
import { readRowsOf } from './rows.ts';

export interface MeetingReport extends ChainReport {
  /** What may be so for a lawful reason, one line each. */
  notes: string[];
}

export interface Verified {
  meetingId: string;
  report: MeetingReport;
}

/** The proofs of a meeting's chain, or of the chains of all meetings of a session. */
export async function verifyAll(deployment: Deployment, id: string, now: Date): Promise<Verified[]> {
  const verified: Verified[] = [];
  for (const meetingId of await meetingsOf(deployment, id)) {
    verified.push({ meetingId, report: await verifyMeeting(deployment, meetingId, now) });
  }
  return verified;
}

/**
 * Reads every entry of a meeting, the head that the writers left, the anchors and the rows of its recordings, and checks
 * them against one another. A recording whose execution runs may be between its row and its entry: it proves nothing yet.
 */
export async function verifyMeeting(deployment: Deployment, meetingId: string, now: Date): Promise<MeetingReport> {
  const first = await readOnce(deployment, meetingId, now);
  // What was read in the moment in which an execution ended is not what is there: only a second look is believed.
  const { entries, chain, differences } = isQuiet(first) ? first : await readOnce(deployment, meetingId, now);
  const open: string[] = [];
  const settled: Difference[] = [];
  for (const one of differences) {
    if (await isRunning(deployment, one.recordingId)) open.push(`${one.recordingId} is still under way`);
    else settled.push(one);
  }
  const noted = compareWithNoted(entries, first.noted);
  const anchored = await compareAnchors(deployment, meetingId, entries, now);
  const textsOf = (kind: Difference['kind']) => settled.filter((one) => one.kind === kind).map(({ text }) => text);
  return {
    entries: chain.entries,
    faults: [...chain.faults, ...anchored.faults, ...textsOf('fault'), ...noted.faults],
    notes: [...new Set([...anchored.notes, ...textsOf('note'), ...noted.notes, ...open])],
  };
}

/** So long after it was written, an entry has been anchored: batches wait for five minutes. */
const anchoredWithinMs = 60 * 60_000;

/** The entries against their anchors, which nobody could change together with them. */
async function compareAnchors(
  { target, clients }: Deployment,
  meetingId: string,
  entries: readonly AuditEntry[],
  now: Date,
): Promise<{ faults: string[]; notes: string[] }> {
  if (!target.anchorsBucket) return { faults: [], notes: ['ANCHORS_BUCKET is not set: the anchors were not compared'] };
  const anchors = await readAnchors(target.anchorsBucket, meetingId, clients.s3);
  const { faults, unanchored, late } = compareWithAnchors(entries, anchors, now);
  const missing = unanchored.filter(({ timestamp }) => now.getTime() - Date.parse(timestamp) > anchoredWithinMs);
  const anchoredLate = late.map(({ sequence, keptAt, afterMs }) => {
    const hours = counted(Math.floor(afterMs / 3_600_000), 'hour');
    return `sequence ${sequence} was anchored late, at ${keptAt}, ${hours} after it was written`;
  });
  return { faults, notes: [...anchoredLate, ...missing.map(({ sequence }) => `sequence ${sequence} has no anchor`)] };
}

interface Look {
  entries: AuditEntry[];
  chain: ChainReport;
  differences: Difference[];
  noted: Noted[];
}

const isQuiet = ({ chain, differences }: Look) => chain.faults.length === 0 && differences.length === 0;

/** The rows and the noted decisions are read before the entries, because they are written before them; the head is read last. */
async function readOnce(deployment: Deployment, meetingId: string, now: Date): Promise<Look> {
  const { target, clients } = deployment;
  const known = await readAuditEntries(target, meetingId, clients.dynamodb);
  const rows = await readRowsOf(deployment, meetingId, recordingsIn(known));
  const noted = await readNoted(deployment, meetingId);
  const entries = await readAuditEntries(target, meetingId, clients.dynamodb);
  const head = await readChainHead(target, meetingId, clients.dynamodb);
  return { entries, chain: await verifyChain(entries, head, now), differences: compareWithRows(entries, rows), noted };
}

async function isRunning(deployment: Deployment, recordingId: string): Promise<boolean> {
  return (await describe(deployment, recordingId))?.status === 'RUNNING';
}
