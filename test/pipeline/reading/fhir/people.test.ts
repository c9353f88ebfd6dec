import type { Device, DocumentReference, Encounter, Patient, Practitioner, Resource } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import type { Chart } from '../../../../pipeline/reading/chart.ts';
import { toSurroundings } from '../../../../pipeline/reading/fhir/people.ts';
import { chart, frame } from './charts.ts';

function around(more: Partial<Chart> = {}, decidedBy: readonly (string | null)[] = []) {
  const made = toSurroundings(frame(chart([], more)), decidedBy);
  const all = <Of extends Resource>(type: Of['resourceType']) =>
    made.filter((resource): resource is Of => resource.resourceType === type);
  return { all, made };
}
const { session, recording, versions } = chart();

describe('people', () => {
  test('are ids, and nothing besides', () => {
    const { all } = around();
    expect(all<Patient>('Patient')[0]?.identifier).toEqual([
      { system: 'https://medzen.example/sid/user', value: 'patient' },
    ]);
    expect(Object.keys(all<Patient>('Patient')[0] ?? {})).toEqual(['resourceType', 'id', 'identifier']);
    expect(Object.keys(all<Practitioner>('Practitioner')[0] ?? {})).toEqual(['resourceType', 'id', 'identifier']);
  });

  test('who decided or signed are named once each', () => {
    const { all } = around({ recording: { ...recording, signedBy: 'provider' } }, ['substitute', null, 'provider']);
    const users = all<Practitioner>('Practitioner').map(({ identifier }) => identifier?.[0]?.value);
    expect(users).toEqual(['provider', 'substitute']);
  });

  test('whom nobody knows are left out; the patient is there, since everything is about her', () => {
    const { all } = around({ session: { ...session, providerId: null, patientId: null, appointmentId: null } });
    expect(all('Practitioner')).toEqual([]);
    expect(all<Patient>('Patient')[0]).not.toHaveProperty('identifier');
    expect(all<Encounter>('Encounter')[0]).not.toHaveProperty('participant');
    expect(all<Encounter>('Encounter')[0]?.identifier).toHaveLength(1);
  });
});

describe('the encounter', () => {
  test.each([
    ['active', 'in-progress'],
    ['ended', 'finished'],
    [null, 'finished'],
  ])('of a session that is %s is %s', (status, expected) => {
    const [encounter] = around({ session: { ...session, status } }).all<Encounter>('Encounter');
    expect(encounter?.status).toBe(expected);
  });

  test('has a period only where the start is known', () => {
    const startedAt = '2026-03-04T10:00:00.000Z';
    expect(around().all<Encounter>('Encounter')[0]).not.toHaveProperty('period');
    expect(around({ recording: { ...recording, startedAt } }).all<Encounter>('Encounter')[0]?.period).toEqual({
      start: startedAt,
    });
  });
});

describe('the device', () => {
  const versionsOf = (more: Partial<Chart>) =>
    around(more)
      .all<Device>('Device')[0]
      ?.version?.map(({ type, value }) => [type?.text, value]);

  test.each([
    ['transcribe-medical', 'Amazon Transcribe Medical'],
    ['imported', 'imported: another recognizer made the transcript'],
  ])('says that the words come from %s', (engine, value) => {
    expect(versionsOf({ recording: { ...recording, engine } })).toContainEqual(['speech recognition', value]);
  });

  test('names the version of each model that answered, in the order of the operations', () => {
    const models = { InferRxNorm: '0.3.0', DetectEntitiesV2: '2.5.0' };
    expect(versionsOf({ versions: { ...versions, icd10cm: 'FY2026', models } })).toEqual([
      ['speech recognition', 'Amazon Transcribe Medical'],
      ['pipeline', '0.1.0'],
      ['ICD-10-CM', 'FY2026'],
      ['Comprehend Medical DetectEntitiesV2', '2.5.0'],
      ['Comprehend Medical InferRxNorm', '0.3.0'],
    ]);
  });

  test('of a document of before the models were kept names what there is', () => {
    expect(versionsOf({})).toHaveLength(2);
  });
});

describe('the sources', () => {
  const documents = (more: Partial<Chart> = {}) => around(more).all<DocumentReference>('DocumentReference');

  test('the recording lies at its stable address', () => {
    expect(documents()[0]?.content[0]?.attachment.url).toBe(
      'https://medzen.example/recordings/rec-0123456789abcdef0123456789abcdef',
    );
  });

  test.each([
    ['unsigned', 'preliminary', 'AIAST'],
    ['signed', 'final', 'CLINAST'],
    ['amended', 'final', 'CLINAST'],
  ] as const)('the transcript of what is %s is %s', (signature, docStatus, label) => {
    const [, transcript] = documents({ signature });
    expect(transcript?.docStatus).toBe(docStatus);
    expect(transcript?.meta?.security).toMatchObject([{ code: label }]);
  });

  test('the transcript was made of the recording, in its language', () => {
    const [source, transcript] = documents({ recording: { ...recording, language: 'en-AB' } });
    expect(transcript?.relatesTo).toEqual([{ code: 'transforms', target: { reference: `urn:uuid:${source?.id}` } }]);
    expect(transcript?.content.map(({ attachment }) => attachment.language)).toEqual(['en-GB', 'en-GB']);
  });
});
