import { beforeAll, describe, expect, test } from 'vitest';
import { Arena } from '../../../local/chaos/arena.ts';
import { violations } from '../../../local/chaos/checks.ts';
import type { Evidence, Traces } from '../../../local/chaos/evidence.ts';

let whole: Evidence;
beforeAll(async () => {
  const arena = await Arena.open();
  const meetings = (['usual', 'unwanted', 'unusable'] as const).map((kind) => ({ kind, recordings: 1 }));
  ({ evidence: whole } = await arena.run({ meetings, faults: [] }));
  await arena.close();
});

const first = (change: (one: Traces) => Partial<Traces>) => (evidence: Evidence) => ({
  recordings: evidence.recordings.map((one, at) => (at === 0 ? { ...one, ...change(one) } : one)),
});
const ofKind = (kind: string, change: (one: Traces) => Partial<Traces>) => (evidence: Evidence) => ({
  recordings: evidence.recordings.map((one) => (one.planned.kind === kind ? { ...one, ...change(one) } : one)),
});
const withCalls = (more: (calls: Evidence['calls']) => Evidence['calls']) => (evidence: Evidence) => ({
  calls: more(evidence.calls),
});
const inPlaces = (where: keyof Evidence['places'], kind: string) => (evidence: Evidence) => {
  const ids = evidence.recordings.filter(({ planned }) => planned.kind === kind).map(({ recordingId }) => recordingId);
  return { places: { ...evidence.places, [where]: ids } };
};
const isPayment = ({ target }: Evidence['calls'][number]) => target.startsWith('ComprehendMedical');

test('an undisturbed run breaks no promise', () => {
  expect(violations(whole)).toEqual([]);
});

test.each([
  ['storeResults', 'not by', 1],
  ['resumeWorkflow', 'by, because both messages may have come together,', 0],
])("a fault of another recording's %s: a recording may be late %s it", (name, _, count) => {
  const faults: Evidence['schedule']['faults'] = [{ at: [1, name, 1], do: 'lost-after' }];
  const late = first((one) =>
    one.execution ? { execution: { ...one.execution, endedAt: whole.uploadedAt + 211_000 } } : {},
  );
  const found = violations({ ...whole, ...late(whole), schedule: { ...whole.schedule, faults } });
  expect(found.filter(({ rule }) => rule === 'nothing waits past its limits')).toHaveLength(count);
});

test('a recording may be late on a machine that is too busy to answer', () => {
  const late = first(({ execution: e }) => (e ? { execution: { ...e, endedAt: whole.uploadedAt + 211_000 } } : {}));
  const rules = [0, 1].map((unanswered) =>
    violations({ ...whole, ...late(whole), unanswered }).map(({ rule }) => rule),
  );
  expect(rules).toEqual([['nothing waits past its limits'], []]);
});

describe('a check sees', () => {
  test.each<[string, string, (evidence: Evidence) => Partial<Evidence>]>([
    ['a recording without a row', 'every recording ends', first(() => ({ row: undefined }))],
    ['one that still runs', 'every recording ends', first((one) => ({ row: { ...one.row, status: 'extracting' } }))],
    ['one that failed', 'it ends as it should', first((one) => ({ row: { ...one.row, status: 'failed' } }))],
    ['a failure that no session shows', 'a failure is visible', ofKind('unusable', () => ({ session: {} }))],
    ['a failure without its audit', 'a failure is visible', ofKind('unusable', () => ({ audit: [] }))],
    [
      'a second job',
      'one job for the bytes of a meeting',
      withCalls((calls) =>
        calls.flatMap((call) => (call.operation.startsWith('StartMedical') ? [call, call] : [call])),
      ),
    ],
    [
      'a job that was asked for in vain',
      'no job is asked for beyond the quota',
      withCalls((calls) =>
        calls.map((call) =>
          call.operation.startsWith('StartMedical') ? { ...call, error: 'LimitExceededException' } : call,
        ),
      ),
    ],
    ['a place that nobody has given back', 'a place is given back', inPlaces('held', 'usual')],
    ['one that a failed recording keeps', 'a place is given back', inPlaces('held', 'unusable')],
    ['one who waits for nothing', 'a place is given back', inPlaces('waiting', 'usual')],
    [
      'a text asked again after its answer',
      'no answer is paid for again without need',
      withCalls((calls) => calls.flatMap((call) => (isPayment(call) ? [call, call] : [call]))),
    ],
    [
      'a text asked again after its answer was kept',
      'no answer is paid for again without need',
      withCalls((calls) => [...calls, ...calls.filter(isPayment)]),
    ],
    [
      'a payment that is not counted',
      'every payment is counted',
      (evidence) => ({ logs: evidence.logs.filter((line) => !line.includes('ComprehendUnits')) }),
    ],
    ['an action twice', 'each audit action once', first(({ audit }) => ({ audit: [...audit, ...audit.slice(-1)] }))],
    [
      'a decision that never came to the trail',
      'each decision is carried once',
      ({ trail }) => ({ trail: trail.filter(({ action }) => action !== 'SIGNED') }),
    ],
    [
      'a decision that came twice',
      'each decision is carried once',
      ({ trail }) => ({ trail: [...trail, ...trail.filter(({ action }) => action === 'RELEASED')] }),
    ],
    ['an action that is missing', 'the audit says how it ended', first(({ audit }) => ({ audit: audit.slice(1) }))],
    ['a broken chain', 'chains verify', () => ({ chains: [{ entries: 1, faults: ['a link is missing'] }] })],
    ['rows that are not in S3', 'rows, S3 and audit agree', first(({ entities }) => ({ entities: entities + 1 }))],
    [
      'one that took too long',
      'nothing waits past its limits',
      first(({ execution: e }) => (e ? { execution: { ...e, endedAt: e.endedAt + 600_000 } } : {})),
    ],
    [
      'one that ran out of time before somebody sent it on',
      'nothing waits past its limits',
      (evidence) => ({
        ...first(() => ({ history: [{ id: 1, type: 'ExecutionTimedOut', timestamp: undefined }] }))(evidence),
        redriven: true,
      }),
    ],
    ['a message that was given up', 'no message is given up', () => ({ dead: ['{}'] })],
    ['a word in a log', 'no word is where it must not be', ({ logs }) => ({ logs: [...logs, 'said zqxabc'] })],
    ['a word in a message', 'no word is where it must not be', () => ({ messages: ['zqxabc'] })],
    [
      'a word in a history',
      'no word is where it must not be',
      first(() => ({
        history: [
          {
            id: 1,
            type: 'TaskFailed',
            timestamp: undefined,
            taskFailedEventDetails: { resource: 'zqxabc', resourceType: 'x' },
          },
        ],
      })),
    ],
  ])('%s', (_, rule, change) => {
    const found = violations({ ...whole, ...change(whole) });
    expect(found.map((violation) => violation.rule)).toContain(rule);
    expect(JSON.stringify(found)).not.toContain('zqx');
  });
});
