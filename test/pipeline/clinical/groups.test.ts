import { expect, test } from 'vitest';
import type { Code } from '../../../pipeline/clinical/entities.ts';
import { GroupNames } from '../../../pipeline/clinical/groups.ts';

type Named = Parameters<GroupNames['of']>[0];

/** Each mention stands for itself, nowhere near another. */
const apart = { begin: 0, end: 0 };

const code = (system: Code['system'], name: string, rank = 1): Code => ({
  system,
  code: name,
  description: '',
  score: 0.9,
  rank,
  billable: null,
});
const condition = (text: string, ...codes: Code[]): Named => ({
  ...apart,
  category: 'MEDICAL_CONDITION',
  type: 'DX_NAME',
  text,
  codes,
});
const medicine = (text: string, ...codes: Code[]): Named => ({
  ...apart,
  category: 'MEDICATION',
  type: 'GENERIC_NAME',
  text,
  codes,
});
const asTest = (text: string): Named => ({
  ...apart,
  category: 'TEST_TREATMENT_PROCEDURE',
  type: 'TEST_NAME',
  text,
  codes: [],
});

/** How many findings the mentions are. */
const count = (...mentions: Named[]) => {
  const names = new GroupNames(mentions);
  return new Set(mentions.map((mention) => names.of(mention))).size;
};

const cough = code('ICD-10-CM', 'R05.9');
const bruise = code('ICD-10-CM', 'T14.8XXA');

test.each<[string, Named[], number]>([
  ['two wordings of one code', [condition('cough', cough), condition('coughing', cough)], 1],
  ['a wording that has its code elsewhere', [condition('Cough', cough), condition('cough')], 1],
  [
    'a cough and a dry one, whatever their codes',
    [condition('cough', cough), condition('dry cough', code('ICD-10-CM', 'R05.8'))],
    1,
  ],
  ['breathlessness and orthopnoea', ['R06.02', 'R06.01'].map((one) => condition(one, code('ICD-10-CM', one))), 2],
  ['two everyday names of one test', [asTest('ECG'), asTest('heart tracing')], 1],
  ['two tests', [asTest('ECG'), asTest('EEG')], 2],
  ['two wordings without a code', [condition('cough'), condition('tickle')], 2],
  ['a condition that two codes part', [condition('cough', cough), condition('cough', code('ICD-10-CM', 'J40'))], 2],
  ['two things that share a vague code', [condition('bruise', bruise), condition('sore toe', bruise)], 2],
  ['one thing with a vague code, said twice', [condition('Bruise', bruise), condition('bruise', bruise)], 1],
  ['a second-best code, which names nothing', [condition('cough', cough), condition('cold', { ...cough, rank: 2 })], 2],
  [
    'a medicine that strengths part',
    [medicine('Ramipril', code('RxNorm', '1')), medicine('ramipril', code('RxNorm', '2'))],
    1,
  ],
  ['the same word for a condition and a medicine', [condition('insulin'), medicine('insulin')], 2],
  [
    'ICD-10-CM before SNOMED CT',
    [condition('cough', cough, code('SNOMED-CT', '1')), condition('coughing', code('SNOMED-CT', '2'), cough)],
    1,
  ],
])('%s', (_, mentions, findings) => expect(count(...mentions)).toBe(findings));
