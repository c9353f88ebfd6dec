import { describe, expect, test } from 'vitest';
import { regions } from '../../pipeline/recording/regions.ts';
import { toConfig } from '../../pipeline/config.ts';

const env = {
  AWS_REGION: 'eu-west-1',
  RECORDINGS_BUCKET: 'r',
  TRANSCRIPTS_BUCKET: 't',
  MEDICAL_DATA_BUCKET: 'm',
  KMS_KEY_ID: 'k',
  AUDIT_TABLE: 'a',
  WORKFLOW_TABLE: 'w',
  SUPABASE_URL: 'http://localhost:54321',
  SUPABASE_SERVICE_ROLE_KEY: 's',
};

test('the least that is needed gives the defaults', () => {
  expect(toConfig(env)).toEqual({
    region: 'eu-west-1',
    abilities: regions['eu-west-1'],
    recordingsBucket: 'r',
    transcriptsBucket: 't',
    medicalDataBucket: 'm',
    kmsKeyId: 'k',
    auditTable: 'a',
    workflowTable: 'w',
    supabaseUrl: 'http://localhost:54321',
    supabaseKey: 's',
    supabaseKeySecret: undefined,
    supabaseAnonKey: undefined,
    supabaseIssuer: 'http://localhost:54321/auth/v1',
    jwtSecret: undefined,
    jwtSecretArn: undefined,
    firebaseProject: undefined,
    apiUrl: undefined,
    stateMachineArn: undefined,
    anchorsBucket: undefined,
    operations: ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'],
    jobs: { 'transcribe-medical': 250, transcribe: 250 },
    maxSpeakers: 4,
    mediaRegions: [],
    codeTable: undefined,
  });
});

test.each<[string, Record<string, string>, object]>([
  [
    'lists with blanks',
    { OPERATIONS: ' InferSNOMEDCT , InferICD10CM,' },
    { operations: ['InferICD10CM', 'InferSNOMEDCT'] },
  ],
  ['allowed media regions', { MEDIA_REGIONS: 'eu-west-1, eu-west-2' }, { mediaRegions: ['eu-west-1', 'eu-west-2'] }],
  [
    'what the doors of people need',
    {
      SUPABASE_ANON_KEY: 'sb_publishable_a',
      SUPABASE_ISSUER: 'https://project.supabase.co/auth/v1',
      SUPABASE_JWT_SECRET: 's',
      SUPABASE_JWT_SECRET_ARN: 'arn',
      FIREBASE_PROJECT_ID: 'clinic-app',
      API_URL: 'https://api.example.org/',
    },
    {
      supabaseAnonKey: 'sb_publishable_a',
      supabaseIssuer: 'https://project.supabase.co/auth/v1',
      jwtSecret: 's',
      jwtSecretArn: 'arn',
      firebaseProject: 'clinic-app',
      apiUrl: 'https://api.example.org',
    },
  ],
  [
    'quotas of its own',
    { MEDICAL_JOBS: '1000', STANDARD_JOBS: '1' },
    { jobs: { 'transcribe-medical': 1000, transcribe: 1 } },
  ],
  ['ten speakers', { MAX_SPEAKERS: '10' }, { maxSpeakers: 10 }],
  [
    'the name of a secret instead of the key',
    { SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'ehr' },
    { supabaseKey: undefined, supabaseKeySecret: 'ehr' },
  ],
  ['a code table', { ICD10CM_TABLE: 'codes.tsv' }, { codeTable: 'codes.tsv' }],
  [
    'empty values as none at all',
    { OPERATIONS: '', MAX_SPEAKERS: '', ICD10CM_TABLE: '', STATE_MACHINE_ARN: '', MEDIA_REGIONS: '' },
    { ...toConfig(env) },
  ],
])('reads %s', (_, more, expected) => {
  expect(toConfig({ ...env, ...more })).toMatchObject(expected);
});

describe('refuses', () => {
  test('an empty environment with every missing name at once', () => {
    expect(() => toConfig({})).toThrow(expect.objectContaining({ name: 'ConfigurationInvalid' }));
    for (const name of Object.keys(env)) expect(() => toConfig({})).toThrow(`${name} is missing`);
  });

  test.each<[string, Record<string, string | undefined>, RegExp]>([
    ['a missing bucket', { RECORDINGS_BUCKET: '' }, /RECORDINGS_BUCKET is missing/],
    [
      'a region that the table does not know',
      { AWS_REGION: 'eu-north-7' },
      /eu-north-7 is not in the region table: us-east-1, .*af-south-1/,
    ],
    ['no jobs', { MEDICAL_JOBS: '0' }, /MEDICAL_JOBS/],
    ['more jobs than fit an item', { STANDARD_JOBS: '1001' }, /STANDARD_JOBS/],
    ['one speaker', { MAX_SPEAKERS: '1' }, /MAX_SPEAKERS/],
    ['eleven speakers', { MAX_SPEAKERS: '11' }, /MAX_SPEAKERS/],
    ['two and a half', { MAX_SPEAKERS: '2.5' }, /MAX_SPEAKERS/],
    ['speakers in words', { MAX_SPEAKERS: 'four' }, /MAX_SPEAKERS/],
    [
      'an operation that is none',
      { OPERATIONS: 'InferICD10CM,DetectPHI' },
      /OPERATIONS names DetectPHI; there are DetectEntitiesV2, InferICD10CM, InferRxNorm, InferSNOMEDCT$/,
    ],
    ['a list without an operation', { OPERATIONS: ' , ' }, /OPERATIONS names no operation; there are/],
    ['a media region that is none', { MEDIA_REGIONS: 'eu-west-1,eu-wset-2' }, /MEDIA_REGIONS names eu-wset-2/],
    [
      'the service key in place of the public one',
      { SUPABASE_ANON_KEY: 'sb_secret_a' },
      /SUPABASE_ANON_KEY holds a secret key/,
    ],
    [
      'an older service key in place of the public one',
      { SUPABASE_ANON_KEY: ['e30', btoa('{"role":"service_role","x":"?>"}'), 'a'].join('.') },
      /SUPABASE_ANON_KEY holds a secret key/,
    ],
    ['several faults together', { KMS_KEY_ID: '', MAX_SPEAKERS: '0' }, /KMS_KEY_ID is missing.*MAX_SPEAKERS/],
  ])('%s', (_, more, message) => {
    expect(() => toConfig({ ...env, ...more })).toThrow(message);
  });
});

test('no message repeats a secret', () => {
  expect(() => toConfig({ ...env, SUPABASE_SERVICE_ROLE_KEY: 'hush', KMS_KEY_ID: '' })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hush') }),
  );
});
