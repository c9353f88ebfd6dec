import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reachable, toTargets } from '../../../local/stack/callbacks.ts';
import { readDeployment } from '../../../local/stack/template.ts';
import { Copy } from '../../infra/copy.ts';

const root = join(import.meta.dirname, '../../..');
const place = { region: 'ca-central-1', accountId: '123456789012', stage: 'test' };
const on = { callbacks: 'on', callbackRegion: 'eu-west-1' };

test('there are none unless they are asked for', () => {
  const { destinations, rules, declared } = readDeployment(root, place);
  expect([destinations, rules.filter(({ name }) => name.includes('callback'))]).toEqual([[], []]);
  expect(declared.filter(({ type, id }) => type === 'AWS::IAM::User' && id.includes('Callback'))).toEqual([]);
});

test('each calls its own edge function, with the secret and the region in the headers', () => {
  const { destinations, callbackSecretArn } = readDeployment(root, place, on);
  expect(destinations.map(({ url }) => url)).toEqual([
    '/functions/v1/chime-recording-callback',
    '/functions/v1/chime-transcription-callback',
  ]);
  const [recording] = destinations.map((one) =>
    reachable(one, 'http://localhost:1', { [callbackSecretArn]: 'secret' }),
  );
  expect(recording).toMatchObject({
    url: 'http://localhost:1/functions/v1/chime-recording-callback',
    headers: { 'x-callback-secret': 'secret', 'x-region': 'eu-west-1' },
  });
});

test('every rule leads to one of them, which is tried for a day before it goes to the dead-letter queue', () => {
  const { destinations, rules, queues } = readDeployment(root, place, on);
  const called = rules.filter(({ name }) => name.includes('callback'));
  expect(called.map(({ name }) => name)).toEqual(
    ['meeting', 'pipeline', 'captions'].map((of) => `medzen-test-callback-${of}`),
  );
  for (const { targets } of called) {
    expect(targets).toMatchObject([{ retries: { seconds: 86_400, attempts: 185 } }]);
    expect(destinations.map(({ arn }) => arn)).toContain(targets[0]?.arn);
    expect(queues.find(({ arn }) => arn === targets[0]?.deadLetterArn)?.id).toBe('CallbackEventsDead');
    expect(targets[0]?.roleArn).toMatch(/role\/CallbackRole$/);
  }
});

test('a secret that is not there is refused', () => {
  const [destination] = readDeployment(root, place, on).destinations;
  if (!destination) throw new Error('there is no destination');
  expect(() => reachable(destination, '', {})).toThrow('there is no secret');
});

test('a target that is more than is known here is refused', () => {
  expect(() => toTargets([{ Id: 'a', Arn: 'arn', InputPath: '$.detail' }])).toThrow('InputPath');
});

describe('what the embedded stack does not know is refused', () => {
  let copy: Copy;
  beforeEach(() => {
    copy = new Copy();
  });
  afterEach(() => copy.remove());

  test.each<[string, string, string, string]>([
    ['another method', 'HttpMethod: POST', 'HttpMethod: PUT', 'PUT'],
    ['another way to say who calls', 'AuthorizationType: API_KEY', 'AuthorizationType: BASIC', 'BASIC'],
    [
      'a body of its own',
      '        InvocationHttpParameters:',
      '        OAuthParameters: {}\n        InvocationHttpParameters:',
      'OAuthParameters',
    ],
  ])('%s', (_, from, to, message) => {
    copy.edit('infra/callbacks.yml', (text) => text.replace(from, to));
    expect(() => readDeployment(copy.folder, place, on)).toThrow(message);
  });
});
