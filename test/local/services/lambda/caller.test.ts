import { expect, test } from 'vitest';
import { createLambda } from '../../../../local/services/lambda/runtime.ts';
import { startSqs } from '../sqs/stack.ts';

const root = new URL('../../../../', import.meta.url);

test('a step that only knows its environment reaches the stack, and its calls can be told from those of others', async () => {
  const stack = await startSqs();
  await stack.create('q');
  const names = ['first', 'second'];
  const lambda = await createLambda({
    root,
    clock: stack.clock,
    env: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: stack.gateway.url, AWS_SECRET_ACCESS_KEY: 'secret' },
    functions: names.map((name) => ({
      name,
      handler: 'test/local/services/lambda/handlers/caller.handler',
      timeoutSeconds: 20,
      memoryMb: 256,
      env: { AWS_ACCESS_KEY_ID: `AKIA-${name}` },
    })),
  });
  for (const round of [1, 2]) {
    const answers = await Promise.all(names.map((name) => lambda.invoke(name, {})));
    expect(answers, `round ${round}`).toEqual(names.map(() => ({ payload: '/111122223333/q' })));
  }
  const callers = stack.faults.calls.filter(({ operation }) => operation === 'GetQueueUrl');
  const counts = names.map((name) => callers.filter(({ accessKeyId }) => accessKeyId === `AKIA-${name}`).length);
  expect(counts).toEqual([2, 2]);
  await lambda.close();
  await stack.close();
});
