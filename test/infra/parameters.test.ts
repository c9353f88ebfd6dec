import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkAlarmEmail,
  checkAnonKey,
  checkParameters,
  checkSupabaseUrl,
  checkTakesOver,
  pipelinesRegionOf,
} from '../../infra/parameters.ts';

const root = join(import.meta.dirname, '../..');
const workflow = join(root, 'serverless.yml');
const source = join(root, 'infra/source/serverless.yml');
const cdn = 'infra/cdn/serverless.yml';

describe('takes', () => {
  test.each([
    'recordingRetentionDays=400',
    'logRetentionDays=90',
    'dailyBudgetUsd=12.50',
    'operations=InferSNOMEDCT',
    'operations=DetectEntitiesV2,InferICD10CM,InferRxNorm,InferSNOMEDCT',
    'alarmEmail=on.call@example.org',
    'reservedConcurrency=0',
    'reservedConcurrency=20',
    'takesOverFrom=af-south-1',
    'pipelinesRegion=us-east-1',
    'captureMinutes=1440',
    'transferConsent=on',
    'codeTable=s3://medzen-prod-medical-data-111122223333-eu-west-1/reference/icd10cm.txt.gz',
  ])('%s', (parameter) => expect(checkParameters([parameter], workflow)).toBeUndefined());

  test('several, and none', () => {
    expect(checkParameters(['mediaRegions=eu-west-1,af-south-1', 'dailyBudgetUsd=1'], workflow)).toBeUndefined();
    expect(checkParameters([], workflow)).toBeUndefined();
    expect(checkParameters(['sourceRetentionDays=7'], source)).toBeUndefined();
  });
});

describe('refuses in one line', () => {
  test.each<[string, string, RegExp]>([
    ['no value, which osls does not take', 'codeTable=', /--param codeTable= is not NAME=VALUE$/],
    ['what is no pair', 'nonsense', /--param nonsense is not NAME=VALUE$/],
    ['a misspelt name', 'dailyBugdetUsd=5', /no parameter dailyBugdetUsd; there are .*dailyBudgetUsd/],
    ['a parameter of the other stack', 'sourceRetentionDays=7', /no parameter sourceRetentionDays/],
    ['no days', 'recordingRetentionDays=0', /recordingRetentionDays is a whole number of days/],
    ['fewer days than recordings take to be archived', 'recordingRetentionDays=90', /RetentionDays is .*at least 91$/],
    ['a table on a disk', 'codeTable=reference/icd10cm.txt.gz', /codeTable is s3:\/\/bucket\/key/],
    ['a bucket for a table', 'codeTable=s3://bucket', /codeTable is s3:\/\/bucket\/key/],
    ['days with a unit', 'resultRetentionDays=30d', /resultRetentionDays is a whole number of days/],
    ['a term that CloudWatch does not know', 'logRetentionDays=100', /logRetentionDays is one of 1, 3, 5/],
    ['less than the queues hand on at once', 'reservedConcurrency=4', /reservedConcurrency is 0, or .* 5 to 1000$/],
    ['more than an account has', 'reservedConcurrency=1001', /reservedConcurrency is 0, or /],
    ['executions in words', 'reservedConcurrency=none', /reservedConcurrency is 0, or /],
    ['a region without media pipelines', 'pipelinesRegion=af-south-1', /pipelinesRegion is nothing, or .*us-east-1$/],
    [
      'a region without Chime',
      'takesOverFrom=eu-west-1',
      /takesOverFrom is nothing, or another control region .*af-south-1$/,
    ],
    ['a capture of no length', 'captureMinutes=0', /captureMinutes is a whole number of minutes, 1 to 1440$/],
    ['a capture of more than a day', 'captureMinutes=1441', /captureMinutes is a whole number of minutes/],
    ['half a consent', 'transferConsent=yes', /transferConsent is on or off$/],
    ['a budget of nothing', 'dailyBudgetUsd=0', /dailyBudgetUsd is a sum above 0/],
    ['a budget in words', 'dailyBudgetUsd=ten', /dailyBudgetUsd is a sum above 0/],
    ['an address that is none', 'alarmEmail=oncall', /alarmEmail is a mail address/],
    ['a region of no planet of ours', 'mediaRegions=eu-west-1,mars-1', /mediaRegions is Chime media regions/],
    [
      'an operation that is none',
      'operations=InferICD10CM,DetectPHI',
      /operations is one or more of DetectEntitiesV2, .*SNOMEDCT, comma between$/,
    ],
    ['a list that ends with a comma', 'operations=InferICD10CM,', /operations is one or more of/],
    ['regions with blanks', 'mediaRegions=eu-west-1, eu-west-2', /mediaRegions is Chime media regions/],
  ])('%s', (_, parameter, message) => {
    const refusal = expect.objectContaining({
      name: 'OrderInvalid',
      message: expect.stringMatching(message) as string,
    }) as Error;
    expect(() => checkParameters([parameter], workflow)).toThrow(refusal);
  });

  test('the region of the workflow, which has an option of its own', () => {
    expect(() => checkParameters(['processingRegion=eu-west-1'], source)).toThrow(
      'said by --transfer-to or --control-for',
    );
  });
});

test.each([workflow, source, cdn])('every parameter of %s has a rule', (file) => {
  const { params } = parse(readFileSync(file, 'utf8')) as { params: Record<string, object> };
  for (const name of Object.values(params).flatMap(Object.keys)) {
    expect(() => checkParameters([`${name}=?`], file)).toThrow(new RegExp(`--param ${name} is (?!not known)`));
  }
});

test.each(['default', 'dev'])('the values of %s in serverless.yml could be given on a command line', (block) => {
  const { params } = parse(readFileSync(workflow, 'utf8')) as { params: Record<string, object> };
  const values = Object.entries(params[block] ?? {}).filter(([, value]) => value !== '');
  const pairs = values.map(([name, value]) => `${name}=${String(value)}`);
  expect(checkParameters(pairs, workflow)).toBeUndefined();
});

describe('visits are taken over', () => {
  test.each([
    [[]],
    [['takesOverFrom=us-east-1']],
    [['chimeRegion=us-east-1', 'takesOverFrom=eu-central-1']],
    [['takesOverFrom=af-south-1', 'transferConsent=on']],
  ])('with %j', (parameters) => expect(checkTakesOver(parameters, workflow)).toBeUndefined());

  test('not out of South Africa, where nobody has allowed it', () => {
    expect(() => checkTakesOver(['takesOverFrom=af-south-1'], workflow)).toThrow(
      expect.objectContaining({
        name: 'OrderInvalid',
        message: expect.stringMatching(/say transferConsent=on/) as string,
      }),
    );
  });

  test.each([[['takesOverFrom=eu-central-1']], [['chimeRegion=us-east-1', 'takesOverFrom=us-east-1']]])(
    'not from the region itself: %j',
    (parameters) => {
      expect(() => checkTakesOver(parameters, workflow)).toThrow(
        expect.objectContaining({ name: 'OrderInvalid', message: expect.stringMatching(/own chimeRegion$/) as string }),
      );
    },
  );
});

describe('captures are controlled', () => {
  test.each<[string, string[], string]>([
    ['with the meetings', [], 'eu-central-1'],
    ['with the meetings, wherever they are', ['chimeRegion=us-east-1'], 'us-east-1'],
    ['elsewhere, where there are no media pipelines', ['chimeRegion=af-south-1'], 'eu-central-1'],
    ['where it is said', ['chimeRegion=af-south-1', 'pipelinesRegion=eu-west-2'], 'eu-west-2'],
    [
      'elsewhere, where that is allowed',
      ['chimeRegion=af-south-1', 'records=on', 'transferConsent=on'],
      'eu-central-1',
    ],
  ])('%s', (_, parameters, region) => expect(pipelinesRegionOf(parameters, workflow)).toBe(region));

  test('nowhere, where nobody has allowed it: a deployment that would record nothing is refused', () => {
    expect(() => pipelinesRegionOf(['chimeRegion=af-south-1', 'records=on'], workflow)).toThrow(
      expect.objectContaining({
        name: 'OrderInvalid',
        message: expect.stringMatching(/eu-central-1, meetings in af-south-1: say transferConsent=on/) as string,
      }),
    );
  });
});

describe("a stage's block in the service file", () => {
  let folder: string;
  let file: string;
  const write = (block: string) =>
    writeFile(
      file,
      `params:\n  default: { alarmEmail: '', operations: InferICD10CM, recordingRetentionDays: 2587 }\n  prod: ${block}\n`,
    );
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parameters-'));
    file = join(folder, 'serverless.yml');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ['{ alarmMail: oncall@example.org }', /no parameter alarmMail/],
    ['{ recordingRetentionDays: 30 }', /params\.prod: recordingRetentionDays is .*at least 91$/],
    ["{ operations: '' }", /params\.prod: operations is one or more of/],
    ["{ alarmEmail: '' }", /params\.prod: alarmEmail is a mail address/],
  ])('%s is refused as on the command line', async (block, message) => {
    await write(block);
    expect(() => checkParameters([], file, 'prod')).toThrow(message);
    expect(checkParameters([], file, 'dev')).toBeUndefined();
  });

  test('says where captures are controlled, unless the command line does', async () => {
    await writeFile(file, 'params: { default: { chimeRegion: eu-central-1 }, prod: { chimeRegion: us-east-1 } }');
    expect(pipelinesRegionOf([], file, 'prod')).toBe('us-east-1');
    expect(pipelinesRegionOf(['chimeRegion=eu-west-2'], file, 'prod')).toBe('eu-west-2');
  });

  test('may say that there is no code table', async () => {
    await writeFile(file, "params: { default: { codeTable: '' }, prod: { codeTable: '' } }");
    expect(checkParameters([], file, 'prod')).toBeUndefined();
  });

  test('names who is mailed, or the command line does; dev needs nobody', async () => {
    await write('{ recordingRetentionDays: 400 }');
    expect(() => checkAlarmEmail('prod', ['recordingRetentionDays=500'], file)).toThrow(
      expect.objectContaining({
        name: 'OrderInvalid',
        message: expect.stringMatching(/say alarmEmail in params\.prod/) as string,
      }),
    );
    expect(checkAlarmEmail('dev', [], file)).toBeUndefined();
    expect(checkAlarmEmail('prod', ['alarmEmail=oncall@example.org'], file)).toBeUndefined();
    await write('{ alarmEmail: oncall@example.org }');
    expect(checkAlarmEmail('prod', [], file)).toBeUndefined();
  });
});

test('a workflow is not deployed without the address of its database', () => {
  expect(checkSupabaseUrl('https://abc.supabase.co')).toBeUndefined();
  for (const url of [
    undefined,
    '',
    'abc.supabase.co',
    'http://abc.supabase.co',
    'https://',
    'https://abc.supabase.co/',
  ])
    expect(() => checkSupabaseUrl(url)).toThrow('SUPABASE_URL must be in the environment');
});

test.each([undefined, '', ' ', 'sb_secret_abc'])('a deployment with the public key %j is refused', (key) => {
  expect(() => checkAnonKey(key)).toThrow('SUPABASE_ANON_KEY must be in the environment');
});

test('a public key of either kind is taken', () => {
  for (const key of ['sb_publishable_abc', 'a.b.c']) expect(checkAnonKey(key)).toBeUndefined();
});
