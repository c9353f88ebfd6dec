import { expect, test } from 'vitest';
import { withoutPhi } from '../../../pipeline/edge/withoutPhi.ts';
import { PipelineError } from '../../../pipeline/errors.ts';

const said = 'the patient has chest pain';
const own = (name: string) => Object.assign(new Error(said), { name });

test('an error of the table and one of our own pass as they are', () => {
  const failure = new PipelineError('Throttled', 'S3 answered SlowDown');
  expect(withoutPhi('someStep', failure)).toBe(failure);
  for (const name of ['ConfigurationInvalid', 'SupabaseRefused', 'CodeTableInvalid']) {
    expect(withoutPhi('someStep', own(name))).toMatchObject({ name, message: said });
  }
});

test('of any other error its name and its place are left', () => {
  const failure = withoutPhi('someStep', own('SyntaxError'));
  expect([failure.name, failure.message]).toEqual([
    'SyntaxError',
    expect.stringMatching(/^unexpected in someStep at withoutPhi\.test\.ts:\d+:\d+$/),
  ]);
  expect(failure.stack).not.toContain(said);
});

test.each([said, null, undefined, { said }])('%j, which is no error, becomes one', (thrown) => {
  expect(withoutPhi('someStep', thrown)).toMatchObject({
    name: 'UnexpectedError',
    message: `someStep threw a ${typeof thrown}`,
  });
});
