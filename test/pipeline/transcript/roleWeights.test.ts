import { describe, expect, test } from 'vitest';
import { companionCues, cueNames } from '../../../pipeline/transcript/roleCues.ts';
import { roleWeights } from '../../../pipeline/transcript/roleWeights.ts';

const { clinician, other, scale, otherPrior } = roleWeights;

test('every cue has a weight, and every weight is of a cue', () => {
  expect(Object.keys(clinician).toSorted()).toEqual(cueNames.toSorted());
  expect(Object.keys(other).toSorted()).toEqual([...companionCues].toSorted());
});

test('every weight is a number, and log-odds of one cue decide nothing alone', () => {
  const weights = [...Object.values(clinician), ...Object.values(other)];
  expect(weights.filter((weight) => !(Math.abs(weight) < Math.log(0.95 / 0.05)))).toEqual([]);
});

describe('speaks for', () => {
  test.each(['asksYou', 'asksFindings', 'opens', 'introduces', 'plans', 'advises', 'explains'] as const)(
    'a clinician: %s',
    (cue) => expect(clinician[cue]).toBeGreaterThan(0),
  );

  test.each(['ownComplaint', 'ownHabit', 'ownBody', 'ownPast', 'thanksDoctor', 'answers'] as const)(
    'the patient: %s',
    (cue) => expect(clinician[cue]).toBeLessThan(0),
  );

  test.each(['saysShe', 'saysHer', 'answersForAnother'] as const)('somebody who came along: %s', (cue) =>
    expect(other[cue]).toBeGreaterThan(0),
  );
});

test('cues of one talk repeat each other, and most of those in the room are no others', () => {
  expect(scale > 0 && scale <= 1).toBe(true);
  expect(otherPrior).toBeLessThan(0);
});
