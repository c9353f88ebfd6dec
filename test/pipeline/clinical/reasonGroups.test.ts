import { expect, test } from 'vitest';
import { readingOf } from '../../../pipeline/clinical/assertion/readings.ts';
import { byClinician, deniedOfFamily, stopping } from '../../../pipeline/clinical/reasonGroups.ts';
import { reasonNames } from '../../../pipeline/clinical/reasons.ts';

test('a medicine of the past was stopped, or else tried', () => {
  const stops = reasonNames.filter((reason) => readingOf('medicine', { status: 'historical', reason }) === 'stopped');
  expect(new Set(stops)).toEqual(stopping);
});

test('what the patient answered is no word of the clinician', () => {
  const answered = reasonNames.filter((reason) => reason.startsWith('answer') || deniedOfFamily.has(reason));
  expect(answered.length).toBeGreaterThan(5);
  expect(answered.filter((reason) => byClinician.has(reason))).toEqual([]);
});
