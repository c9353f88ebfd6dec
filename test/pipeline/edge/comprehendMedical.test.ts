import {
  ComprehendMedicalClient,
  DetectEntitiesV2Command,
  InferICD10CMCommand,
  InferRxNormCommand,
  InferSNOMEDCTCommand,
} from '@aws-sdk/client-comprehendmedical';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { connectComprehendMedical, toClinicalText } from '../../../pipeline/edge/comprehendMedical.ts';
import { serviceError } from './serviceError.ts';

const client = mockClient(ComprehendMedicalClient);
beforeEach(() => void client.reset());
afterAll(() => client.restore());

const clinicalText = toClinicalText(new ComprehendMedicalClient({ region: 'eu-west-1' }));

test.each([
  ['DetectEntitiesV2', DetectEntitiesV2Command],
  ['InferICD10CM', InferICD10CMCommand],
  ['InferRxNorm', InferRxNormCommand],
  ['InferSNOMEDCT', InferSNOMEDCTCommand],
] as const)('%s is sent the text alone', async (operation, command) => {
  const entity = { Id: 0, Text: 'cough', BeginOffset: 2, EndOffset: 7, Score: 0.9 };
  const unmapped = { Type: 'MEDICATION' as const, Attribute: { Type: 'DOSAGE' as const, Text: 'a' } };
  const given = { Entities: [entity], UnmappedAttributes: [unmapped], ModelVersion: '3.0' };
  client.onAnyCommand().resolves({ $metadata: { requestId: 'r' }, ...given });
  const answer = await clinicalText.ask(operation, 'a cough');
  expect(client.calls().map((call) => call.args[0])).toEqual([expect.any(command)]);
  expect(client.calls()[0]?.args[0].input).toEqual({ Text: 'a cough' });
  expect(answer).toEqual({ ...given, PaginationToken: undefined });
});

test('what is kept of an answer is what is read: no request metadata, but the sign that it was cut', async () => {
  client.on(InferRxNormCommand).resolves({ $metadata: { requestId: 'r' }, Entities: [], PaginationToken: 'more' });
  const kept = JSON.stringify(await clinicalText.ask('InferRxNorm', 'x'));
  expect(JSON.parse(kept)).toEqual({ Entities: [], PaginationToken: 'more' });
});

test('nulls in its lists are dropped: none of them is an entity, an attribute, a trait or a code', async () => {
  const cough = { Text: 'cough', Traits: [null, { Name: 'SYMPTOM' }], Attributes: [null], ICD10CMConcepts: null };
  client.onAnyCommand().resolves({ Entities: [null, cough] } as never);
  const { Entities } = await clinicalText.ask('InferICD10CM', 'a cough');
  expect(Entities).toEqual([{ Text: 'cough', Traits: [{ Name: 'SYMPTOM' }], Attributes: [] }]);
});

test.each([
  ['TooManyRequestsException', 400, 'Throttled'],
  ['ThrottlingException', 400, 'Throttled'],
  ['InternalServerException', 500, 'ServiceUnavailable'],
  ['ServiceUnavailableException', 503, 'ServiceUnavailable'],
  ['TextSizeLimitExceededException', 400, 'TextSizeLimitExceededException'],
  ['InvalidRequestException', 400, 'InvalidRequestException'],
])('%s, a %i, is %s', async (name, status, expected) => {
  client.onAnyCommand().rejects(serviceError(name, status));
  await expect(clinicalText.ask('InferICD10CM', 'x')).rejects.toMatchObject({ name: expected });
});

test('a client of one user has that user and region, whatever the environment says', async () => {
  const one = connectComprehendMedical('eu-west-2', { accessKeyId: 'AKIA', secretAccessKey: 'secret' });
  expect(await one.config.region()).toBe('eu-west-2');
  expect(await one.config.credentials()).toMatchObject({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
});
