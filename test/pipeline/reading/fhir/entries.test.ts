import type { CodeableConcept } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import type { ChartFinding } from '../../../../pipeline/reading/chart.ts';
import { toEntries, toWithdrawn } from '../../../../pipeline/reading/fhir/entries.ts';
import type { Clinical } from '../../../../pipeline/reading/fhir/frame.ts';
import { chart, decidedAt, finding, frame, given, right } from './charts.ts';

const codeOf = (concept: CodeableConcept | undefined) => concept?.coding?.[0]?.code;

/** The type of a resource and every status it has, in a line. */
function lineOf(resource: Clinical): string {
  const parts: (string | boolean | undefined)[] = [resource.resourceType];
  if ('clinicalStatus' in resource) parts.push(codeOf(resource.clinicalStatus));
  if ('verificationStatus' in resource) parts.push(codeOf(resource.verificationStatus));
  if ('status' in resource) parts.push(resource.status);
  if ('intent' in resource) parts.push(resource.intent);
  if (resource.resourceType === 'Condition' || resource.resourceType === 'Observation') {
    parts.push(codeOf(resource.category?.[0]));
  }
  if (resource.resourceType === 'Observation') parts.push(resource.valueString, resource.valueBoolean);
  return parts.filter((part) => part !== undefined).join(' ');
}

const linesOf = (of: ChartFinding) => toEntries(given(of)).map(lineOf);
const medicine = (status: string, facts: object = {}) =>
  ({ list: 'medications', kind: 'medicine', status, facts: { dose: [], change: null, ...facts } }) as const;
const results = [{ value: '7.2', said: 'seven point two', unit: null, startMs: 0 }];

type Case = [name: string, of: Parameters<typeof finding>[0], before: string[], after: string[]];

const cases: Case[] = [
  [
    'a problem',
    {},
    ['Condition active unconfirmed encounter-diagnosis'],
    ['Condition active confirmed encounter-diagnosis'],
  ],
  [
    'a condition that is denied',
    { list: 'ruledOut', status: 'absent' },
    ['Observation preliminary survey false'],
    ['Observation final survey false'],
  ],
  [
    'a medicine that is ruled out',
    { list: 'ruledOut', kind: 'medicine', status: 'absent' },
    [],
    ['MedicationStatement not-taken'],
  ],
  [
    'a medicine that is no allergy: whether it is taken is not said',
    { list: 'ruledOut', kind: 'medicine', status: 'absent', reason: 'allergy-denied' },
    [],
    [],
  ],
  ['a test that was not made', { list: 'ruledOut', kind: 'test', status: 'absent' }, [], []],
  [
    'what is possible',
    { list: 'possible', status: 'possible' },
    [],
    ['Condition active provisional encounter-diagnosis'],
  ],
  ['a medicine that is possible', { list: 'possible', kind: 'medicine', status: 'possible' }, [], []],
  [
    'a past condition',
    { list: 'pastHistory', status: 'historical' },
    ['Condition inactive unconfirmed problem-list-item'],
    ['Condition inactive confirmed problem-list-item'],
  ],
  [
    'a past procedure',
    { list: 'pastHistory', kind: 'procedure', status: 'historical' },
    ['Procedure unknown'],
    ['Procedure completed'],
  ],
  ['a past test', { list: 'pastHistory', kind: 'test', status: 'historical' }, [], []],
  [
    'a condition of the family',
    { list: 'familyHistory', status: 'family' },
    ['FamilyMemberHistory partial'],
    ['FamilyMemberHistory partial'],
  ],
  ['a medicine of the family', { list: 'familyHistory', kind: 'medicine', status: 'family' }, [], []],
  ['a medicine that is taken', medicine('taking'), ['MedicationStatement active'], ['MedicationStatement active']],
  [
    'a medicine whose dose changes',
    medicine('taking', { change: 'dose-changed' }),
    ['MedicationStatement active', 'MedicationRequest draft proposal'],
    ['MedicationStatement active', 'MedicationRequest draft plan'],
  ],
  [
    'a medicine that was stopped',
    medicine('stopped'),
    ['MedicationStatement stopped'],
    ['MedicationStatement stopped'],
  ],
  [
    'a medicine that is planned',
    medicine('planned'),
    ['MedicationRequest draft proposal'],
    ['MedicationRequest draft plan'],
  ],
  ['a medicine that is not taken', medicine('not-taking'), [], ['MedicationStatement not-taken']],
  ['a medicine that was tried', medicine('tried-before'), [], ['MedicationStatement completed']],
  ['a medicine that is advised against', medicine('advised-against'), [], []],
  [
    'a medicine that is not tolerated',
    medicine('allergic'),
    ['AllergyIntolerance active unconfirmed'],
    ['AllergyIntolerance active confirmed'],
  ],
  [
    'an allergy',
    { list: 'allergies', status: 'allergic' },
    ['AllergyIntolerance active unconfirmed'],
    ['AllergyIntolerance active confirmed'],
  ],
  [
    'a planned test',
    { list: 'tests', kind: 'test', status: 'planned', facts: { results: [] } },
    ['ServiceRequest draft proposal'],
    ['ServiceRequest draft plan'],
  ],
  [
    'a test with a result',
    { list: 'tests', kind: 'test', facts: { results } },
    ['Observation preliminary seven point two'],
    ['Observation final seven point two'],
  ],
  [
    'a test without one: whether it was made is not known',
    { list: 'tests', kind: 'test', facts: { results: [] } },
    [],
    [],
  ],
  [
    'a planned procedure',
    { list: 'procedures', kind: 'procedure', status: 'planned', facts: { results: [] } },
    ['ServiceRequest draft proposal'],
    ['ServiceRequest draft plan'],
  ],
  [
    'a procedure',
    { list: 'procedures', kind: 'procedure', facts: { results: [] } },
    ['Procedure unknown'],
    ['Procedure completed'],
  ],
  [
    'a habit',
    { list: 'socialHistory', kind: 'habit', status: 'former', facts: { kind: 'smoking', status: 'former' } },
    ['Observation preliminary social-history former'],
    ['Observation final social-history former'],
  ],
  ['what is contradicted', { contradictedBy: ['ruledOut'] }, [], ['Condition active confirmed encounter-diagnosis']],
  [
    'what is to be checked',
    { list: 'possible', status: 'possible', toCheck: { readings: ['present', 'absent'] } },
    [],
    ['Condition active provisional encounter-diagnosis'],
  ],
];

describe.each(cases)('%s', (_, of, before, after) => {
  test('before anybody has decided', () => expect(linesOf(finding(of))).toEqual(before));
  test('after a clinician has', () => expect(linesOf(finding({ ...of, ...right }))).toEqual(after));
});

describe('an allergy of version 1, which was a problem', () => {
  const problem = finding({ label: 'allergy: penicillin' });

  test('is an allergy, by the name of what causes it', () => {
    expect(toEntries(given(problem))).toMatchObject([
      { resourceType: 'AllergyIntolerance', code: { text: 'penicillin' } },
    ]);
  });

  test('is none beside the medicine that it names: that is one already', () => {
    const named = finding({ ...medicine('allergic'), label: 'Penicillin' });
    expect(toEntries(given(problem, frame(chart([problem, named]))))).toEqual([]);
  });
});

describe('what is withdrawn', () => {
  const isBefore = '2026-03-04T11:30:00.000Z';
  const isAfter = '2026-03-04T12:30:00.000Z';
  const within = (firstExportedAt: string | null) => {
    const one = chart();
    return frame({ ...one, recording: { ...one.recording, firstExportedAt } });
  };
  const withdrawn = (of: ChartFinding, firstExportedAt: string | null = isBefore) => {
    const each = given(of, within(firstExportedAt));
    return toWithdrawn(each, of.decision === 'wrong' ? [] : toEntries(each));
  };
  const wrong = { decision: 'wrong', decidedAt, decidedBy: 'provider' } as const;
  const changed = { decision: 'changed', decidedAt, decidedBy: 'provider' } as const;

  test.each<[string, Parameters<typeof finding>[0], string[]]>([
    ['a condition, without its clinical status', {}, ['Condition entered-in-error encounter-diagnosis']],
    [
      'an allergy, without its clinical status',
      { list: 'allergies', status: 'allergic' },
      ['AllergyIntolerance entered-in-error'],
    ],
    ['a medicine', medicine('planned'), ['MedicationRequest entered-in-error proposal']],
    ['what stood in the narrative alone', { list: 'possible', status: 'possible' }, []],
  ])('%s', (_, of, lines) => {
    expect(withdrawn(finding({ ...of, ...wrong })).map(lineOf)).toEqual(lines);
  });

  test.each([
    ['nobody was given it', null],
    ['it was called wrong before', isAfter],
  ])('is nothing where %s', (_, firstExportedAt) => {
    expect(withdrawn(finding(wrong), firstExportedAt)).toEqual([]);
  });

  test('is nothing where a contradiction kept it in the narrative', () => {
    const of = finding({ ...wrong, facts: { contradictedBy: ['ruledOut'] } });
    expect(withdrawn(of)).toEqual([]);
  });

  test('is the condition of a finding that is denied after all, and the denial is another resource', () => {
    const of = { ...finding(), ...changed, list: 'ruledOut', status: 'absent' } as const;
    const each = given(of, within(isBefore));
    expect(toEntries(each).map(lineOf)).toEqual(['Observation final survey false']);
    expect(withdrawn(of).map(lineOf)).toEqual(['Condition entered-in-error encounter-diagnosis']);
  });

  test('is nothing of a condition that is a condition of the past after all: it is the same resource', () => {
    const of = { ...finding(), ...changed, list: 'pastHistory', status: 'historical' } as const;
    expect(withdrawn(of)).toEqual([]);
    expect(toEntries(given(of))[0]?.id).toBe(toEntries(given(finding()))[0]?.id);
  });

  test('is asserted by a clinician', () => {
    expect(withdrawn(finding(wrong))[0]?.meta?.security).toMatchObject([{ code: 'CLINAST' }]);
  });
});
