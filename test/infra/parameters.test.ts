import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { checkParameters, checkSupabaseUrl } from '../../infra/parameters.ts';

const root = join(import.meta.dirname, '../..');
const workflow = join(root, 'serverless.yml');
const source = join(root, 'infra/source/serverless.yml');

describe('takes', () => {
  test.each([
    'recordingRetentionDays=400',
    'logRetentionDays=90',
    'dailyBudgetUsd=12.50',
    'alarmEmail=on.call@example.org',
  ])('%s', (parameter) => expect(checkParameters([parameter], workflow)).toBeUndefined());

  test('several, and none', () => {
    expect(checkParameters(['mediaRegions=eu-west-1,af-south-1', 'dailyBudgetUsd=1'], workflow)).toBeUndefined();
    expect(checkParameters([], workflow)).toBeUndefined();
    expect(checkParameters(['sourceRetentionDays=7'], source)).toBeUndefined();
  });
});

describe('refuses in one line', () => {
  test.each<[string, string, RegExp]>([
    ['what is no pair', 'nonsense', /--param nonsense is not NAME=VALUE$/],
    ['a misspelt name', 'dailyBugdetUsd=5', /no parameter dailyBugdetUsd; there are .*dailyBudgetUsd/],
    ['a parameter of the other stack', 'sourceRetentionDays=7', /no parameter sourceRetentionDays/],
    ['no days', 'recordingRetentionDays=0', /recordingRetentionDays is a whole number of days/],
    ['days with a unit', 'resultRetentionDays=30d', /resultRetentionDays is a whole number of days/],
    ['a term that CloudWatch does not know', 'logRetentionDays=100', /logRetentionDays is one of 1, 3, 5/],
    ['a budget of nothing', 'dailyBudgetUsd=0', /dailyBudgetUsd is a sum above 0/],
    ['a budget in words', 'dailyBudgetUsd=ten', /dailyBudgetUsd is a sum above 0/],
    ['an address that is none', 'alarmEmail=oncall', /alarmEmail is a mail address/],
    ['a region of no planet of ours', 'mediaRegions=eu-west-1,mars-1', /mediaRegions is Chime media regions/],
    ['regions with blanks', 'mediaRegions=eu-west-1, eu-west-2', /mediaRegions is Chime media regions/],
  ])('%s', (_, parameter, message) => {
    const refusal = expect.objectContaining({
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    }) as Error;
    expect(() => checkParameters([parameter], workflow)).toThrow(refusal);
  });

  test('the region of the workflow, which has an option of its own', () => {
    expect(() => checkParameters(['processingRegion=eu-west-1'], source)).toThrow('said by --transfer-to');
  });
});

test.each([workflow, source])('every parameter of %s has a rule', (file) => {
  const { params } = parse(readFileSync(file, 'utf8')) as { params: Record<string, object> };
  for (const name of Object.values(params).flatMap(Object.keys)) {
    expect(() => checkParameters([`${name}=?`], file)).toThrow(new RegExp(`--param ${name} is (?!not known)`));
  }
});

test('a workflow is not deployed without the address of its database', () => {
  expect(checkSupabaseUrl('https://abc.supabase.co')).toBeUndefined();
  for (const url of [undefined, '', 'abc.supabase.co', 'http://abc.supabase.co'])
    expect(() => checkSupabaseUrl(url)).toThrow('SUPABASE_URL must be in the environment');
});
