import { expect, test } from 'vitest';
import { describeConsultation } from '../../../local/replay/summary.ts';
import { type Consultation, toConsultation } from '../../../pipeline/clinical/consultation.ts';
import type { Code } from '../../../pipeline/clinical/entities.ts';
import { answer, merged, mention } from '../../pipeline/answers.ts';
import { transcriptOf } from '../../pipeline/transcriptOf.ts';

const visit = transcriptOf([[1, 'I have a cough and a headache.']]);

type Suggested = [system: Code['system'], code: string, rank: number];

/** The lines of the list of problems: a cough with these codes, and a headache without any. */
async function problemsWith(...codes: Suggested[]): Promise<string[]> {
  const entities = await merged(
    visit,
    answer(visit, 'InferICD10CM', [mention(visit, 'cough'), mention(visit, 'headache')]),
  );
  const consultation = toConsultation(visit, entities, { coded: true, icd10cm: null });
  const [cough, ...others] = consultation.problems;
  const written = codes.map(([system, code, rank]) => ({
    system,
    code,
    description: '',
    score: 0.9,
    rank,
    billable: null,
  }));
  const problems = [{ ...cough, codes: written }, ...others] as Consultation['problems'];
  const lines = describeConsultation(visit, { ...consultation, problems });
  const from = lines.indexOf('\nProblems');
  return lines.slice(from + 1, from + 3);
}

test.each<[string, Suggested[], RegExp]>([
  ['a finding without a code', [], /^ {2}cough {22} {10}0:01 /],
  [
    'the best of one system',
    [
      ['ICD-10-CM', 'R05.9', 1],
      ['ICD-10-CM', 'R05.1', 2],
    ],
    /^ {2}cough {22}R05\.9 {5}0:01 /,
  ],
  [
    'the best of each system, ICD-10-CM first',
    [
      ['ICD-10-CM', 'R05.9', 1],
      ['ICD-10-CM', 'R05.1', 2],
      ['SNOMED-CT', '49727002', 1],
    ],
    /^ {2}cough {22}R05\.9, SNOMED-CT 49727002 0:01 /,
  ],
  ['a concept of SNOMED CT alone', [['SNOMED-CT', '49727002', 1]], /^ {2}cough {22}SNOMED-CT 49727002 0:01 /],
])('a line shows %s', async (_, codes, line) => {
  const [cough = ''] = await problemsWith(...codes);
  expect(cough).toMatch(line);
});

test('the quotes of a list stand below one another', async () => {
  const [cough = '', headache = ''] = await problemsWith(['ICD-10-CM', 'R05.9', 1], ['SNOMED-CT', '49727002', 1]);
  expect(headache.indexOf('0:0')).toBe(cough.indexOf('0:0'));
});
