import type { Observation } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import {
  toDenial,
  toHabit,
  toProcedure,
  toResults,
  toServiceRequest,
} from '../../../../pipeline/reading/fhir/actions.ts';
import { finding, given, right } from './charts.ts';

const glucose = (result: object, decided = false, label = 'blood sugar') =>
  toResults(
    given(
      finding({
        list: 'tests',
        kind: 'test',
        label,
        facts: { results: [{ value: '7.2', said: 'seven point two', unit: 'millimoles', startMs: 0, ...result }] },
        ...(decided ? right : {}),
      }),
    ),
  ) as Observation[];

describe('a result', () => {
  test.each<[string, object, boolean, object]>([
    ['is what was said', {}, false, { valueString: 'seven point two millimoles' }],
    ['is a number once a clinician has decided', {}, true, { valueQuantity: { value: 7.2, unit: 'millimoles' } }],
    ['without a unit stays what was said', { unit: null }, true, { valueString: 'seven point two' }],
    [
      'of two numbers stays what was said',
      { value: '168/102', said: '168 over 102', unit: 'mmHg' },
      true,
      { valueString: '168 over 102 mmHg' },
    ],
    [
      'that is no number stays what was said',
      { value: 'normal', said: 'normal' },
      true,
      { valueString: 'normal millimoles' },
    ],
  ])('%s', (_, result, decided, value) => {
    expect(glucose(result, decided)[0]).toMatchObject(value);
  });

  test('of no words is none', () => {
    expect(glucose({ said: ' ', unit: null })).toEqual([]);
  });

  test('each is an observation of its own', () => {
    const results = [7, 8].map((value) => ({ value: `${value}`, said: `${value}`, unit: null, startMs: 0 }));
    const made = toResults(given(finding({ list: 'tests', kind: 'test', facts: { results } }))) as Observation[];
    expect(made.map(({ valueString }) => valueString)).toEqual(['7', '8']);
    expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  });

  test.each([
    ['blood pressure', 'exam'],
    ['HbA1c', undefined],
  ])('of %s is of the category %s', (label, category) => {
    expect(glucose({}, false, label)[0]?.category?.[0]?.coding?.[0]?.code).toBe(category);
  });
});

test('a denial has the code of the condition', () => {
  const [denial] = toDenial(given(finding())) as Observation[];
  expect(denial).toMatchObject({ valueBoolean: false, code: { text: 'cough', coding: [{ code: 'R05.9' }] } });
});

test.each([
  ['smoking', [{ system: 'http://loinc.org', code: '72166-2' }]],
  ['alcohol', undefined],
])('%s has the code of the question, not that of an answer', (kind, coding) => {
  const habit = finding({ list: 'socialHistory', kind: 'habit', status: 'never', facts: { kind, status: 'never' } });
  const [observation] = toHabit(given(habit)) as Observation[];
  expect(observation?.valueString).toBe('never');
  if (coding) expect(observation?.code.coding).toMatchObject(coding);
  else expect(observation?.code).not.toHaveProperty('coding');
});

test('what is done and what is planned have the code of the finding', () => {
  for (const made of [toProcedure(given(finding())), toServiceRequest(given(finding()))]) {
    expect(made[0]).toMatchObject({ code: { text: 'cough' } });
  }
});
