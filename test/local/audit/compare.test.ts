import { expect, test } from 'vitest';
import type { AuditAction, AuditEntry } from '../../../pipeline/audit.ts';
import type { RecordingStatus } from '../../../pipeline/ehr.ts';
import { compareWithRows, recordingsIn } from '../../../local/audit/compare.ts';

const entry = (action: AuditAction, status?: string) =>
  ({ recordingId: 'rec-1', action, detail: status === undefined ? {} : { status } }) as unknown as AuditEntry;

const received = entry('RECORDING_RECEIVED');
const failed = entry('RECORDING_FAILED');

test.each<[status: RecordingStatus | undefined, entries: AuditEntry[], differences: string[]]>([
  ['completed', [received, entry('RESULTS_STORED', 'completed')], []],
  [
    'completed',
    [received, entry('ENTITIES_EXTRACTED', 'completed')],
    ['fault is completed in the health record, without RESULTS_STORED'],
  ],
  ['partial', [], ['fault is partial in the health record, without RESULTS_STORED']],
  ['not_coded', [received], ['fault is not_coded in the health record, without RESULTS_STORED']],
  [
    'partial',
    [entry('RESULTS_STORED', 'completed')],
    ['fault has RESULTS_STORED (completed), and is partial in the health record'],
  ],
  ['failed', [received, failed], []],
  ['failed', [received], ['fault is failed in the health record, without RECORDING_FAILED']],
  // Results are not taken back by a failure that comes after them.
  ['completed', [entry('RESULTS_STORED', 'completed'), failed], []],
  [
    'failed',
    [entry('RESULTS_STORED', 'completed'), failed],
    ['fault has RESULTS_STORED (completed), and is failed in the health record'],
  ],
  [
    'transcribing',
    [entry('RESULTS_STORED', 'completed')],
    ['fault has RESULTS_STORED (completed), and is transcribing in the health record'],
  ],
  // An execution that failed and was redriven.
  ['extracting', [received, failed], []],
  ['received', [received], []],
  ['skipped', [entry('RECORDING_SKIPPED')], []],
  ['skipped', [received], ['fault is skipped in the health record, without RECORDING_SKIPPED']],
  ['received', [entry('RECORDING_SKIPPED')], ['fault has RECORDING_SKIPPED, and is received in the health record']],
  [
    undefined,
    [received, entry('RESULTS_STORED', 'completed')],
    ['note has RESULTS_STORED, and no row in the health record any more'],
  ],
  [undefined, [received], []],
])('a row that says %s, with %j', (status, entries, differences) => {
  const rows = status === undefined ? [] : [{ recordingId: 'rec-1', status }];
  const found = compareWithRows(entries, rows).map(({ kind, text }) => text.replace('rec-1', kind));
  expect(found).toEqual(differences);
});

test('each recording is compared for itself', () => {
  const rows = ['rec-1', 'rec-1-r2'].map((recordingId) => ({
    recordingId,
    status: 'completed' as const,
  }));
  const differences = compareWithRows([entry('RESULTS_STORED', 'completed')], rows);
  expect(differences.map(({ recordingId }) => recordingId)).toEqual(['rec-1-r2']);
});

test('what happened in the call is about no recording', () => {
  const joined = { ...entry('JOINED'), recordingId: null };
  expect(recordingsIn([joined, received, failed])).toEqual(['rec-1']);
});
