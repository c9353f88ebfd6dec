import type { AssertionStatus, Entity } from './entities.ts';
import type { Reason } from './reasons.ts';

/** The two likeliest readings of a finding, the likelier one first. */
export interface ToCheck {
  readings: [AssertionStatus, AssertionStatus];
}

/** What a possible finding may be, where the dialogue leaves two readings open. */
const readings: Readonly<Partial<Record<Reason, ToCheck['readings']>>> = {
  'answer-unclear': ['present', 'absent'],
  'answered-unsure': ['present', 'absent'],
  'answered-yes-to-several': ['present', 'absent'],
  'answered-yes-to-denial': ['absent', 'present'],
  'unclear-whose': ['present', 'family'],
  offered: ['planned', 'absent'],
};

/** Whether a mention leaves it open what it says: a clinician has to listen to it. */
export function isOpen({ assertion: { status, reason } }: Entity): boolean {
  return status === 'possible' && readings[reason] !== undefined;
}

/** The readings that a mention leaves open; null for one that is settled or only suspected. */
export function toCheck(mention: Entity): ToCheck | null {
  const open = isOpen(mention) ? readings[mention.assertion.reason] : undefined;
  return open ? { readings: [...open] } : null;
}
