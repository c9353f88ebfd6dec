import { expect, test } from 'vitest';
import { type Right, rightRefusalOf } from '../../pipeline/rights.ts';

test.each<[Right['who'], Right['over'], string, boolean, string | undefined]>([
  ['provider', 'refused', 'patient', true, 'OnlyTheProvider'],
  ['provider', 'refused', 'provider', true, 'MeetingEnded'],
  ['provider', 'fine', 'provider', true, undefined],
  ['provider', 'fine', 'patient', false, 'OnlyTheProvider'],
  ['everybody', 'refused', 'patient', true, 'MeetingEnded'],
  ['everybody', 'refused', 'patient', false, undefined],
  ['everybody', 'fine', 'other', true, undefined],
])('of %s, %s once over, to a %s, over: %s: %s', (who, over, role, isOver, refusal) => {
  expect(rightRefusalOf({ who, over }, role, isOver ? 'MeetingEnded' : undefined)).toBe(refusal);
});
