import { expect, test } from 'vitest';
import { compareWithNoted, type Noted } from '../../../local/audit/noted.ts';
import type { AuditEntry } from '../../../pipeline/audit.ts';

const noted = (decision: string, carried: boolean): Noted => ({
  decision,
  action: 'SIGNED',
  recordingId: 'rec-1',
  at: '2026-03-04T12:00:00.000Z',
  carried,
});
const entry = (decision: string, action = 'SIGNED') => ({ decision, action, recordingId: 'rec-1' }) as AuditEntry;

test.each<[string, AuditEntry[], Noted[], string[], string[]]>([
  ['what is in the trail', [entry('7')], [noted('7', true)], [], []],
  ['what is in the trail and not yet marked', [entry('7')], [noted('7', false)], [], []],
  ['what waits', [], [noted('7', false)], [], ['rec-1: SIGNED of 2026-03-04T12:00:00.000Z is not carried here yet']],
  [
    'what happened in a call and waits',
    [],
    [{ ...noted('7', false), action: 'JOINED', recordingId: null }],
    [],
    ['the call: JOINED of 2026-03-04T12:00:00.000Z is not carried here yet'],
  ],
  [
    'what is marked and is not there',
    [entry('7', 'RELEASED'), entry('8')],
    [noted('7', true)],
    ['rec-1: SIGNED of 2026-03-04T12:00:00.000Z was carried here, and has no entry'],
    [],
  ],
])('%s', (_, entries, all, faults, notes) => {
  expect(compareWithNoted(entries, all)).toEqual({ faults, notes });
});
