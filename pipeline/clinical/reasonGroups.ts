import type { Reason } from './reasons.ts';

/** A reason that says that no relative has it, which is no finding about the patient. */
export const deniedOfFamily: ReadonlySet<Reason> = new Set(['answered-no-of-family', 'family-negation-trait']);

/** Reasons that mean a medicine which was taken until now. */
export const stopping: ReadonlySet<Reason> = new Set([
  'stopped',
  'to-be-stopped',
  'swapped',
  'no-longer-taken',
  'answered-over',
  'over',
]);

/** Reasons by which the clinician, not the patient, says that something is not there. */
export const byClinician: ReadonlySet<Reason> = new Set([
  'excluded',
  'set-aside',
  'negative-test',
  'clinician-says-no',
]);
