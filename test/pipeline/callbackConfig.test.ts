import { describe, expect, test } from 'vitest';
import { toCallbackConfig } from '../../pipeline/callbackConfig.ts';

const [old, next] = ['o'.repeat(32), 'n'.repeat(64)];
const AWS_ACCOUNT_ID = '111122223333';

test.each<[string, string, string[]]>([
  ['one', old, [old]],
  ['two, while one takes the place of the other', `${old},${next}`, [old, next]],
  ['two on lines of their own', `${old}\n ${next}\n`, [old, next]],
])('%s', (_, CALLBACK_SECRETS, callbackSecrets) => {
  expect(toCallbackConfig({ CALLBACK_SECRETS, AWS_ACCOUNT_ID })).toEqual({
    callbackSecrets,
    accountId: AWS_ACCOUNT_ID,
  });
});

test.each([[{}], [{ CALLBACK_SECRETS: '' }], [{ CALLBACK_SECRETS: ' , ' }]])('none in %j is no fault', (env) => {
  expect(toCallbackConfig(env)).toEqual({ callbackSecrets: [], accountId: '' });
});

describe('what is wrong is said by name, without the secret', () => {
  test.each<[string, Record<string, string>, string]>([
    ['three', { CALLBACK_SECRETS: `${old},${next},${old}` }, 'CALLBACK_SECRETS holds more than two values'],
    ['a short one', { CALLBACK_SECRETS: 's'.repeat(31) }, 'CALLBACK_SECRETS holds a value of less than 32 characters'],
    ['a short one beside a good one', { CALLBACK_SECRETS: `${old},short` }, 'CALLBACK_SECRETS holds a value of less'],
    ['no account', { CALLBACK_SECRETS: old, AWS_ACCOUNT_ID: '' }, 'AWS_ACCOUNT_ID is no account of twelve digits'],
    ['half an account', { CALLBACK_SECRETS: old, AWS_ACCOUNT_ID: '1111' }, 'AWS_ACCOUNT_ID is no account'],
  ])('%s', (_, env, message) => {
    const read = () => toCallbackConfig({ AWS_ACCOUNT_ID, ...env });
    expect(read).toThrow(expect.objectContaining({ name: 'ConfigurationInvalid' }));
    expect(read).toThrow(message);
    for (const secret of (env['CALLBACK_SECRETS'] ?? '').split(',')) expect(read).not.toThrow(secret);
  });

  test('all of it at once', () => {
    expect(() => toCallbackConfig({ CALLBACK_SECRETS: 'short' })).toThrow(/32 characters; AWS_ACCOUNT_ID/);
  });
});
