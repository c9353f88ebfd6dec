import type { MedicationRequest, MedicationStatement } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../../../pipeline/transcript/transcript.ts';
import { toRequest, toStatement, toTaking } from '../../../../pipeline/reading/fhir/medications.ts';
import { chart, evidence, finding, frame, given, right } from './charts.ts';

const facts = { dose: ['5 mg'], form: ['tablet'], route: [], frequency: ['twice a day'], duration: [], change: null };
const medicine = (more: object = {}, of: Parameters<typeof finding>[0] = {}) =>
  finding({ list: 'medications', kind: 'medicine', status: 'taking', facts: { ...facts, ...more }, ...of });
const dosageOf = (resource: unknown) => {
  const { dosage, dosageInstruction } = resource as Partial<
    Pick<MedicationStatement, 'dosage'> & Pick<MedicationRequest, 'dosageInstruction'>
  >;
  return (dosage ?? dosageInstruction)?.[0];
};

describe('the dosage', () => {
  test.each<[string, object, object | undefined]>([
    ['is what was said', {}, { text: '5 mg, tablet, twice a day' }],
    ['names every dose, and prefers none', { dose: ['5 mg', '10 mg'] }, { text: '5 mg, 10 mg, tablet, twice a day' }],
    [
      'is as needed',
      { dose: [], form: [], frequency: [], asNeeded: true },
      { text: 'as needed', asNeededBoolean: true },
    ],
    ['is not there where nothing was said', { dose: [], form: [], frequency: [] }, undefined],
  ])('%s', (_, more, dosage) => {
    expect(dosageOf(toTaking(given(medicine(more)))[0])).toEqual(dosage);
  });

  test('says nothing of a status that the clinician gave it', () => {
    const stopped = { ...medicine(), status: 'stopped', decision: 'changed' } as const;
    expect(dosageOf(toStatement('stopped')(given(stopped))[0])).toBeUndefined();
  });

  test('of a plan is an instruction', () => {
    expect(dosageOf(toRequest(given(medicine()))[0])?.text).toBe('5 mg, tablet, twice a day');
  });
});

describe('a dose that changes', () => {
  const texts = (dose: string[]) =>
    toTaking(given(medicine({ change: 'dose-changed', dose }))).map((resource) => dosageOf(resource)?.text);

  test('of two is the old one and the new one', () => {
    expect(texts(['5 mg', '10 mg'])).toEqual(['5 mg, tablet, twice a day', '10 mg, tablet, twice a day']);
  });

  test.each([[['10 mg']], [['5 mg', '10 mg', '20 mg']], [[]]])('of %j is for the words to say', (dose) => {
    const unclear = 'dose changes, see the words';
    expect(texts(dose)).toEqual([unclear, unclear]);
  });
});

describe('who says it', () => {
  const sourceOf = (roles: Role[], decided = true, providerId: string | null = 'provider') => {
    const session = { ...chart().session, providerId };
    const within = frame(chart([], { session }));
    const said = roles.map((role) => evidence({ role }));
    const one = medicine({}, { evidence: said, ...(decided ? right : {}) });
    const [statement] = toTaking(given(one, within)) as MedicationStatement[];
    const urns = { [within.names.urn('Patient')]: 'patient', [within.names.urn('Practitioner/provider')]: 'provider' };
    return urns[statement?.informationSource?.reference ?? ''];
  };

  test.each<[Role[], string | undefined]>([
    [['patient'], 'patient'],
    [['clinician', 'patient'], 'patient'],
    [['clinician'], 'provider'],
    [['unknown'], undefined],
    [['other'], undefined],
  ])('by the roles %j: %s', (roles, source) => {
    expect(sourceOf(roles)).toBe(source);
  });

  test('is not said before a clinician has decided, nor of a clinician whom nobody knows', () => {
    expect(sourceOf(['patient'], false)).toBeUndefined();
    expect(sourceOf(['clinician'], true, null)).toBeUndefined();
  });
});
