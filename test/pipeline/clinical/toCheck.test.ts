import { expect, test } from 'vitest';
import type { AssertionStatus } from '../../../pipeline/clinical/entities.ts';
import type { Reason } from '../../../pipeline/clinical/reasons.ts';
import { toCheckOf } from '../../../pipeline/clinical/toCheck.ts';

test.each<[AssertionStatus, Reason, AssertionStatus[] | null]>([
  ['possible', 'answer-unclear', ['present', 'absent']],
  ['possible', 'answered-yes-to-denial', ['absent', 'present']],
  ['possible', 'unclear-whose', ['present', 'family']],
  ['possible', 'offered', ['planned', 'absent']],
  ['possible', 'considered', null],
  ['absent', 'answered-no', null],
])('%s, %s: %j', (status, reason, readings) => {
  expect(toCheckOf(status, reason)).toEqual(readings && { readings });
});
