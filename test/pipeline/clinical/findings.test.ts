import { describe, expect, test } from 'vitest';
import { toConsultation } from '../../../pipeline/clinical/consultation.ts';
import { answer, mention, merged } from '../answers.ts';
import { consult } from '../consult.ts';
import { transcriptOf } from '../transcriptOf.ts';

describe('a medicine', () => {
  test('is one whatever its strength: each has an RxNorm code of its own', async () => {
    const { medications } = await consult(["P: I'm allergic to [amoxicillin].", "C: I'll give you [amoxicillin]."], {
      codes: { amoxicillin: ['723', '308191'] },
    });
    expect(medications).toMatchObject([{ status: 'allergic', evidence: [{}, {}] }]);
  });

  test('that nobody takes is ruled out, and no medicine', async () => {
    const { medications, ruledOut } = await consult(['C: Do you take [aspirin]?', 'P: No.']);
    expect(medications).toEqual([]);
    expect(ruledOut).toMatchObject([{ label: 'aspirin' }]);
  });
});

test('a unit that does not follow its value is none of it', async () => {
  const { tests } = await consult(
    ['C: Your [glucose] was [5.6|TEST_VALUE] in May and [120|TEST_VALUE] [mg|TEST_UNIT] now.'],
    { category: 'TEST_TREATMENT_PROCEDURE', type: 'TEST_NAME' },
  );
  expect(tests[0]?.results).toMatchObject([
    { value: '5.6', unit: null },
    { value: '120', unit: 'mg' },
  ]);
});

test.each<[string, string[], object]>([
  ['to come', ["C: I'd like to arrange a [colonoscopy]."], { planned: true }],
  ['that was done', ['P: I had a [colonoscopy] on Monday.'], {}],
  ['to be done again', ['P: I had a [colonoscopy] on Monday.', "C: I'll arrange another [colonoscopy]."], {}],
])('a procedure %s says so', async (_, lines, expected) => {
  const { procedures } = await consult(lines, { category: 'TEST_TREATMENT_PROCEDURE', type: 'PROCEDURE_NAME' });
  expect(procedures).toHaveLength(1);
  expect(procedures.map(({ planned }) => (planned ? { planned } : {}))).toEqual([expected]);
});

test('what the service tags as an allergy is a problem that says so', async () => {
  const allergy = { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: 'ALLERGIES' };
  const { problems } = await consult(['P: I come up in welts from [Latex].'], allergy);
  expect(problems).toMatchObject([{ label: 'allergy: latex' }]);
});

test('what no relative has is not ruled out for the patient', async () => {
  const { ruledOut, familyHistory } = await consult(['C: Any family history of [diabetes]?', 'P: No.'], {
    category: 'MEDICAL_CONDITION',
    type: 'DX_NAME',
  });
  expect([...ruledOut, ...familyHistory]).toEqual([]);
});

test('a test has its values with their units, in time order', async () => {
  const { tests } = await consult(
    [
      'P: My [blood pressure] was [150|TEST_VALUE].',
      'C: The [blood pressure] is [120|TEST_VALUE] [millimetres|TEST_UNIT] now.',
    ],
    { category: 'TEST_TREATMENT_PROCEDURE', type: 'TEST_NAME' },
  );
  expect(tests).toMatchObject([
    {
      results: [
        { value: '150', unit: null },
        { value: '120', unit: 'millimetres' },
      ],
      evidence: [{}, {}],
    },
  ]);
  expect(tests[0]?.results[0]?.startMs).toBeLessThan(tests[0]?.results[1]?.startMs ?? 0);
});

describe('a condition', () => {
  const conditions = { category: 'MEDICAL_CONDITION', type: 'DX_NAME' };

  test('that is there and is denied is in both lists, and each says so', async () => {
    const { problems, ruledOut } = await consult(
      ['P: I have a [cough].', 'C: Any [cough] at night?', 'P: No.'],
      conditions,
    );
    expect(problems).toMatchObject([{ label: 'cough', contradictedBy: ['ruledOut'] }]);
    expect(ruledOut).toMatchObject([{ label: 'cough', contradictedBy: ['problems'] }]);
  });

  test('that is there and was considered is one finding with every mention', async () => {
    const { problems, possible } = await consult(
      ['P: I have a [cough].', 'C: The [cough] could be viral. A [cough] might stay.'],
      conditions,
    );
    expect(possible).toEqual([]);
    expect(problems[0]?.evidence).toHaveLength(3);
    expect(problems[0]).not.toHaveProperty('contradictedBy');
  });

  test.each([
    ['R05', 'more specific code needed', false],
    ['R05.9', undefined, true],
    ['Z99.99', 'not in the code table', null],
  ])('with the code %s has the hint %s', async (code, hint, billable) => {
    const { problems } = await consult(['P: I have a [cough].'], {
      ...conditions,
      codes: { cough: code },
      table: true,
    });
    expect(problems[0]?.codes[0]).toMatchObject({ code, billable });
    expect(problems[0]?.codes[0]?.hint).toBe(hint);
  });

  test('has no hint when no code table was asked', async () => {
    const { problems } = await consult(['P: I have a [cough].'], { ...conditions, codes: { cough: 'R05' } });
    expect(problems[0]?.codes[0]).not.toHaveProperty('hint');
  });

  test('asked as an allergy and answered by name is not listed beside it', async () => {
    const lines = ['C: Any [allergies]?', 'P: Latex.'];
    expect((await consult(lines, conditions)).possible).toHaveLength(1);
    const transcript = transcriptOf([
      [0, 'Any allergies?'],
      [1, 'Penicillin.'],
    ]);
    const found = [mention(transcript, 'allergies'), mention(transcript, 'Penicillin', { Category: 'MEDICATION' })];
    const entities = await merged(transcript, answer(transcript, 'DetectEntitiesV2', found));
    const consultation = toConsultation(transcript, entities, { coded: true, icd10cm: null });
    expect(consultation.possible).toEqual([]);
    expect(consultation.medications).toMatchObject([{ label: 'penicillin', status: 'allergic' }]);
  });
});
