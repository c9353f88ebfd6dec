import { describe, expect, test } from 'vitest';
import { toConsultation } from '../../../pipeline/clinical/consultation.ts';
import type { AssertionStatus } from '../../../pipeline/clinical/entities.ts';
import { toFindings } from '../../../pipeline/clinical/findings.ts';
import { answer, mention, merged } from '../answers.ts';
import { consult } from '../consult.ts';
import { entityOf } from '../entityOf.ts';
import { transcriptOf } from '../transcriptOf.ts';

describe('a medicine', () => {
  test('is one whatever its strength: each has an RxNorm code of its own', async () => {
    const { medications } = await consult(['P: I take [amoxicillin].', 'P: I take the [amoxicillin] daily.'], {
      codes: { amoxicillin: ['723', '308191'] },
    });
    expect(medications).toMatchObject([{ status: 'taking', evidence: [{}, {}] }]);
  });

  test('of which somebody says that it is not taken is one finding, and says so', async () => {
    const lines = [
      'C: Do you take [aspirin]?',
      'P: No.',
      'P: Oh, [aspirin], I take [aspirin].',
      'P: I take [aspirin].',
    ];
    const { medications, ruledOut } = await consult(lines);
    expect(medications).toMatchObject([{ label: 'aspirin', status: 'taking', contradictedBy: ['ruledOut'] }]);
    expect(ruledOut).toEqual([]);
  });

  test('has the reason of the mention that decided its status', async () => {
    const { medications } = await consult(["C: Let's stop the [aspirin].", 'P: I stopped the [aspirin].']);
    expect(medications).toMatchObject([{ status: 'stopped', change: null, reason: 'stopped' }]);
  });
});

test('a procedure has its results and says whether it is to come', async () => {
  const { procedures } = await consult(["C: I'd like to arrange a [colonoscopy], [two|TEST_VALUE] of them."], {
    category: 'TEST_TREATMENT_PROCEDURE',
    type: 'PROCEDURE_NAME',
  });
  expect(procedures).toMatchObject([
    { planned: true, results: [{ value: '2', said: 'two', unit: null }], reason: 'proposed' },
  ]);
});

test('what is only possible says what it may be where the dialogue leaves it open', async () => {
  const conditions = { category: 'MEDICAL_CONDITION', type: 'DX_NAME' };
  const { possible } = await consult(
    ['C: Any [cough]?', 'P: The weather was nice and so we went.', 'C: It could be a [cold].'],
    conditions,
  );
  expect(possible).toMatchObject([
    { label: 'cough', reason: 'answer-unclear', toCheck: { readings: ['present', 'absent'] } },
    { label: 'cold', reason: 'to-watch-for', toCheck: null },
  ]);
});

test('a finding has the id of its earliest mention and the best of its scores', async () => {
  const { problems } = await consult(['P: I have a [cough]. The [cough] is bad.'], {
    category: 'MEDICAL_CONDITION',
    type: 'DX_NAME',
  });
  expect(problems).toMatchObject([
    { id: problems[0]?.evidence[0]?.entity, score: 0.9, toCheck: null, reason: 'stated', evidence: [{}, {}] },
  ]);
});

test('what a relative has says whose it is: two relatives, two findings', async () => {
  const { familyHistory } = await consult(
    ['P: My mother has [diabetes]. My father has [diabetes]. My brother has [asthma].'],
    { category: 'MEDICAL_CONDITION', type: 'DX_NAME' },
  );
  expect(familyHistory).toMatchObject([
    { label: 'diabetes', relative: 'mother' },
    { label: 'diabetes', relative: 'father' },
    { label: 'asthma', relative: 'brother' },
  ]);
});

test('what no relative has is not ruled out for the patient', async () => {
  const { ruledOut, familyHistory } = await consult(['C: Any family history of [diabetes]?', 'P: No.'], {
    category: 'MEDICAL_CONDITION',
    type: 'DX_NAME',
  });
  expect([...ruledOut, ...familyHistory]).toEqual([]);
});

describe('a condition', () => {
  const conditions = { category: 'MEDICAL_CONDITION', type: 'DX_NAME' };

  test('that is there and is denied is one finding, left to check', async () => {
    const { problems, ruledOut, possible } = await consult(
      ['P: I have a [cough].', 'C: Any [cough] at night?', 'P: No.'],
      conditions,
    );
    const toCheck = { readings: ['present', 'absent'] };
    expect(possible).toMatchObject([{ label: 'cough', toCheck, reason: 'unsettled', evidence: [{}, {}] }]);
    expect([...problems, ...ruledOut]).toEqual([]);
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
    expect(consultation.medications).toEqual([]);
    expect(consultation.allergies).toMatchObject([{ label: 'penicillin', reason: 'allergy' }]);
  });
});

test.each<[string, AssertionStatus, AssertionStatus, string[] | undefined]>([
  ['ruledOut', 'absent', 'present', ['problems']],
  ['problems', 'present', 'absent', ['ruledOut']],
  ['problems', 'present', 'possible', undefined],
] as const)('%s, of which a mention that is %s says %s by itself', (list, status, said, contradictedBy) => {
  const transcript = transcriptOf([[1, 'A cough, a cough.']]);
  const mentions = [entityOf({ assertion: { status } }), entityOf({ begin: 10, assertion: { status, said } })];
  const [finding] = toFindings(transcript, mentions, false)[list as 'problems'];
  expect(finding?.contradictedBy).toEqual(contradictedBy);
});
