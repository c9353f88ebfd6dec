import type { AssertionStatus, ToCheck } from './entities.ts';
import type { Reason } from './reasons.ts';

/** What a possible finding may be, where the dialogue leaves two readings open. */
const readings: Readonly<Partial<Record<Reason, ToCheck['readings']>>> = {
  'answer-unclear': ['present', 'absent'],
  'answered-unsure': ['present', 'absent'],
  'answered-yes-to-several': ['present', 'absent'],
  'answered-yes-to-denial': ['absent', 'present'],
  'unclear-whose': ['present', 'family'],
  offered: ['planned', 'absent'],
};

/** The readings that a decision leaves open; null for one that is settled or only suspected. */
export function toCheckOf(status: AssertionStatus, reason: Reason): ToCheck | null {
  const open = status === 'possible' ? readings[reason] : undefined;
  return open ? { readings: [...open] } : null;
}
