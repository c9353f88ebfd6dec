import type { Bundle } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { nowhere, toFhir } from '../../../local/replay/fhir.ts';
import { documentsOf } from '../../pipeline/consult.ts';

const { transcript, entities, consultation } = await documentsOf(['P: I have a [cough].'], {
  category: 'MEDICAL_CONDITION',
  type: 'DX_NAME',
});
const texts = {
  'transcript.json': JSON.stringify(transcript),
  'entities.json': JSON.stringify(entities),
  'consultation.json': JSON.stringify(consultation),
};
const row = { id: 'session', provider_id: 'provider', patient_id: null, status: 'ended' };
const typesIn = (text: string | undefined) =>
  (JSON.parse(text ?? '') as Bundle).entry?.map(({ resource }) => resource?.resourceType);

test('a run that came to results has its Bundle', () => {
  const text = toFhir(texts, row, { base: 'https://api.example', at: '2026-03-04T11:00:00+00:00' });
  expect(typesIn(text)).toContain('Condition');
  expect(text).toContain('"timestamp":"2026-03-04T11:00:00.000Z"');
  expect(text).toContain(`https://api.example/recordings/${transcript.recordingId}`);
  expect(text).toContain('{"system":"https://api.example/sid/user","value":"provider"}');
});

test('a recording of nobody knows whom has one too', () => {
  expect(typesIn(toFhir(texts, undefined, nowhere))).not.toContain('Practitioner');
});

test.each(['transcript.json', 'entities.json', 'consultation.json'])('a run without %s has none', (name) => {
  expect(toFhir({ ...texts, [name]: undefined }, row, nowhere)).toBeUndefined();
});
