import { expect, test } from 'vitest';
import { type RunRow, toRun } from '../../../local/keep/runs.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 4, 12, 0, second));
const rowOf = (more: Partial<RunRow>): RunRow => ({
  recording_id: 'rec-1',
  status: 'received',
  key: 'recordings/m/1.mp4',
  created_at: at(1).toISOString(),
  updated_at: at(5).toISOString(),
  duration_ms: null,
  error_name: null,
  error_message: null,
  ...more,
});
const running = { status: 'RUNNING', startDate: at(0), stopDate: undefined } as const;
const ended = (status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT') =>
  ({ status, startDate: at(0), stopDate: at(9) }) as const;
const why = { error_name: 'RecordingEmpty', error_message: 'it has no samples' };

test.each<[string, Parameters<typeof toRun>[1], RunRow | undefined, object]>([
  ['just started', running, undefined, { state: 'arrived', endedAt: null }],
  ['looked at', running, rowOf({}), { state: 'arrived', endedAt: null }],
  ['transcribed', running, rowOf({ status: 'transcribing' }), { state: 'transcribing', endedAt: null }],
  ['read', running, rowOf({ status: 'extracting' }), { state: 'extracting', why: null }],
  ['done', ended('SUCCEEDED'), rowOf({ status: 'completed' }), { state: 'done', endedAt: at(9).toISOString() }],
  ['done in part', ended('SUCCEEDED'), rowOf({ status: 'partial' }), { state: 'partial', why: null }],
  ['not coded', ended('SUCCEEDED'), rowOf({ status: 'not_coded' }), { state: 'notCoded' }],
  [
    'skipped',
    ended('SUCCEEDED'),
    rowOf({ status: 'skipped', ...why }),
    { state: 'skipped', why: 'RecordingEmpty: it has no samples' },
  ],
  [
    'failed',
    ended('FAILED'),
    rowOf({ status: 'failed', ...why }),
    { state: 'failed', why: 'RecordingEmpty: it has no samples' },
  ],
  [
    'ended badly before a row said so',
    ended('TIMED_OUT'),
    rowOf({ status: 'extracting' }),
    { state: 'failed', why: 'its execution is TIMED_OUT', endedAt: at(9).toISOString() },
  ],
  [
    'of an earlier process, whose execution is forgotten',
    undefined,
    rowOf({ status: 'completed' }),
    { state: 'done', startedAt: at(1).toISOString(), endedAt: at(5).toISOString() },
  ],
  ['stored, and ended badly afterwards', ended('FAILED'), rowOf({ status: 'completed' }), { state: 'done', why: null }],
])('a recording that is %s', (_, execution, row, expected) => {
  const run = toRun('rec-1', execution, row, { step: null, key: 'recordings/m/1.mp4' });
  expect(run).toMatchObject({ recordingId: 'rec-1', ...expected });
});
