import { expect, test } from 'vitest';
import type { AssertionStatus } from '../../../pipeline/clinical/entities.ts';
import type { Reason } from '../../../pipeline/clinical/reasons.ts';
import { isOpen, toCheck } from '../../../pipeline/clinical/toCheck.ts';
import { entityOf } from '../entityOf.ts';

test.each<[AssertionStatus, Reason, AssertionStatus[] | null]>([
  ['possible', 'answer-unclear', ['present', 'absent']],
  ['possible', 'answered-yes-to-denial', ['absent', 'present']],
  ['possible', 'unclear-whose', ['present', 'family']],
  ['possible', 'offered', ['planned', 'absent']],
  ['possible', 'considered', null],
  ['absent', 'answered-no', null],
])('%s, %s: %j', (status, reason, readings) => {
  const mention = entityOf({ assertion: { status, reason } });
  expect(toCheck(mention)).toEqual(readings && { readings });
  expect(isOpen(mention)).toBe(readings !== null);
});
