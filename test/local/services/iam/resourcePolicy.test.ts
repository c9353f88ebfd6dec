import { expect, test } from 'vitest';
import { statementsFor } from '../../../../local/services/iam/resourcePolicy.ts';

const service = 'mediapipelines.chime.amazonaws.com';
const statement = { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' };

test.each<[what: string, principal: object, isMeant: boolean]>([
  ['the service', { Principal: { Service: service } }, true],
  ['one of several services', { Principal: { Service: ['s3.amazonaws.com', service] } }, true],
  ['any service', { Principal: { Service: '*' } }, true],
  ['everybody', { Principal: '*' }, true],
  ['everybody, in the longer form', { Principal: { AWS: ['*'] } }, true],
  ['whatever names nobody', { NotPrincipal: { AWS: '1' } }, true],
  ['another service', { Principal: { Service: 's3.amazonaws.com' } }, false],
  ['an account of that name', { Principal: { AWS: service } }, false],
])('a statement about %s', (_, principal, isMeant) => {
  const found = statementsFor(JSON.stringify({ Statement: { ...statement, ...principal } }), service);
  expect(found.map(({ Action }) => Action)).toEqual(isMeant ? ['s3:PutObject'] : []);
});

test('a policy without statements has none', () => expect(statementsFor('{}', service)).toEqual([]));
