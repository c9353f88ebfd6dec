import { expect, test } from 'vitest';
import { allows, type Attempt } from '../../../local/ready/policy.ts';
import { ByHand } from '../../../local/ready/question.ts';

const chime = 'mediapipelines.chime.amazonaws.com';
const attempt: Attempt = {
  service: chime,
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::bucket/captures/x',
  context: { 'aws:SourceAccount': '1', 'aws:SourceArn': 'arn:aws:chime:eu-west-1:1:media-pipeline/0' },
};
const allow = {
  Effect: 'Allow',
  Principal: { Service: chime },
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: 'arn:aws:s3:::bucket/captures/*',
};
const deny = { ...allow, Effect: 'Deny', Principal: '*', Action: 's3:*' };

test.each<[what: string, statements: object[], allowed: boolean]>([
  ['no statement', [], false],
  ['a statement', [allow], true],
  ['any service', [{ ...allow, Principal: { Service: '*' } }], true],
  ['another service', [{ ...allow, Principal: { Service: ['s3.amazonaws.com'] } }], false],
  ['an account', [{ ...allow, Principal: { AWS: chime } }], false],
  ['actions by a pattern, in any case', [{ ...allow, Action: 'S3:put*' }], true],
  ['another action', [{ ...allow, Action: 's3:PutObjectAcl' }], false],
  ['another prefix', [{ ...allow, Resource: ['arn:aws:s3:::bucket/recordings/*'] }], false],
  ['one character of a pattern', [{ ...allow, Resource: 'arn:aws:s3:::bucket/captures/?' }], true],
  ['a dot that is no pattern', [{ ...allow, Resource: 'arn:aws:s3:::bucket/captures/.' }], false],
  ['its own account', [{ ...allow, Condition: { StringEquals: { 'AWS:sourceaccount': ['2', '1'] } } }], true],
  ['another account', [{ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '2' } } }], false],
  [
    'no pattern where equality is asked',
    [{ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '*' } } }],
    false,
  ],
  ['an ARN like it', [{ ...allow, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:chime:*:1:*' } } }], true],
  ['an ARN of another', [{ ...allow, Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:chime:*:2:*' } } }], false],
  ['a condition that is not known', [{ ...allow, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }], false],
  [
    'of several conditions, all',
    [{ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '1' }, Bool: { 'aws:SecureTransport': 'true' } } }],
    false,
  ],
  ['a denial', [allow, deny], false],
  ['a denial for everybody, in the longer form', [allow, { ...deny, Principal: { AWS: '*' } }], false],
  ['a denial of all but one action', [allow, { ...deny, Action: undefined, NotAction: 's3:GetObject' }], false],
  ['a denial of something else', [allow, { ...deny, Resource: 'arn:aws:s3:::bucket/recordings/*' }], true],
  [
    'a denial on a condition that is not fulfilled',
    [allow, { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    true,
  ],
])('%s', (_, Statement, allowed) => expect(allows(JSON.stringify({ Statement }), attempt)).toBe(allowed));

test.each<[what: string, more: object, why: string]>([
  [
    'a denial on a condition that is not known',
    { Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } },
    'StringNotEquals',
  ],
  ['a denial of all but some resources', { Resource: undefined, NotResource: 'x' }, 'NotResource'],
  ['a denial for all but some', { Principal: undefined, NotPrincipal: { AWS: '1' } }, 'NotPrincipal'],
])('%s has to be looked at', (_, more, why) => {
  const policy = JSON.stringify({ Statement: [allow, { ...deny, ...more }] });
  expect(() => allows(policy, attempt)).toThrow(ByHand);
  expect(() => allows(policy, attempt)).toThrow(why);
});

test('a policy of one statement without a list', () => {
  expect(allows(JSON.stringify({ Statement: allow }), attempt)).toBe(true);
  expect(allows('{}', attempt)).toBe(false);
});
