import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  isCodeOf,
  type SocialKind,
  socialKinds,
  type SocialStatus,
  socialStatuses,
  toHabits,
} from '../../../pipeline/clinical/socialHistory.ts';
import { consult } from '../consult.ts';
import { entityOf } from '../entityOf.ts';

const habit = { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: 'TOBACCO_USE' };
const icd = (code: string) => ({
  codes: [{ system: 'ICD-10-CM' as const, code, description: '', score: 0.9, rank: 1, billable: null }],
});

describe('the habit', () => {
  test.each<[string, SocialKind | undefined]>([
    ['TOBACCO_USE', 'smoking'],
    ['ALCOHOL_CONSUMPTION', 'alcohol'],
    ['REC_DRUG_USE', 'drugs'],
    ['ALLERGIES', undefined],
  ])('that the service calls %s is %s', (type, kind) => {
    const entity = entityOf({ ...habit, type });
    expect(toHabits([entity]).get(entity)).toBe(kind);
  });

  test.each<[code: string, type: string, kind: SocialKind | undefined]>([
    ['F17.210', 'NONE', 'smoking'],
    ['Z72.0', 'NONE', 'smoking'],
    ['Z87.891', 'NONE', 'smoking'],
    ['F17.213', 'TOBACCO_USE', undefined],
    ['F10.20', 'ALCOHOL_CONSUMPTION', 'alcohol'],
    ['F10.20', 'TOBACCO_USE', undefined],
    ['F10.20', 'NONE', undefined],
    ['F10.230', 'ALCOHOL_CONSUMPTION', undefined],
    ['F12.10', 'REC_DRUG_USE', 'drugs'],
    ['F32.A', 'TOBACCO_USE', undefined],
  ])('of a condition with the code %s in the words of %s is %s', (code, type, kind) => {
    const condition = entityOf({ begin: 4, ...icd(code) });
    expect(toHabits([condition, entityOf({ ...habit, begin: 2, type })]).get(condition)).toBe(kind);
  });

  test('of a condition in other words than those that are tagged is none', () => {
    const condition = entityOf({ begin: 40, ...icd('F10.20') });
    expect(toHabits([condition, entityOf({ ...habit, type: 'ALCOHOL_CONSUMPTION' })]).get(condition)).toBeUndefined();
  });
});

test.each<[SocialStatus, string, boolean]>([
  ['current', 'F17.210', true],
  ['former', 'F17.210', false],
  ['never', 'F17.210', false],
  ['current', 'Z87.891', false],
  ['former', 'Z87.891', true],
  ['former', 'F10.21', true],
])('a habit that is %s may have the code %s: %j', (status, code, expected) => {
  expect(isCodeOf(status, { system: 'ICD-10-CM', code })).toBe(expected);
});

test('a code of another system is kept, unless the patient never had the habit', () => {
  const snomed = { system: 'SNOMED-CT' as const, code: '77176002' };
  expect([isCodeOf('former', snomed), isCodeOf('never', snomed)]).toEqual([true, false]);
});

describe('smoking', () => {
  test.each<[string[], SocialStatus]>([
    [['P: I [smoke] ten a day.'], 'current'],
    [['P: I used to [smoke].'], 'former'],
    [["P: I don't [smoke]."], 'never'],
    [["P: I don't [smoke] any more."], 'former'],
    [["P: I'm an [ex smoker]."], 'former'],
    [["P: I'm a [non smoker]."], 'never'],
    [['C: Do you [smoke]?', 'P: No.'], 'never'],
    [['C: Do you [smoke]?', 'P: No.', 'C: As an [ex smoker] you know.'], 'former'],
    [['C: Do you [smoke]?', 'P: Yes.'], 'current'],
    [['P: I [smoke].', "P: Well, I don't [smoke]."], 'never'],
    [["P: I don't [smoke].", 'C: You [smoke] too much.'], 'never'],
    [['C: You [smoke] ten a day.'], 'current'],
    [['P: I [smoke].', 'C: Do you [smoke]?', 'P: No.'], 'never'],
  ])('%j: %s', async (lines, status) => {
    const { socialHistory, ruledOut, pastHistory, possible } = await consult(lines, habit);
    expect(socialHistory).toMatchObject([{ kind: 'smoking', status }]);
    expect(socialHistory[0]?.evidence).toHaveLength(lines.join().split('[').length - 1);
    expect([...ruledOut, ...pastHistory, ...possible]).toEqual([]);
  });

  test('that is coded as a condition leaves the problems', async () => {
    const conditions = { category: 'MEDICAL_CONDITION', type: 'DX_NAME', codes: { smoker: 'F17.210' } };
    const { socialHistory, problems } = await consult(["P: I'm a [smoker]."], conditions);
    expect(socialHistory).toMatchObject([{ kind: 'smoking', status: 'current', codes: [{ code: 'F17.210' }] }]);
    expect(problems).toEqual([]);
  });

  test('of old has the codes of a history only, ranked anew', async () => {
    const codes = { smoker: 'F17.210', 'used to smoke': 'Z87.891' };
    const conditions = { category: 'MEDICAL_CONDITION', type: 'DX_NAME', codes };
    const { socialHistory } = await consult(['P: I was a [smoker], I [used to smoke].'], conditions);
    expect(socialHistory).toMatchObject([{ status: 'former', codes: [{ code: 'Z87.891', rank: 1 }] }]);
  });

  test('that was asked about without an answer is to check', async () => {
    const { socialHistory, possible } = await consult(['C: Do you [smoke]?', 'P: The weather was nice.'], habit);
    expect(socialHistory).toEqual([]);
    expect(possible).toMatchObject([{ label: 'smoke', toCheck: { readings: ['present', 'absent'] } }]);
  });

  test("of somebody else is not the patient's", async () => {
    const { socialHistory, familyHistory } = await consult(['P: My father had to [smoke] outside.'], habit);
    expect([...socialHistory, ...familyHistory]).toEqual([]);
  });
});

test('the described document knows the same habits and statuses', () => {
  const path = join(import.meta.dirname, '../../../pipeline/schemas/consultation.schema.json');
  const { $defs } = JSON.parse(readFileSync(path, 'utf8')) as {
    $defs: { socialFinding: { properties: Record<'kind' | 'status', { enum: string[] }> } };
  };
  expect($defs.socialFinding.properties.kind.enum).toEqual(socialKinds);
  expect($defs.socialFinding.properties.status.enum).toEqual(socialStatuses);
});
