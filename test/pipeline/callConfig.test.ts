import { describe, expect, test } from 'vitest';
import { toCallConfig } from '../../pipeline/callConfig.ts';
import { callEnv } from './memoryCall.ts';

const refused = (env: Readonly<Record<string, string | undefined>>) => () => toCallConfig(env);
const invalid = (message: unknown) => expect.objectContaining({ name: 'ConfigurationInvalid', message });

test('says what holds where an environment says no more than it must', () => {
  expect(toCallConfig(callEnv)).toEqual({
    supabaseUrl: 'https://project.supabase.co',
    supabaseKey: 'service-role',
    supabaseKeySecret: undefined,
    supabaseAnonKey: undefined,
    supabaseIssuer: 'https://project.supabase.co/auth/v1',
    jwtSecret: undefined,
    jwtSecretArn: undefined,
    firebaseProject: undefined,
    region: 'eu-west-1',
    controlRegion: 'eu-central-1',
    takesOverFrom: undefined,
    mediaRegions: ['eu-west-1'],
    waitingRoom: true,
    records: false,
    lacksTransfer: false,
    pipelinesRegion: 'eu-central-1',
    messagingRegion: 'eu-central-1',
    messagingAllowed: true,
    appInstanceArn: undefined,
    recordingsBucket: undefined,
    longestCaptureMs: 180 * 60_000,
    consentVersion: '2026-11-29',
    withdrawn: 'keep',
    closedAppointments: ['cancelled', 'completed', 'no_show'],
    sdk: { url: null, integrity: null },
    operations: ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'],
    extractionKey: undefined,
    edgeRegions: [],
    edgeRegion: undefined,
  });
});

test('lists every problem at once, and repeats no secret', () => {
  expect(refused({})).toThrow(
    invalid(
      'configuration: SUPABASE_URL is missing; SUPABASE_SERVICE_ROLE_KEY is missing, and so is SUPABASE_KEY_SECRET; ' +
        'AWS_REGION is missing; AWS_CHIME_REGION is missing',
    ),
  );
  expect(
    refused({
      SUPABASE_URL: 'project.supabase.co',
      SUPABASE_SERVICE_ROLE_KEY: 'secret',
      AWS_CHIME_REGION: 'eu-west-1',
      AWS_REGION: 'eu-west-1',
      MEDIA_REGIONS: 'eu-west-1, mars-1',
      WAITING_ROOM: 'false',
      RECORDS: 'yes',
      AWS_CHIME_PIPELINES_REGION: 'af-south-1',
      CAPTURE_MINUTES: '0',
      TRANSFER_CONSENT: 'yes',
      CONSENT_TEXT_VERSION: '1',
      CONSENT_WITHDRAWN: 'off',
      OPERATIONS: 'DetectPHI',
      AWS_ACCESS_KEY_ID_EXTRACTION: 'secret',
    }),
  ).toThrow(
    invalid(
      'configuration: SUPABASE_URL is no address; ' +
        'AWS_CHIME_REGION eu-west-1 has no Chime: eu-central-1, eu-west-2, us-east-1, af-south-1 have it; ' +
        'MEDIA_REGIONS names mars-1, in which Chime holds no meeting; WAITING_ROOM is neither on nor off; ' +
        'RECORDS is neither on nor off; ' +
        'AWS_CHIME_PIPELINES_REGION af-south-1 has no media pipelines: eu-central-1, eu-west-2, us-east-1 have them; ' +
        'CAPTURE_MINUTES must be a whole number from 1 to 1440; TRANSFER_CONSENT is neither on nor off; ' +
        'OPERATIONS names DetectPHI; there are DetectEntitiesV2, InferICD10CM, InferRxNorm, InferSNOMEDCT; ' +
        'of AWS_ACCESS_KEY_ID_EXTRACTION and AWS_SECRET_ACCESS_KEY_EXTRACTION one is missing; ' +
        'CONSENT_TEXT_VERSION 1 is none of 2026-11-29; ' +
        'CONSENT_WITHDRAWN is neither keep nor discard',
    ),
  );
});

test.each(['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'AWS_CHIME_REGION', 'AWS_REGION'])(
  '%s is needed, and an empty one is none',
  (name) => {
    expect(refused({ ...callEnv, [name]: '' })).toThrow(invalid(expect.stringContaining(`${name} is missing`)));
  },
);

test('GovCloud holds no meeting', () => {
  expect(refused({ ...callEnv, AWS_REGION: 'us-gov-west-1' })).toThrow(
    invalid('configuration: MEDIA_REGIONS names us-gov-west-1, in which Chime holds no meeting'),
  );
});

test.each<[string, Readonly<Record<string, string>>, object]>([
  ['an address that ends in a slash', { SUPABASE_URL: 'https://p.example/' }, { supabaseUrl: 'https://p.example' }],
  ['an issuer of its own', { SUPABASE_ISSUER: 'https://auth.example' }, { supabaseIssuer: 'https://auth.example' }],
  [
    'a key that lies in a secret',
    { SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'medzen/ehr' },
    { supabaseKey: undefined, supabaseKeySecret: 'medzen/ehr' },
  ],
  [
    'media regions in their order',
    { MEDIA_REGIONS: 'af-south-1, eu-west-1' },
    { mediaRegions: ['af-south-1', 'eu-west-1'] },
  ],
  ['no waiting room', { WAITING_ROOM: 'off' }, { waitingRoom: false }],
  [
    'that calls are recorded',
    { RECORDS: 'on', CONSENT_WITHDRAWN: 'discard', CONSENT_TEXT_VERSION: '2026-11-29' },
    { records: true, withdrawn: 'discard', consentVersion: '2026-11-29' },
  ],
  ['a waiting room', { WAITING_ROOM: 'on' }, { waitingRoom: true }],
  [
    "the EHR's own words",
    { CLOSED_APPOINTMENTS: 'Cancelled, No Show ,, done' },
    { closedAppointments: ['cancelled', 'no show', 'done'] },
  ],
  [
    'where the SDK lies',
    { CHIME_SDK_CDN_URL: 'https://cdn.example/sdk.js', CHIME_SDK_INTEGRITY: 'sha384-a' },
    { sdk: { url: 'https://cdn.example/sdk.js', integrity: 'sha384-a' } },
  ],
  [
    'the address of the HTTP API, by its former name',
    { CHIME_API_ENDPOINT: 'https://api.example/', API_URL: 'https://other.example' },
    { apiUrl: 'https://api.example' },
  ],
  [
    'what Comprehend Medical is asked for, and by whom',
    {
      OPERATIONS: 'InferSNOMEDCT,DetectEntitiesV2',
      AWS_ACCESS_KEY_ID_EXTRACTION: 'AKIA',
      AWS_SECRET_ACCESS_KEY_EXTRACTION: 'secret',
    },
    {
      operations: ['DetectEntitiesV2', 'InferSNOMEDCT'],
      extractionKey: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    },
  ],
  [
    'where an edge function may run',
    { EDGE_REGIONS: 'eu-west-1 eu-central-1', SB_REGION: 'us-east-1' },
    { edgeRegions: ['eu-west-1', 'eu-central-1'], edgeRegion: 'us-east-1' },
  ],
])('%s', (_, env, expected) => {
  expect(toCallConfig({ ...callEnv, ...env })).toMatchObject(expected);
});

describe('Chime is asked only where it is', () => {
  test.each(['eu-central-1', 'eu-west-2', 'us-east-1', 'af-south-1'])('%s', (region) => {
    expect(toCallConfig({ ...callEnv, AWS_CHIME_REGION: region }).controlRegion).toBe(region);
  });
});

describe('visits are taken over', () => {
  test.each([
    ['eu-west-2', {}],
    ['us-east-1', {}],
    ['af-south-1', { TRANSFER_CONSENT: 'on' }],
  ])('from %s', (region, more) => {
    expect(toCallConfig({ ...callEnv, ...more, TAKES_OVER_FROM: region }).takesOverFrom).toBe(region);
  });

  test('not out of South Africa, where nobody has allowed it', () => {
    const message =
      'configuration: TAKES_OVER_FROM af-south-1 takes visits out of the country: TRANSFER_CONSENT must be on';
    expect(refused({ ...callEnv, TAKES_OVER_FROM: 'af-south-1' })).toThrow(invalid(message));
  });

  test('from nowhere, where nothing is said', () => {
    expect(toCallConfig({ ...callEnv, TAKES_OVER_FROM: '' }).takesOverFrom).toBeUndefined();
  });

  test.each([
    ['the region itself', 'eu-central-1'],
    ['a region without Chime', 'eu-west-1'],
    ['several', 'eu-west-2,us-east-1'],
    ['a word', 'on'],
  ])('not from %s', (_, region) => {
    const message = `configuration: TAKES_OVER_FROM ${region} is none of eu-west-2, us-east-1, af-south-1`;
    expect(refused({ ...callEnv, TAKES_OVER_FROM: region })).toThrow(invalid(message));
  });
});

describe('captures are controlled', () => {
  const inAfrica = { RECORDS: 'on', AWS_CHIME_REGION: 'af-south-1', AWS_REGION: 'af-south-1' };

  test.each<
    [string, Readonly<Record<string, string>>, { pipelinesRegion: string; records: boolean; lacksTransfer: boolean }]
  >([
    [
      'with their meetings',
      { AWS_CHIME_REGION: 'eu-west-2' },
      { pipelinesRegion: 'eu-west-2', records: true, lacksTransfer: false },
    ],
    [
      'in Frankfurt, where they cannot be, and then nobody is recorded',
      inAfrica,
      { pipelinesRegion: 'eu-central-1', records: false, lacksTransfer: true },
    ],
    [
      'unless the tenant allows the transfer',
      { ...inAfrica, TRANSFER_CONSENT: 'on' },
      { pipelinesRegion: 'eu-central-1', records: true, lacksTransfer: false },
    ],
    [
      'where the deployment says, which is a transfer too',
      { AWS_CHIME_PIPELINES_REGION: 'us-east-1' },
      { pipelinesRegion: 'us-east-1', records: false, lacksTransfer: true },
    ],
  ])('%s', (_, env, expected) => {
    expect(toCallConfig({ ...callEnv, RECORDS: 'on', ...env })).toMatchObject(expected);
  });

  test.each([
    [{ RECORDINGS_BUCKET: 'a' }, 'a'],
    [{ RECORDINGS_BUCKET: 'a', CHIME_RECORDINGS_BUCKET: 'b' }, 'b'],
    [{ CHIME_RECORDINGS_BUCKET: '' }, undefined],
  ])('into the bucket of %j', (env, bucket) => {
    expect(toCallConfig({ ...callEnv, ...env }).recordingsBucket).toBe(bucket);
  });

  test.each([
    ['1', 1],
    ['1440', 1_440],
    ['', 180],
  ])('for at most %s minutes: %i', (CAPTURE_MINUTES, minutes) => {
    expect(toCallConfig({ ...callEnv, CAPTURE_MINUTES }).longestCaptureMs).toBe(minutes * 60_000);
  });

  test.each(['0', '1441', '1.5', '-1', 'three'])('for %s minutes is refused', (CAPTURE_MINUTES) => {
    expect(refused({ ...callEnv, CAPTURE_MINUTES })).toThrow(invalid(expect.stringContaining('CAPTURE_MINUTES')));
  });
});

describe('messages are kept', () => {
  const arn = (region: string) => `arn:aws:chime:${region}:111122223333:app-instance/1`;

  test.each<[string, Readonly<Record<string, string>>, string, boolean]>([
    ['with the meetings', { AWS_CHIME_REGION: 'us-east-1' }, 'us-east-1', true],
    [
      'in Frankfurt, where they cannot be, and then there is no chat',
      { AWS_CHIME_REGION: 'af-south-1' },
      'eu-central-1',
      false,
    ],
    ['there, with consent', { AWS_CHIME_REGION: 'af-south-1', TRANSFER_CONSENT: 'on' }, 'eu-central-1', true],
    ['where the app instance is', { APP_INSTANCE_ARN: arn('us-east-1') }, 'us-east-1', false],
    ['where it is said', { CHIME_MESSAGING_REGION: 'us-east-1', TRANSFER_CONSENT: 'on' }, 'us-east-1', true],
  ])('%s', (_, env, messagingRegion, messagingAllowed) => {
    expect(toCallConfig({ ...callEnv, ...env })).toMatchObject({ messagingRegion, messagingAllowed });
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'a region without messaging',
      { CHIME_MESSAGING_REGION: 'eu-west-2' },
      'eu-west-2 has no messaging: eu-central-1, us-east-1',
    ],
    ['no app instance', { APP_INSTANCE_ARN: 'arn:aws:s3:::b' }, 'APP_INSTANCE_ARN is no app instance of Chime'],
    [
      'another region than the app instance',
      { CHIME_MESSAGING_REGION: 'eu-central-1', APP_INSTANCE_ARN: arn('us-east-1') },
      'CHIME_MESSAGING_REGION is eu-central-1, and the app instance is in us-east-1',
    ],
  ])('not in %s', (_, env, problem) => {
    expect(refused({ ...callEnv, ...env })).toThrow(invalid(expect.stringContaining(problem)));
  });
});
