import { describe, expect, test } from 'vitest';
import { cueNames } from '../../../pipeline/transcript/roleCues.ts';
import { roleWeights } from '../../../pipeline/transcript/roleWeights.ts';

const { clinician, other, otherPrior, colleaguePrior, silentPrior } = roleWeights;

test('every cue has a weight, and every weight is of a cue', () => {
  expect(Object.keys(clinician).toSorted()).toEqual(cueNames.toSorted());
  expect(Object.keys(other).toSorted()).toEqual(cueNames.toSorted());
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

  test.each(['ownComplaint', 'ownHabit', 'ownBody', 'ownPast', 'thanksDoctor', 'answersYouWithI'] as const)(
    'the patient: %s',
    (cue) => expect(clinician[cue]).toBeLessThan(0),
  );

  test.each([
    'saysShe',
    'aboutAnother',
    'caresFor',
    'relays',
    'interprets',
    'isCompanion',
    'answersForAnother',
  ] as const)('somebody who came along: %s', (cue) => expect(other[cue]).toBeGreaterThan(0));
});

test.each(['i', 'ownBody', 'happensToMe', 'saysSheOfFamily'] as const)(
  'speaks against somebody who came along: %s',
  (cue) => expect(other[cue]).toBeLessThan(0),
);

test('before anybody has spoken, a patient is likelier than a companion or nobody, and a second clinician is rare', () => {
  expect(Math.max(otherPrior, silentPrior)).toBeLessThan(0);
  expect(colleaguePrior).toBeLessThan(otherPrior);
});
