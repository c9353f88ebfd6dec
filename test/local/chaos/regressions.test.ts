import { expect, test } from 'vitest';
import { replay } from '../../../local/chaos/campaign.ts';
import type { Fault } from '../../../local/chaos/harms.ts';
import type { Schedule } from '../../../local/chaos/schedule.ts';

const usual: Schedule['meetings'] = [{ kind: 'usual', recordings: 1 }];
const one = (...faults: Fault[]): Schedule => ({ meetings: usual, faults });
const of = (kind: 'twice' | 'german' | 'unusable', ...faults: Fault[]): Schedule => ({
  meetings: [{ kind, recordings: 1 }],
  faults,
});
const crowd = (jobs: number, recordings: number, ...faults: Fault[]): Schedule => ({
  meetings: [{ kind: 'usual', recordings }],
  faults,
  jobs,
});

/**
 * Schedules that once broke a promise, or would have broken it before the product knew their fault, as a finding prints
 * them. A new finding becomes a row here once it is mended.
 */
const once: [what: string, schedule: Schedule][] = [
  // The intake.
  ['an event that came twice at once', one({ at: [0, 'startWorkflow', 1], do: 'twice' })],
  ['an event that came again after the end', one({ at: [0, 'startWorkflow', 1], do: 'twice-late', minutes: 30 })],
  ['an execution whose start was done and not answered', one({ at: [0, 'AWSStepFunctions', 1], do: 'lost-after' })],
  ['a claim that was written by a function that died', one({ at: [0, 'startWorkflow', 2], do: 'exit-after' })],
  ['the same bytes again after a failure', of('twice', { at: [0, 'inspectRecording', 1], do: 'broken' })],

  // Services that are away, hang or answer nobody.
  ['a minute without the database', one({ at: [0, 'supabase', 1], do: 'away', minutes: 1 })],
  [
    'a failure while the audit trail was away',
    of('unusable', { at: [0, 'recordFailure', 1], do: 'away', minutes: 10 }),
  ],
  ['a failure that the database did not take', of('unusable', { at: [0, 'recordFailure', 4], do: 'failed' })],
  ['a call that hung', one({ at: [0, 'inspectRecording', 3], do: 'hang' })],
  [
    'a question that hung after its answer was paid',
    one({ at: [0, 'ComprehendMedical_20181030', 2], do: 'hang-after' }),
  ],
  ['an answer that could not be written', one({ at: [0, 'extractEntities', 8], do: 'away', minutes: 5 })],
  ['an answer whose writing was not confirmed', one({ at: [0, 'extractEntities', 8], do: 'lost-after' })],

  [
    'an execution that was stopped, sent on and stopped again',
    one({ at: [0, 'Transcribe', 2], do: 'stop' }, { at: [0, 'storeResults', 7], do: 'stop' }),
  ],

  // Functions that died.
  ['a kill within the Map', one({ at: [0, 'extractEntities', 5], do: 'exit-before' })],
  [
    'a kill within the Map after the answer was paid',
    one({ at: [0, 'ComprehendMedical_20181030', 1], do: 'exit-after' }),
  ],
  ['a function without memory', one({ at: [0, 'normalizeTranscript', 4], do: 'memory-after' })],
  ['a function that waited into its limit', one({ at: [0, 'storeResults', 1], do: 'timeout-after' })],
  ['results that were shown and not audited', one({ at: [0, 'storeResults', 9], do: 'exit-before' })],

  // The audit trail.
  ['an entry that was written and not confirmed', one({ at: [0, 'inspectRecording', 2], do: 'lost-after' })],
  ['two entries that were written and not confirmed', one({ at: [0, 'normalizeTranscript', 9], do: 'lost-after' })],

  // The job.
  ['a job that was started and not confirmed', one({ at: [0, 'Transcribe', 1], do: 'lost-after' })],
  ['a job that was started by a function that died', one({ at: [0, 'Transcribe', 1], do: 'exit-after' })],
  ['a job that ended before its start was recorded', one({ at: [0, 'Transcribe', 1], do: 'jump-after', minutes: 0.6 })],
  ['a job that ended while it was asked for', one({ at: [0, 'Transcribe', 2], do: 'jump-after', minutes: 0.6 })],
  ['a job whose event was lost', of('german', { at: [0, 'resumeWorkflow', 1], do: 'never' })],
  ['a job whose event came again', one({ at: [0, 'resumeWorkflow', 1], do: 'twice-late', minutes: 2 })],

  // Words in the message of an error.
  ['a refusal that repeats the text', one({ at: [0, '', 1], do: 'echo' })],
  ['a refusal that repeats the rows', one({ at: [0, '', 4], do: 'echo' })],

  // Executions that somebody stops.
  ['a stop while the job was asked for', one({ at: [0, 'Transcribe', 1], do: 'stop' })],

  // Messages of several recordings that came together: what one met delayed all.
  [
    'a message that failed with its neighbours',
    { meetings: [{ kind: 'usual', recordings: 4 }], faults: [{ at: [1, 'resumeWorkflow', 1], do: 'lost-after' }] },
  ],

  // Places.
  ['more recordings than places', crowd(2, 5)],
  ['a place whose holder was stopped', crowd(1, 2, { at: [0, 'Transcribe', 2], do: 'stop' })],
  [
    'a place that was given back by a function that died',
    crowd(1, 2, { at: [0, 'normalizeTranscript', 3], do: 'exit-after' }),
  ],
];

test('what once broke a promise breaks it no more', async () => {
  const { findings, faults } = await replay(once.map(([, schedule]) => schedule));
  expect(findings.map(({ run = 0, violations }) => [once[run - 1]?.[0], violations])).toEqual([]);
  expect(faults.hit).toBe(faults.planned);
});
