import { describe, expect, test } from 'vitest';
import { toConsultation } from '../../../pipeline/clinical/consultation.ts';
import type { Entity } from '../../../pipeline/clinical/entities.ts';
import { Allergies, asksForOthers } from '../../../pipeline/clinical/allergies.ts';
import { answer, mention, merged } from '../answers.ts';
import { consult } from '../consult.ts';
import { entityOf } from '../entityOf.ts';
import { transcriptOf } from '../transcriptOf.ts';

const tagged = { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: 'ALLERGIES' };
const medicine = { category: 'MEDICATION', type: 'GENERIC_NAME' };

describe('an allergy', () => {
  test('is what the service tags as one, by its own name', async () => {
    const { allergies, problems } = await consult(['P: I come up in welts from [Latex].'], tagged);
    expect(allergies).toMatchObject([{ label: 'latex', reason: 'stated' }]);
    expect(problems).toEqual([]);
  });

  test.each([
    ['is named in the answer', ['C: Any allergies?', 'P: [Penicillin].'], 1],
    ['stands though it was taken', ['P: I took [penicillin] once.', 'P: I am allergic to [penicillin].'], 2],
    ['stands though it is offered', ["P: I'm allergic to [penicillin].", "C: I'll give you [penicillin]."], 2],
    ['has as evidence that it is not taken', ["P: I'm allergic to [penicillin].", "P: I don't take [penicillin]."], 2],
  ])('%s, in one list', async (_, lines, mentions) => {
    const { allergies, medications, possible, ruledOut } = await consult(lines);
    expect(allergies).toMatchObject([{ label: 'penicillin', reason: 'allergy' }]);
    expect(allergies[0]?.evidence).toHaveLength(mentions);
    expect([...medications, ...possible, ...ruledOut]).toEqual([]);
  });

  test('that is denied is ruled out', async () => {
    const { allergies, ruledOut } = await consult(["P: I'm not allergic to [penicillin]."]);
    expect(allergies).toEqual([]);
    expect(ruledOut).toMatchObject([{ label: 'penicillin', reason: 'allergy-denied' }]);
  });

  test('of any kind that is denied is ruled out', async () => {
    const { ruledOut } = await consult(['C: Any [allergies]?', 'P: No.'], tagged);
    expect(ruledOut).toMatchObject([{ label: 'allergies', reason: 'answered-no' }]);
  });

  test('that the service tags and calls a medicine is one finding, and no medicine that is taken', async () => {
    const transcript = transcriptOf([[1, 'Penicillin. I come up in welts from it.']]);
    const words = (category: string, type: string) =>
      mention(transcript, 'Penicillin', { Category: category, Type: type });
    const entities = await merged(
      transcript,
      answer(transcript, 'DetectEntitiesV2', [words(tagged.category, tagged.type)]),
      answer(transcript, 'InferRxNorm', [words(medicine.category, medicine.type)]),
    );
    const { allergies, medications } = toConsultation(transcript, entities, { coded: true, icd10cm: null });
    expect(allergies).toMatchObject([{ label: 'penicillin', evidence: [{}, {}] }]);
    expect(medications).toEqual([]);
  });
});

test.each<[string, Partial<Omit<Entity, 'assertion'>>, Partial<Entity['assertion']>, boolean]>([
  ['what the service tags', tagged, {}, true],
  ['what it tags and somebody denies', tagged, { status: 'absent', reason: 'denied' }, false],
  ['what the dialogue names', medicine, { status: 'possible', reason: 'allergy' }, true],
  ['a medicine in tagged words', { ...medicine, begin: 20, end: 25 }, {}, true],
  ['a medicine elsewhere', { ...medicine, begin: 30, end: 35 }, {}, false],
  ['a planned medicine in tagged words', { ...medicine, begin: 20, end: 25 }, { status: 'planned' }, false],
])('%s is an allergy or is not', (_, more, assertion, expected) => {
  const entity = entityOf({ ...more, assertion });
  const allergies = new Allergies([entityOf({ ...tagged, begin: 20, end: 25 }), entity]);
  expect(allergies.has(entity)).toBe(expected);
});

test.each<[string, boolean]>([
  ['allergies', true],
  ['Allergic', true],
  ['any allergies', true],
  ['allergic to anything', true],
  ['allergic to any medicines', true],
  ['drug allergies', true],
  ['penicillin allergy', false],
  ['allergic to penicillin', false],
  ['seasonal allergies', false],
  ['anything', false],
])('"%s" beside a named allergy only asks for it: %j', (text, expected) => {
  const asked = entityOf({ text, assertion: { status: 'absent', reason: 'answered-no' } });
  const named = entityOf({ ...medicine, text: 'penicillin', assertion: { status: 'possible', reason: 'allergy' } });
  expect(new Allergies([asked, named]).asksForNamed(asked)).toBe(expected);
  expect(new Allergies([asked]).asksForNamed(asked)).toBe(false);
});

test('"Any allergies?" stands where nobody names one, whatever is said of it', async () => {
  const given = { category: 'MEDICAL_CONDITION', type: 'DX_NAME' };
  const lists = async (...lines: string[]) => {
    const { allergies, ruledOut, possible } = await consult(lines, given);
    return [allergies, ruledOut, possible].map((list) => list.length);
  };
  expect(await lists('C: Any [allergies]?', 'P: No.')).toEqual([0, 1, 0]);
  expect(await lists('C: Any [allergies]?', 'P: The weather was nice.')).toEqual([0, 0, 1]);
});

test.each<[string, number, Entity['assertion']['status'], boolean]>([
  ['operations', 0, 'present', true],
  ['Medical conditions', 0, 'possible', true],
  ['operations', 0, 'absent', false],
  ['operation', 0, 'planned', false],
  ['operations', 1, 'present', false],
  ['hip operation', 0, 'present', false],
])('"%s" of speaker %i that is %s asks for others: %j', (text, speaker, status, expected) => {
  const transcript = transcriptOf([[speaker, 'Any of these?']]);
  expect(asksForOthers(transcript, entityOf({ text, assertion: { status } }))).toBe(expected);
});

test('the question for others stands in no list', async () => {
  const action = { category: 'TEST_TREATMENT_PROCEDURE', type: 'PROCEDURE_NAME' };
  const { procedures } = await consult(['C: Any [operations]?', 'P: Yes, a [bypass].'], action);
  expect(procedures.map(({ label }) => label)).toEqual(['bypass']);
});
