import { describe, expect, test } from 'vitest';
import { allows, type IamCall, type Statement } from '../../../../local/services/iam/evaluate.ts';
import { grantsOf } from '../../../infra/permissions/grants.ts';

const call: IamCall = {
  principal: 'storeResults',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::medical-data/results/rec-1/entities.json',
  conditions: {
    'kms:ViaService': 's3.eu-west-1.amazonaws.com',
    'aws:SecureTransport': 'true',
    'aws:SourceArn': 'arn:aws:events:eu-west-1:1:rule/a:b',
  },
};
const folder = 'arn:aws:s3:::medical-data/results/*';
const allow = (more: Partial<Statement>): Statement => ({
  Effect: 'Allow',
  Action: 's3:PutObject',
  Resource: folder,
  ...more,
});
const { Action: _, ...withoutAction } = allow({});

test.each<[string, Statement[], boolean]>([
  ['nothing', [], false],
  ['the action on the resource', [allow({})], true],
  ['one of several actions', [allow({ Action: ['s3:GetObject', 's3:PutObject'] })], true],
  ['the action in other letters', [allow({ Action: 'S3:putobject' })], true],
  ['a wildcard in the action', [allow({ Action: 's3:Put*' })], true],
  ['a single sign in the action', [allow({ Action: 's3:PutObjec?' })], true],
  ['another action that begins alike', [allow({ Action: 's3:PutObjectAcl' })], false],
  ['an action that the call only begins like', [allow({ Action: 's3:Put' })], false],
  ['all but another action', [{ ...withoutAction, NotAction: 's3:DeleteObject' }], true],
  ['all but this action', [{ ...withoutAction, NotAction: ['s3:Put*'] }], false],
  ['another folder', [allow({ Resource: 'arn:aws:s3:::medical-data/answers/*' })], false],
  ['the bucket without its objects', [allow({ Resource: 'arn:aws:s3:::medical-data' })], false],
  ['a resource whose dots are no wildcards', [allow({ Resource: folder.replace('-', '.') })], false],
  ['one of several resources', [allow({ Resource: ['arn:aws:s3:::other/*', folder] })], true],
  ['a condition that is met', [allow({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })], true],
  ['a condition that is not', [allow({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })], false],
  [
    'a condition on what the call does not have',
    [allow({ Condition: { StringLike: { 'aws:SourceVpc': '*' } } })],
    false,
  ],
  [
    'one of the values of a condition',
    [allow({ Condition: { StringEquals: { 'kms:ViaService': ['sqs.x', 's3.eu-west-1.amazonaws.com'] } } })],
    true,
  ],
  [
    'an ARN whose asterisk stays in its part',
    [allow({ Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:*:1:rule/a*' } } })],
    true,
  ],
  [
    'an ARN whose asterisk would have to reach further',
    [allow({ Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:*:rule/a:b' } } })],
    false,
  ],
  [
    'one of two conditions',
    [
      allow({
        Condition: { StringLike: { 'kms:ViaService': 's3.*' }, StringEquals: { 'aws:SecureTransport': 'false' } },
      }),
    ],
    false,
  ],
  ['an asterisk where none is meant', [allow({ Condition: { StringEquals: { 'kms:ViaService': 's3.*' } } })], false],
  ['a permission and a denial', [allow({}), { ...allow({}), Effect: 'Deny', Principal: '*' }], false],
  ['a permission and the denial of something else', [allow({}), allow({ Effect: 'Deny', Action: 's3:Get*' })], true],
])('%s', (_, statements, expected) => {
  expect(allows(statements, call)).toBe(expected);
});

describe('what it does not know is never taken for a permission', () => {
  test.each<[string, object, RegExp]>([
    ['a field', { NotResource: 'x' }, /NotResource is not known/],
    ['an effect', { Effect: 'allow' }, /effect allow is not known/],
    ['a principal', { Principal: { Service: 'events.amazonaws.com' } }, /principal other than/],
    ['two lists of actions', { NotAction: 's3:Get*' }, /Action or NotAction/],
    ['an operator', { Condition: { StringNotEquals: { a: 'b' } } }, /StringNotEquals is not known/],
    ['an operator beside another action', { Action: 's3:GetObject', Condition: { Null: { a: 'b' } } }, /Null is not/],
    ['a policy variable', { Resource: 'arn:aws:s3:::${aws:username}/*' }, /policy variable/],
  ])('%s', (_, more, message) => {
    expect(() => allows([{ ...allow({}), ...more }], call)).toThrow(message);
  });
});

test('grants are one action on one resource under one value each', () => {
  const statement: Statement = {
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: 'key',
    Condition: { StringEquals: { 'kms:ViaService': ['s3', 'sqs'], 'aws:RequestedRegion': 'here' } },
  };
  expect(grantsOf([statement]).map(({ Action, Condition }) => [Action, Condition])).toEqual(
    ['kms:Decrypt', 'kms:GenerateDataKey'].flatMap((action) =>
      ['s3', 'sqs'].map((service) => [
        action,
        { StringEquals: { 'kms:ViaService': service, 'aws:RequestedRegion': 'here' } },
      ]),
    ),
  );
  expect(() => grantsOf([{ ...statement, Effect: 'Deny' }])).toThrow('no list of grants');
});
