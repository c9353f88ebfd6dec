import { expect, test } from 'vitest';
import type { Expected } from '../../../local/cases/caseFiles.ts';
import type { Collected } from '../../../local/replay/collect.ts';
import type { Execution } from '../../../local/replay/execution.ts';
import { type Outcome, toOutcome } from '../../../local/replay/outcome.ts';
import { consult } from '../../pipeline/consult.ts';

const medicines = await consult(["P: I'm allergic to [penicillin].", 'C: Do you take [aspirin]?', 'P: No.']);
const habits = await consult(['P: I used to [smoke].'], {
  category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL',
  type: 'TOBACCO_USE',
});
const consultation = { ...medicines, socialHistory: habits.socialHistory };
const collected = { consultation, violations: [] } as unknown as Collected;
const execution = { status: 'SUCCEEDED', output: { status: 'completed' } } as Parameters<typeof toOutcome>[1];
const facts = {
  name: 'visit',
  recordingId: 'rec-1',
  duplicate: false,
  meetingId: 'meeting-1',
  folder: 'out/visit',
  executions: 1,
  seconds: 1,
};
const visited = (name: string, attempts: number) => ({ name, attempts, ms: 1 });

test.each<[Partial<Expected>, string[]]>([
  [{ allergies: ['penicillin'], medications: ['aspirin'], socialHistory: ['smoking'] }, []],
  [{ medications: ['aspirin, not-taking'], socialHistory: ['smoking, former'] }, []],
  [{ allergies: ['aspirin'] }, ['allergies: expected aspirin, not found']],
  [{ medications: ['aspirin, taking'] }, ['medications: expected aspirin, taking, not found']],
  [{ socialHistory: ['smoking, never'] }, ['socialHistory: expected smoking, never, not found']],
  [{ ruledOut: ['aspirin'] }, ['ruledOut: expected aspirin, not found']],
])('%j differs by %j', (expected, differences) => {
  const outcome = toOutcome(facts, execution, collected, { status: 'completed', ...expected });
  expect(outcome).toMatchObject({ differences, ok: differences.length === 0 });
});

test.each<[string, Partial<Execution>, Outcome['failure']]>([
  [
    'a failure of a step, without its trace',
    {
      error: 'UnsupportedMedia',
      cause: JSON.stringify({
        errorType: 'UnsupportedMedia',
        errorMessage: 'Transcribe does not take AVI',
        trace: ['at x'],
      }),
      states: [visited('inspectRecording', 1), visited('recordFailure', 1), visited('failed', 0)],
    },
    { step: 'inspectRecording', message: 'Transcribe does not take AVI', runbook: 'RUNBOOK.md#unsupportedmedia' },
  ],
  [
    'a failure of the machine',
    { error: 'States.DataLimitExceeded', cause: 'The state returned too much', states: [] },
    { step: null, message: 'The state returned too much', runbook: 'RUNBOOK.md#failures' },
  ],
  [
    'an execution that was stopped',
    { status: 'ABORTED', error: null, cause: null, states: [visited('awaitTranscription', 2)] },
    { step: 'awaitTranscription', message: 'the execution is ABORTED', runbook: 'RUNBOOK.md#executionsaborted' },
  ],
  [
    'an execution that ran for too long',
    { status: 'TIMED_OUT', error: 'States.Timeout', cause: null, states: [] },
    { step: null, message: 'the execution is TIMED_OUT', runbook: 'RUNBOOK.md#executionstimedout' },
  ],
])('says why: %s', (_, more, failure) => {
  const failed: Execution = { status: 'FAILED', error: null, cause: null, output: null, states: [], ...more };
  expect(toOutcome(facts, failed, collected, undefined)).toMatchObject({ status: 'failed', failure, ok: false });
});

test('a run that was stopped differs by its end, not by each finding that it did not get to', () => {
  const stopped: Execution = { status: 'ABORTED', error: null, cause: null, output: null, states: [] };
  const expected: Expected = { status: 'completed', problems: ['R05.9'], allergies: ['penicillin'] };
  const { differences, ok } = toOutcome(facts, stopped, { audit: [], violations: [] }, expected);
  expect({ differences, ok }).toEqual({ differences: ['status: expected completed, found failed'], ok: false });
});
