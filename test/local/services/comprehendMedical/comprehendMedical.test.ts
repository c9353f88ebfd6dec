import {
  type ComprehendMedicalServiceException,
  DetectEntitiesCommand,
  DetectEntitiesV2Command,
  DetectPHICommand,
  InferICD10CMCommand,
  InferRxNormCommand,
  InferSNOMEDCTCommand,
  InternalServerException,
  InvalidEncodingException,
  InvalidRequestException,
  ListPHIDetectionJobsCommand,
  ServiceUnavailableException,
  TextSizeLimitExceededException,
  TooManyRequestsException,
} from '@aws-sdk/client-comprehendmedical';
import { describe, expect, test } from 'vitest';
import { RecordedAnswers } from '../../../../local/services/comprehendMedical/recordedAnswers.ts';
import { failureOf } from '../../testClock.ts';
import { answerWith, comprehendMedicalHarness } from './harness.ts';

const refused = failureOf<ComprehendMedicalServiceException>;

type Command = new (input: { Text: string }) => DetectEntitiesV2Command;

/** Each operation that answers, with the most bytes it takes. They differ in type only in their answers. */
const operations = {
  DetectEntitiesV2: [DetectEntitiesV2Command, 20_000],
  InferICD10CM: [InferICD10CMCommand as unknown as Command, 10_000],
  InferRxNorm: [InferRxNormCommand as unknown as Command, 10_000],
  InferSNOMEDCT: [InferSNOMEDCTCommand as unknown as Command, 5_000],
} as const;

const cases = Object.entries(operations).map(([name, [Command, bytes]]) => ({ name, Command, bytes }));
const nothing = { response: { Entities: [], ModelVersion: 'recorded' } };

describe('the engine', () => {
  test.each([
    ['entities', DetectEntitiesV2Command as Command],
    ['icd10cm', operations.InferICD10CM[0]],
    ['rxnorm', operations.InferRxNorm[0]],
    ['snomed', operations.InferSNOMEDCT[0]],
  ])('answers with its method for %s, in code points', async (method, Command) => {
    await using stack = await comprehendMedicalHarness();
    const { Entities } = await stack.client().send(new Command({ Text: '👩‍⚕️ any pain?' }));
    expect(stack.seen).toEqual([method]);
    expect(Entities?.[0]).toMatchObject({ BeginOffset: 9, EndOffset: 13 });
  });

  test.each([
    ['a list missing', { ModelVersion: 'x' }],
    ['an offset between two characters', answerWith(1, 2.5)],
    ['an offset before the text', answerWith(-1, 2)],
    [
      'an attribute without offsets',
      { Entities: [{ BeginOffset: 0, EndOffset: 1, Attributes: [{ Type: 'ACUITY' }] }] },
    ],
  ])('is not let out with %s', async (_, answer) => {
    const broken = () => answer;
    const engine = { detectEntitiesV2: broken, inferIcd10cm: broken, inferRxNorm: broken, inferSnomedCt: broken };
    await using stack = await comprehendMedicalHarness({ engine });
    const error = await refused(stack.client().send(new DetectEntitiesV2Command({ Text: 'pain' })));
    expect(error).toMatchObject({ name: 'InvalidStandInAnswer', $metadata: { httpStatusCode: 400 } });
    expect(error.message).toContain('made answer of DetectEntitiesV2');
  });
});

describe('a recorded answer', () => {
  test.each(cases)('of $name is given as it is', async ({ name, Command }) => {
    const recorded = new RecordedAnswers();
    const response = { ...answerWith(3, 7), PaginationToken: 'more' };
    recorded.add('case/answers.json', [{ operation: name, text: 'no pain', response }]);
    await using stack = await comprehendMedicalHarness({ recordedAnswers: (...call) => recorded.find(...call) });
    const { $metadata: _, ...answer } = await stack.client().send(new Command({ Text: 'no pain' }));
    expect(answer).toEqual(response);
    expect(stack.seen).toEqual([]);
  });

  test('is passed over for another text', async () => {
    const recordedAnswers = (_: string, text: string) => (text === 'no pain' ? nothing : undefined);
    await using stack = await comprehendMedicalHarness({ recordedAnswers });
    await stack.client().send(new DetectEntitiesV2Command({ Text: 'No pain' }));
    expect(stack.seen).toEqual(['entities']);
  });

  test('that is no answer is refused', async () => {
    for (const response of [null, [], 'text', { Entities: {} }]) {
      const recordedAnswers = () => ({ response }) as unknown as typeof nothing;
      await using stack = await comprehendMedicalHarness({ recordedAnswers });
      const error = await refused(stack.client().send(new InferRxNormCommand({ Text: 'pain' })));
      expect(error.name).toBe('InvalidStandInAnswer');
      expect(error.message).toContain('recorded answer of InferRxNorm');
    }
  });

  test.each([
    ['TextSizeLimitExceededException', TextSizeLimitExceededException, 400],
    ['InvalidEncodingException', InvalidEncodingException, 400],
    ['TooManyRequestsException', TooManyRequestsException, 400],
    ['InternalServerException', InternalServerException, 500],
    ['ServiceUnavailableException', ServiceUnavailableException, 503],
  ])('may be the error %s', async (name, Exception, status) => {
    await using stack = await comprehendMedicalHarness({ recordedAnswers: () => ({ error: { name, message: 'so' } }) });
    const error = await refused(stack.client().send(new InferICD10CMCommand({ Text: 'pain' })));
    expect(error).toBeInstanceOf(Exception);
    expect(error).toMatchObject({ message: 'so', $metadata: { httpStatusCode: status } });
  });

  test('may be an error the client has no class for', async () => {
    await using stack = await comprehendMedicalHarness({
      recordedAnswers: () => ({ error: { name: 'ThrottlingException' } }),
    });
    const error = await refused(stack.client().send(new InferICD10CMCommand({ Text: 'pain' })));
    expect(error.name).toBe('ThrottlingException');
  });
});

describe('a text', () => {
  test.each(cases)('for $name has at most $bytes bytes of UTF-8', async ({ Command, bytes }) => {
    await using stack = await comprehendMedicalHarness({ recordedAnswers: () => nothing, limits: 'off' });
    const send = (Text: string) => stack.client().send(new Command({ Text }));
    await send('a'.repeat(bytes));
    await send('é'.repeat(bytes / 2));
    for (const text of ['a'.repeat(bytes + 1), `${'é'.repeat(bytes / 2)}a`]) {
      expect(await refused(send(text))).toBeInstanceOf(TextSizeLimitExceededException);
    }
  });

  test.each(cases)('for $name is neither missing nor empty nor half a character', async ({ name, Command }) => {
    await using stack = await comprehendMedicalHarness({ recordedAnswers: () => nothing, limits: 'off' });
    const send = (Text: string) => stack.client().send(new Command({ Text }));
    expect(await refused(send(''))).toBeInstanceOf(InvalidRequestException);
    expect(await refused(send('a \ud83d b'))).toBeInstanceOf(InvalidEncodingException);
    await expect(stack.raw(name, {})).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(stack.raw(name, { Text: 7 })).rejects.toMatchObject({ name: 'SerializationException' });
    const more = stack.raw(name, { Text: 'pain', LanguageCode: 'en' });
    await expect(more).rejects.toMatchObject({ name: 'SerializationException' });
  });
});

describe('a region', () => {
  const ask = new InferICD10CMCommand({ Text: 'pain' });

  const regions = 'us-east-1 us-east-2 us-west-2 us-gov-west-1 ca-central-1 eu-west-1 eu-west-2 ap-southeast-2';
  test.each(regions.split(' '))('%s has the service', async (region) => {
    await using stack = await comprehendMedicalHarness();
    await expect(stack.client(region).send(ask)).resolves.toBeDefined();
  });

  test.each(['eu-central-1', 'af-south-1', 'us-west-1', 'nowhere-1'])('%s has not', async (region) => {
    await using stack = await comprehendMedicalHarness();
    const error = await refused(stack.client(region).send(ask));
    expect(error).toMatchObject({ name: 'UnrecognizedClientException', $metadata: { httpStatusCode: 400 } });
    expect(error.message).toContain(region);
  });
});

describe('throughput', () => {
  const text = 'a'.repeat(10_000);
  const detect = new DetectEntitiesV2Command({ Text: 'pain' });

  test('is 40 calls a second, for each operation by itself', async () => {
    await using stack = await comprehendMedicalHarness();
    const client = stack.client();
    for (let call = 0; call < 40; call += 1) await client.send(detect);
    expect(await refused(client.send(detect))).toBeInstanceOf(TooManyRequestsException);
    await client.send(new InferRxNormCommand({ Text: 'pain' }));
    await stack.clock.advance(25);
    await client.send(detect);
    expect(await refused(client.send(detect))).toBeInstanceOf(TooManyRequestsException);
  });

  test('is 40,000 characters a second', async () => {
    await using stack = await comprehendMedicalHarness();
    const client = stack.client();
    const infer = () => client.send(new InferICD10CMCommand({ Text: text }));
    for (let call = 0; call < 4; call += 1) await infer();
    expect(await refused(infer())).toBeInstanceOf(TooManyRequestsException);
    await stack.clock.advance(249);
    expect(await refused(infer())).toBeInstanceOf(TooManyRequestsException);
    await stack.clock.advance(1);
    await infer();
  });

  test('never saves up more than one second', async () => {
    await using stack = await comprehendMedicalHarness();
    const client = stack.client();
    await stack.clock.advance(3_600_000);
    for (let call = 0; call < 4; call += 1) await client.send(new InferICD10CMCommand({ Text: text }));
    const fifth = client.send(new InferICD10CMCommand({ Text: text }));
    expect(await refused(fifth)).toBeInstanceOf(TooManyRequestsException);
  });

  test('of SNOMED CT is 2 calls a second', async () => {
    await using stack = await comprehendMedicalHarness({ recordedAnswers: () => nothing });
    const infer = () => stack.client().send(new InferSNOMEDCTCommand({ Text: 'pain' }));
    await infer();
    await infer();
    expect(await refused(infer())).toBeInstanceOf(TooManyRequestsException);
  });

  test('can be set, with the other error and less than one call’s characters', async () => {
    await using stack = await comprehendMedicalHarness({
      limits: { tps: 2, charactersPerSecond: 1_000 },
      throttlingError: 'ThrottlingException',
    });
    const infer = () => stack.client().send(new InferICD10CMCommand({ Text: text }));
    await infer();
    expect((await refused(infer())).name).toBe('ThrottlingException');
    await stack.clock.advance(1_000);
    await infer();
  });

  test('can be without limits', async () => {
    await using stack = await comprehendMedicalHarness({ limits: 'off' });
    for (let call = 0; call < 50; call += 1) await stack.raw('DetectEntitiesV2', { Text: text });
    expect(stack.seen).toHaveLength(50);
  });
});

describe('what is not there', () => {
  test('DetectEntities is refused as deprecated', async () => {
    await using stack = await comprehendMedicalHarness();
    const error = await refused(stack.client().send(new DetectEntitiesCommand({ Text: 'pain' })));
    expect(error).toBeInstanceOf(InvalidRequestException);
    expect(error.message).toContain('deprecated');
  });

  test('everything else answers 501', async () => {
    await using stack = await comprehendMedicalHarness();
    const client = stack.client();
    const phi = await refused(client.send(new DetectPHICommand({ Text: 'pain' })));
    expect(phi).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    const jobs = await refused(client.send(new ListPHIDetectionJobsCommand()));
    expect(jobs).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
  });
});
