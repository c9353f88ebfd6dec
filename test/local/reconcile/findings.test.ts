import { expect, test } from 'vitest';
import { findingOf } from '../../../local/reconcile/findings.ts';
import type { Run, RunRow } from '../../../local/reconcile/run.ts';
import type { AuditAction, AuditEntry } from '../../../pipeline/audit.ts';
import type { RecordingStatus } from '../../../pipeline/ehr.ts';

const object = { bucket: 'b', key: 'recordings/m/a.mp4', etag: 'e', size: 1 };

function run(
  execution: Run['execution'],
  status: RecordingStatus | undefined,
  actions: AuditAction[] = [],
  more: Partial<Run> = {},
): Run {
  const row = status === undefined ? undefined : ({ status } as RunRow);
  const entries = actions.map((action) => ({ action }) as AuditEntry);
  return { recordingId: 'rec-1', object, execution, row, entries, unanchored: [], ...more };
}

test.each<[what: string, Run, found: string | undefined]>([
  ['that is under way', run('RUNNING', 'transcribing', ['RECORDING_RECEIVED']), undefined],
  ['that is about to be redriven', run('PENDING_REDRIVE', 'failed'), undefined],
  ['that ended well', run('SUCCEEDED', 'completed', ['RESULTS_STORED']), undefined],
  ['that ended well after a failure', run('SUCCEEDED', 'partial', ['RECORDING_FAILED', 'RESULTS_STORED']), undefined],
  ['that failed', run('FAILED', 'failed', ['RECORDING_FAILED']), undefined],
  ['that was skipped at intake', run(undefined, 'skipped', ['RECORDING_SKIPPED']), undefined],
  ['that was erased', run('SUCCEEDED', undefined, ['RESULTS_STORED'], { object: undefined }), undefined],
  [
    'that succeeded without a trace',
    run('SUCCEEDED', undefined),
    'unclear is not in the health record, and its execution succeeded',
  ],
  ['that nothing knows', run(undefined, undefined), 'notStarted is not in the health record, and has no execution'],
  ['that was claimed and not started', run(undefined, 'received'), 'notStarted is received, and has no execution'],
  [
    'that was claimed, and is gone',
    run(undefined, 'received', [], { object: undefined }),
    'unclear is received, and has neither an execution nor its object',
  ],
  [
    'that was not done in time',
    run('TIMED_OUT', 'transcribing', ['RECORDING_RECEIVED']),
    'failureUnseen is transcribing, and its execution was not done in time',
  ],
  ['that was stopped', run('ABORTED', 'extracting'), 'failureUnseen is extracting, and its execution was stopped'],
  [
    'that was stopped at once',
    run('ABORTED', undefined),
    'failureUnseen is not in the health record, and its execution was stopped',
  ],
  ['whose failure was not written', run('FAILED', 'received'), 'failureUnseen is received, and its execution failed'],
  [
    'whose failure was not audited',
    run('FAILED', 'failed'),
    'endNotAudited is failed, and the audit trail has no RECORDING_FAILED',
  ],
  [
    'whose results were not audited',
    run('FAILED', 'completed', ['RECORDING_FAILED']),
    'endNotAudited is completed, and the audit trail has no RESULTS_STORED',
  ],
  [
    'whose entries were never anchored',
    run('SUCCEEDED', 'completed', ['RESULTS_STORED'], { unanchored: [4, 5] }),
    'notAnchored has audit entries without an anchor: 4, 5',
  ],
  [
    'whose skip was not audited',
    run(undefined, 'skipped'),
    'endNotAudited is skipped, and the audit trail has no RECORDING_SKIPPED',
  ],
])('a run %s', (_, given, found) => {
  const finding = findingOf(given);
  expect(finding && finding.text.replace('rec-1', finding.kind)).toBe(found);
});
