/**
 * The reasons for the status of a mention, each with its text for clinicians. Code compares the names; people read the
 * texts. A reason that ends in `-trait` rests on a trait of the service, which `assertion.traits` lists.
 */
export const reasons = {
  stated: 'said as a fact',
  'answered-yes': 'the answer was yes',
  'answered-yes-to-denial': 'the answer was yes, but the question supposed a no',
  'answered-yes-to-several': 'one yes to a question about several things',
  'answered-no': 'the answer was no',
  'answered-no-of-family': 'the answer was no, for the family',
  'answered-with-another': 'the answer named only something else',
  'answered-of-relative': 'the answer named a relative',
  'answered-over': 'the answer was that it is over',
  'answered-to-come': 'the answer was that it is still to come',
  'answered-unsure': 'the answer was unsure',
  'answer-unclear': 'asked, but the answer is unclear',
  presupposed: 'the question takes it for granted',
  offered: 'offered, but the answer is unclear',
  agreed: 'offered and agreed to',
  declined: 'offered and declined',
  proposed: 'the clinician proposes it',
  arranged: 'it is arranged',
  'advised-against': 'the clinician advises against it',
  allergy: 'named as an allergy',
  'allergy-denied': 'denied as an allergy',
  'not-tolerated': 'the patient cannot take it',
  'not-taken': 'prescribed but not taken',
  swapped: 'changed for another medicine',
  'to-be-stopped': 'it is to be stopped',
  stopped: 'it was stopped',
  'no-longer-taken': 'it is no longer taken',
  denied: 'denied',
  excluded: 'ruled out',
  'set-aside': 'the clinician does not think so',
  'negative-test': 'a test for it was negative',
  'name-of-test': 'part of the name of a test',
  conditional: 'said of what might happen',
  'to-watch-for': 'to be watched for or ruled out',
  considered: 'the clinician considers it',
  repeated: 'repeated from what was said before',
  feared: 'said as a fear',
  'hoped-for': 'hoped that it is not there',
  'asked-by-patient': 'the patient asks about it',
  'clinician-says-yes': 'the patient asked and the clinician said yes',
  'clinician-says-no': 'the patient asked and the clinician said no',
  over: 'it is over',
  'in-the-past': 'said of the past',
  'unclear-whose': 'unclear who has it',
  'of-somebody-else': 'said of somebody else',
  'of-relative': 'said of a relative',
  'in-the-family': 'said of the family',
  'of-companion': 'said of the person who speaks for the patient',
  unsettled: 'two readings are about as likely',
  'no-finding': 'said as a warning, an example or advice',
  'negation-trait': 'the service reads it as denied',
  'family-negation-trait': 'the service reads it as denied for the family',
  'family-trait': 'the service reads it as of the family',
  'history-trait': 'the service reads it as past',
  'future-trait': 'the service reads it as planned',
  'hypothetical-trait': 'the service reads it as hypothetical',
  'low-confidence-trait': 'the service is not sure of it',
} as const satisfies Readonly<Record<string, string>>;

export type Reason = keyof typeof reasons;

/** Every reason, in the order of the table. */
export const reasonNames = Object.keys(reasons) as Reason[];

/** A reason that says that no relative has it, which is no finding about the patient. */
export const deniedOfFamily: ReadonlySet<Reason> = new Set(['answered-no-of-family', 'family-negation-trait']);
