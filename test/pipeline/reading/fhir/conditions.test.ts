import type { AllergyIntolerance, Condition, FamilyMemberHistory } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { relatives } from '../../../../pipeline/clinical/entities.ts';
import { toAllergy, toCondition, toFamilyHistory } from '../../../../pipeline/reading/fhir/conditions.ts';
import { code, finding, frame, given, right } from './charts.ts';

test('a condition leads to the words that prove it', () => {
  const within = frame();
  const make = toCondition({ clinical: 'active', category: 'encounter-diagnosis', decided: 'confirmed' });
  const [condition] = make(given(finding(), within)) as Condition[];
  expect(condition?.evidence?.[0]?.detail).toEqual([within.names.ref('DocumentReference/transcript')]);
});

test.each([
  ['a medicine', finding({ kind: 'medicine' }), ['medication']],
  ['what has a code of a medicine', finding({ codes: [code({ system: 'RxNorm', code: '7980' })] }), ['medication']],
  ['pollen', finding(), undefined],
])('an allergy to %s', (_, of, category) => {
  const [allergy] = toAllergy(given(of)) as AllergyIntolerance[];
  expect(allergy?.category).toEqual(category);
  expect(allergy).not.toHaveProperty('type');
});

describe('whose a condition of the family is', () => {
  const relationshipOf = (relative: string | null, decided: boolean) => {
    const of = finding({ list: 'familyHistory', status: 'family', facts: { relative }, ...(decided ? right : {}) });
    const [history] = toFamilyHistory(given(of)) as FamilyMemberHistory[];
    return [history?.relationship.coding?.[0]?.code, history?.relationship.text];
  };

  test.each([
    ['father', false, 'FAMMEMB', 'father'],
    ['father', true, 'FTH', 'father'],
    ['other', true, 'FAMMEMB', 'relative, see the words'],
    [null, true, 'FAMMEMB', 'relative, see the words'],
  ] as const)('%s, decided %j: %s, %s', (relative, decided, coded, text) => {
    expect(relationshipOf(relative, decided)).toEqual([coded, text]);
  });

  test('has a code for each relative', () => {
    const codes = relatives.map((relative) => relationshipOf(relative, true)[0]);
    expect(new Set(codes).size).toBe(relatives.length);
  });
});
