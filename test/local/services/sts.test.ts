import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSts } from '../../../local/services/sts.ts';
import { serveScoped } from './scoped.ts';

let sts: Awaited<ReturnType<typeof serveScoped>>;
beforeAll(async () => {
  sts = await serveScoped(createSts('111122223333'));
});
afterAll(() => sts.close());

const ask = (parameters: Record<string, string>) => sts.call('/', new URLSearchParams(parameters));
const question = { Action: 'GetCallerIdentity', Version: '2011-06-15' };

test('says who calls, as XML in the namespace of the service', async () => {
  const { status, headers, text } = await ask(question);
  expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'text/xml' });
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(text).toMatch(
    /^<\?xml .*\?>\n<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/">/,
  );
  expect(text).toContain(
    '<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/local</Arn><UserId>AKIAOPERATOR</UserId><Account>111122223333</Account></GetCallerIdentityResult>',
  );
});

describe('refuses by name', () => {
  test.each([
    ['another action', { ...question, Action: 'AssumeRole' }, 'action AssumeRole'],
    ['what every object has', { ...question, Action: 'toString' }, 'action toString'],
    ['another version', { ...question, Version: '2010-01-01' }, 'version 2010-01-01'],
    ['a parameter', { ...question, RoleArn: 'a<b' }, 'GetCallerIdentity with RoleArn'],
  ])('%s', async (_, parameters, reason) => {
    const { status, text } = await ask(parameters);
    expect(status).toBe(501);
    expect(text).toContain('<Code>NotImplemented</Code>');
    expect(text).toContain(reason);
  });
});

test('a defect of the stand-in is told to the stack, and the client sees a 500', async () => {
  const service = createSts('1');
  const answer = () => {
    throw new TypeError('a defect');
  };
  const broken = await serveScoped({ ...service, answer });
  expect(await broken.call('/', '')).toMatchObject({
    status: 500,
    text: expect.stringContaining('<Type>Receiver</Type>'),
  });
  expect(broken.broken).toEqual([new TypeError('a defect')]);
  await broken.close();
});

test('what is signed for another service goes to S3, as before', async () => {
  const other = await serveScoped(createSts('1'), 's3');
  expect(await other.call('/', '')).toMatchObject({ status: 418 });
  await other.close();
});
