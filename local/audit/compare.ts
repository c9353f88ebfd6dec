import type { AuditAction, AuditEntry } from '../../pipeline/audit.ts';
import type { RecordingStatus } from '../../pipeline/ehr.ts';
import type { AuditedRow } from './rows.ts';

/** A place where the audit trail and the health record disagree. */
export interface Difference {
  recordingId: string;
  text: string;
  /** A fault breaks the trail. What is only a note may be so for a lawful reason. */
  kind: 'fault' | 'note';
}

/** The entry that each final status goes with. A status that is not here is one of a recording under way. */
export const entryOf: Readonly<Partial<Record<RecordingStatus, AuditAction>>> = {
  completed: 'RESULTS_STORED',
  partial: 'RESULTS_STORED',
  not_coded: 'RESULTS_STORED',
  failed: 'RECORDING_FAILED',
  skipped: 'RECORDING_SKIPPED',
};

/**
 * Compares a meeting's entries with the rows of its recordings, in both directions: a row that has ended needs the entry
 * of its end, and an end in the trail needs a row that says the same. A failed recording may have ended well later, when
 * its execution was redriven, or be under way again. A row that is gone may have been erased: that is only a note.
 */
export function compareWithRows(entries: readonly AuditEntry[], rows: readonly AuditedRow[]): Difference[] {
  const ends = new Set<AuditAction | undefined>(Object.values(entryOf));
  const ids = new Set([...rows.map(({ recordingId }) => recordingId), ...recordingsIn(entries)]);
  return [...ids].flatMap((recordingId) => {
    const own = entries.filter((entry) => entry.recordingId === recordingId);
    const row = rows.find((one) => one.recordingId === recordingId);
    const ended = own.filter(({ action }) => ends.has(action));
    return row ? compareOne(row, own) : ended.map(({ action }) => withoutRow(recordingId, action));
  });
}

/** The recordings that entries are about; what happened in the call is about none. */
export function recordingsIn(entries: readonly AuditEntry[]): string[] {
  return [...new Set(entries.flatMap(({ recordingId }) => (recordingId === null ? [] : [recordingId])))];
}

function compareOne({ recordingId, status }: AuditedRow, entries: readonly AuditEntry[]): Difference[] {
  const fault = (text: string): Difference => ({ recordingId, text: `${recordingId} ${text}`, kind: 'fault' });
  const find = (action: AuditAction) => entries.find((entry) => entry.action === action);
  const wanted = entryOf[status];
  if (wanted !== undefined && !find(wanted)) return [fault(`is ${status} in the health record, without ${wanted}`)];
  const stored = find('RESULTS_STORED');
  const said = stored?.detail?.['status'];
  if (stored && said !== undefined && said !== status) {
    return [fault(`has RESULTS_STORED (${String(said)}), and is ${status} in the health record`)];
  }
  if (find('RECORDING_SKIPPED') && status !== 'skipped') {
    return [fault(`has RECORDING_SKIPPED, and is ${status} in the health record`)];
  }
  return [];
}

function withoutRow(recordingId: string, action: AuditAction): Difference {
  return { recordingId, text: `${recordingId} has ${action}, and no row in the health record any more`, kind: 'note' };
}
