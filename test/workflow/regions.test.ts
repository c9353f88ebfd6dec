import { afterEach, expect, test } from 'vitest';
import { TestStack } from './testStack.ts';
import { visit } from './visits.ts';

let product: TestStack | undefined;
afterEach(() => product?.stop());

test.each<[region: string, job: string, status: string, codes: boolean]>([
  ['us-east-1', 'StartMedicalTranscriptionJob', 'completed', true],
  ['eu-west-2', 'StartTranscriptionJob', 'completed', true],
  ['eu-central-1', 'StartTranscriptionJob', 'not_coded', false],
])('in %s a visit is %s, and %s', async (region, job, status, codes) => {
  product = await TestStack.start({ region });
  const calls = product.countCalls();
  const { outcome } = await product.run(visit('abroad'));
  expect(outcome).toMatchObject({ status, executions: 1 });
  expect({ jobs: calls(/^Start.*TranscriptionJob$/), chosen: calls(job) }).toEqual({ jobs: 1, chosen: 1 });
  expect(calls(/^(DetectEntitiesV2|Infer\w+)$/)).toBe(codes ? 3 : 0);
  const { turns } = await product.results(outcome.recordingId);
  expect(turns).toHaveLength(4);
});
