import type { AuditAction } from '../../pipeline/audit.ts';
import type { RecordingStatus } from '../../pipeline/ehr.ts';
import { entryOf } from '../audit/compare.ts';
import type { Run } from './run.ts';

/** A place where what is kept of a run does not agree, by the way in which it is mended. */
export interface Finding {
  run: Run;
  kind: keyof typeof remedies | 'unclear';
  /** What is wrong, in one sentence that begins with the recording's id. */
  text: string;
}

/** What mends each kind of finding. One that is `unclear` is left to a person. */
export const remedies = {
  notStarted: 'its event is sent again',
  failureUnseen: 'the failure is written to the session, the recording and the audit trail',
  endNotAudited: 'the entry of its end is added to the audit trail, if S3 proves the results',
  notAnchored: "the entries of its meeting are anchored now, if the meeting's chain is whole",
} as const;

const underWay: ReadonlySet<RecordingStatus> = new Set(['received', 'transcribing', 'extracting']);

/** How an execution ended that did not end well, as a sentence says it. */
const ends: Readonly<Partial<Record<NonNullable<Run['execution']>, string>>> = {
  FAILED: 'failed',
  TIMED_OUT: 'was not done in time',
  ABORTED: 'was stopped',
};

/** What is wrong with a run, if anything is. A run whose execution lives is not looked at: it will say so itself. */
export function findingOf(run: Run): Finding | undefined {
  const { execution, row } = run;
  if (execution === 'RUNNING' || execution === 'PENDING_REDRIVE') return undefined;
  if (!row || underWay.has(row.status)) return findUnfinished(run);
  const wanted = entryOf[row.status];
  if (wanted !== undefined && !has(run, wanted))
    return toFinding(run, 'endNotAudited', `is ${row.status}, and the audit trail has no ${wanted}`);
  if (run.unanchored.length === 0) return undefined;
  return toFinding(run, 'notAnchored', `has audit entries without an anchor: ${run.unanchored.join(', ')}`);
}

function findUnfinished(run: Run): Finding | undefined {
  const { execution, row, object } = run;
  const state = row ? `is ${row.status}` : 'is not in the health record';
  const ended = execution && ends[execution];
  if (isErased(run)) return undefined;
  if (ended) return toFinding(run, 'failureUnseen', `${state}, and its execution ${ended}`);
  if (execution === 'SUCCEEDED') return toFinding(run, 'unclear', `${state}, and its execution succeeded`);
  if (object) return toFinding(run, 'notStarted', `${state}, and has no execution`);
  return row && toFinding(run, 'unclear', `${state}, and has neither an execution nor its object`);
}

/** A row that is gone after its end was erased. */
function isErased({ row, entries }: Run): boolean {
  return !row && entries.some(({ action }) => Object.values(entryOf).includes(action));
}

const has = ({ entries }: Run, action: AuditAction) => entries.some((entry) => entry.action === action);

function toFinding(run: Run, kind: Finding['kind'], text: string): Finding {
  return { run, kind, text: `${run.recordingId} ${text}` };
}
