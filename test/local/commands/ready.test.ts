import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateServiceLinkedRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../../../local/ready/question.ts';
import { Copy } from '../../infra/copy.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { run } from '../command.ts';

let tools: string;
beforeAll(async () => {
  tools = await mkdtemp(join(tmpdir(), 'tools-'));
  const psql = join(import.meta.dirname, '../../workflow/shell/psql.ts');
  writeFileSync(join(tools, 'psql'), `#!/bin/sh\nexec '${process.execPath}' '${psql}' "$@"\n`);
  chmodSync(join(tools, 'psql'), 0o755);
});
afterAll(() => rm(tools, { recursive: true }));

async function ready(product: TestStack, ...args: string[]) {
  const PATH = [tools, process.env['PATH'] ?? ''].join(delimiter);
  const env = { ...product.stack.env, PATH };
  const { code, stdout, stderr } = await run('local/commands/ready.ts', ['--stage', 'local', '--json', ...args], env);
  const rows = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as Row[];
  const found = (verdict: Row['verdict']) =>
    rows.flatMap((row) => (row.verdict === verdict ? [`${row.what}: ${row.found}`] : []));
  const [lacks, notAsked, byHand] = [found('lacks'), found('not asked'), found('by hand')];
  return { code, stdout, stderr, rows, lacks, notAsked, byHand };
}

/** The roles that Chime acts in, which no template makes. */
const linkedRoles = {
  AWSServiceRoleForAmazonChimeSDKMediaPipelines: 'mediapipelines.chime.amazonaws.com',
  AWSServiceRoleForAmazonChimeTranscription: 'transcription.chime.amazonaws.com',
};

/** As the to-do of each role says. */
async function makeRoles(product: TestStack): Promise<void> {
  const iam = new IAMClient(product.clientConfig());
  for (const AWSServiceName of Object.values(linkedRoles))
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName }));
  iam.destroy();
}

describe('a deployment as it is written', () => {
  let product: TestStack;
  beforeAll(async () => {
    product = await TestStack.start({ stepEnv: { RECORDS: 'off' } });
  });
  afterAll(() => product.stop());

  test('lacks what no template makes and nothing else, and everything can be asked', async () => {
    const { code, lacks, notAsked, byHand, stdout, stderr } = await ready(product);
    expect({ lacks, notAsked, byHand, stderr }).toEqual({
      lacks: ['AWSServiceRoleForAmazonChimeTranscription: there is none', 'supabase_issuer: not set'],
      notAsked: [],
      byHand: [],
      stderr: '',
    });
    expect(code).toBe(1);
    expect(stdout).toContain('; to do: aws iam create-service-linked-role --aws-service-name transcription.chime.');
    expect(stdout).toMatch(/2 things lacking, 0 not asked, 0 to be looked at by hand$/m);
    await makeRoles(product);
    expect((await ready(product)).lacks).toEqual(['supabase_issuer: not set']);
    expect(stdout).toContain('stage local of account 111122223333 in eu-west-1');
    expect(stdout).toMatch(
      /^ {2}LACKS supabase_issuer: not set {2}\[psql: pipeline\.settings\]\n {8}right is: .*; to do: set it/m,
    );
  });

  test('for an auditor: encryption, retention, ages of keys and open alarms', async () => {
    const { code, rows, lacks, stdout } = await ready(product, '--audit');
    expect({ code, lacks }).toEqual({ code: 0, lacks: [] });
    expect([...new Set(rows.map(({ topic }) => topic))]).toEqual(['encryption', 'retention', 'keys', 'alarms']);
    expect(stdout).toMatch(/recordings-\S+: recordings\/ 2587 days, old versions 2587 days, captures\/ 14 days/);
    expect(stdout).toContain('COMPLIANCE for 2587 days');
    expect(stdout).toMatch(/alias\/medzen-local: Enabled, made \d{4}-\d\d-\d\d \(0 days ago\)/);
    expect(stdout).toContain('none is open');
    expect(stdout).toMatch(/chime-meeting-token: 1 key, 0 days old {2}\[iam:ListAccessKeys\]/);
  });

  test('a rule of the call that the migration had to leave out', async () => {
    await product.sql('drop index public.video_call_sessions_one_active');
    const { lacks } = await ready(product);
    await product.sql(
      "create unique index video_call_sessions_one_active on public.video_call_sessions (appointment_id) where status = 'active'",
    );
    expect(lacks).toContain(
      'video_call_sessions_one_active: missing: nothing makes sure that an appointment has one active session at most',
    );
    expect(lacks.filter((line) => line.startsWith('video_call_'))).toHaveLength(1);
  });

  test('an alarm that is open, and a message that nobody could handle', async () => {
    const cloudWatch = new CloudWatchClient(product.clientConfig());
    const AlarmName = 'medzen-local-ExecutionsFailed';
    const set = (StateValue: 'ALARM' | 'OK') =>
      cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a try' }));
    await set('ALARM');
    const dead = product.stack.deployment.queues.find(({ id }) => id === 'JobEventsDead')?.name ?? '';
    const { sqs } = product.deployment.clients;
    await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: '{}' }));
    const { lacks } = await ready(product);
    expect(lacks).toEqual([
      expect.stringMatching(/^\d+ alarms: medzen-local-ExecutionsFailed since \d{4}-/),
      'JobEventsDead: 1 message',
      'supabase_issuer: not set',
    ]);
    await set('OK');
    cloudWatch.destroy();
  });

  test('a rule that was switched off', async () => {
    await product.switchRule('RecordingCreated', 'DISABLED');
    expect((await ready(product)).lacks).toContain('7 rules: off or missing: RecordingCreated');
    await product.switchRule('RecordingCreated', 'ENABLED');
  });

  test('what cannot be asked is said, and is nothing that lacks', async () => {
    product.stack.faults.add({
      target: 'TrentService',
      operation: 'DescribeKey',
      error: 'AccessDeniedException',
      times: Number.POSITIVE_INFINITY,
    });
    const { code, notAsked, lacks } = await ready(product, '--audit');
    product.stack.faults.clear();
    expect({ code, lacks }).toEqual({ code: 0, lacks: [] });
    expect(notAsked).toEqual(Array(2).fill('alias/medzen-local: AccessDeniedException'));
  });

  test('a stage that was never deployed is named', async () => {
    const { code, stderr } = await run('local/commands/ready.ts', ['--stage', 'prod'], product.stack.env);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(
        'there is no stack medzen-consultation-pipeline-prod in account 111122223333',
      ) as string,
    });
  });
});

describe('a deployment that records', () => {
  const stepEnv = {
    RECORDS: 'on',
    AWS_CHIME_REGION: 'af-south-1',
    TRANSFER_CONSENT: 'on',
    CONSENT_TEXT_VERSION: '2026-11-29',
    FIREBASE_PROJECT_ID: 'clinic',
  };
  let product: TestStack;
  let missing: string[];
  let answer: Awaited<ReturnType<typeof ready>>;
  beforeAll(async () => {
    product = await TestStack.start({ stepEnv });
    const before = await ready(product);
    missing = before.lacks.filter((line) => line.startsWith('AWSServiceRole'));
    await makeRoles(product);
    answer = await ready(product);
  });
  afterAll(() => product.stop());

  test('lacks nothing more, and what nobody can ask is to be looked at by a person', () => {
    expect({ lacks: answer.lacks, notAsked: answer.notAsked }).toEqual({
      lacks: ['supabase_issuer: not set'],
      notAsked: [],
    });
    expect(answer.byHand).toEqual([
      'a policy limited to captures/ and recordings/: not verified: whether Chime takes a policy that is limited to prefixes',
      'the text that people agree to: not verified: whether version 2026-11-29 was reviewed; its authors are engineers',
      'regions of the meetings: not verified: whether af-south-1 is switched on in this account',
      'region of the media pipelines: not verified: whether eu-central-1 records a meeting that af-south-1 controls',
      'media pipelines at once: not verified: the quota in eu-central-1, which is 10 unless the account has asked for more',
      'users of Firebase: not verified: whether the Supabase project trusts clinic',
    ]);
  });

  test('an account without the roles that Chime acts in', () => {
    expect(missing).toEqual(Object.keys(linkedRoles).map((name) => `${name}: there is none`));
  });

  test('and is told what to do about each', () => {
    expect(answer.stdout).toMatch(
      /^ {2}look {2}a policy limited to \S+ and recordings\/: not verified: .* {2}\[by hand\]\n {8}right is: .*; to do: record a call/m,
    );
    expect(answer.stdout).toMatch(/1 thing lacking, 0 not asked, 6 to be looked at by hand$/m);
  });
});

describe('a template that was cut down', () => {
  /** What is taken out of a file of the template, and what lacks then. */
  const effective: readonly [file: string, from: RegExp | string, to: string, lacks: RegExp][] = [
    ['infra/storage.yml', /( {6}BucketEncryption: )\*encryption\n/, '', /^medzen-local-transcripts\S+: AES256$/],
    [
      'infra/storage.yml',
      /( {6}LifecycleConfiguration:\n {8}Rules:\n {10}- \{ <<: \*results, Id[^\n]+\n[^\n]+\n[^\n]+\n)/,
      '',
      /^medzen-local-medical-data\S+: there is none$/,
    ],
    [
      'infra/storage.yml',
      'PublicAccessBlockConfiguration: &private\n        BlockPublicAcls: true',
      'PublicAccessBlockConfiguration: &private\n        BlockPublicAcls: false',
      /without BlockPublicAcls$/,
    ],
    [
      'infra/storage.yml',
      "aws:SecureTransport: 'false'",
      "aws:SecureTransport: 'true'",
      /^medzen-local-recordings\S+: a policy that takes other than TLS$/,
    ],
    [
      'infra/storage.yml',
      "Mode: '${param:anchorLock}', Days: 2587",
      'Mode: GOVERNANCE, Days: 30',
      /^medzen-local-audit-anchors\S+: GOVERNANCE for 30 days$/,
    ],
    [
      'infra/storage.yml',
      '      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } }\n',
      '',
      /recordings\S+: sends no events/,
    ],
    ['infra/storage.yml', '      DeletionProtectionEnabled: true\n', '', /^medzen-meeting-audit: can be deleted$/],
    [
      'infra/storage.yml',
      '      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }\n',
      '',
      /^medzen-meeting-audit: point-in-time recovery disabled$/,
    ],
    [
      'infra/storage.yml',
      'StreamViewType: NEW_AND_OLD_IMAGES',
      'StreamViewType: KEYS_ONLY',
      /^medzen-meeting-audit: a stream of KEYS_ONLY$/,
    ],
    [
      'infra/storage.yml',
      /( {6}TableName: \{[\s\S]*) {6}SSESpecification: \*tableEncryption\n/,
      '$1',
      /^medzen-local-workflow: DynamoDB's own key$/,
    ],
    [
      'infra/storage.yml',
      /( {6}TableName: \{[\s\S]*) {6}TimeToLiveSpecification: [^\n]+\n/,
      '$1',
      /^medzen-local-workflow: time to live disabled$/,
    ],
    ['infra/keys.yml', 'EnableKeyRotation: true', 'EnableKeyRotation: false', /^alias\/medzen-local: never rotated$/],
    [
      'infra/keys.yml',
      '      Description: Supabase service role key of the EHR\n      KmsKeyId: { Ref: DataKey }',
      '      Description: a key',
      /^medzen\/local\/\S+: Secrets Manager's own key$/,
    ],
    [
      'infra/logs.yml',
      '        RetentionInDays: ${param:logRetentionDays}\n',
      '',
      /^\d+ log groups: never in .*startWorkflow/,
    ],
    [
      'infra/workflow.yml',
      '      KmsMasterKeyId: { Fn::GetAtt: [DataKey, Arn] }\n',
      '',
      /^RecordingEvents: SQS's own key$/,
    ],
    [
      'infra/workflow.yml',
      'KmsMasterKeyId: { Fn::GetAtt: [DataKey, Arn] }\n      MessageRetentionPeriod',
      'KmsMasterKeyId: alias/aws/sqs\n      MessageRetentionPeriod',
      /^RecordingEventsDead: aws:kms with alias\/aws\/sqs$/,
    ],
    [
      'serverless.yml',
      "medicalJobs: '250'",
      "medicalJobs: '400'",
      /^jobs of Transcribe Medical: a quota of 250 for 400 places$/,
    ],
    [
      'infra/storage.yml',
      "Action: [s3:PutObject, s3:PutObjectAcl]\n            Resource:\n              - { Fn::Sub: '${RecordingsBucket.Arn}/captures/*' }\n",
      'Action: [s3:PutObject, s3:PutObjectAcl]\n            Resource:\n',
      /^medzen-local-recordings\S+: not allowed: s3:PutObject in captures, s3:PutObjectAcl in captures$/,
    ],
    [
      'infra/keys.yml',
      'Action: [kms:GenerateDataKey, kms:Decrypt]\n',
      'Action: [kms:Decrypt]\n',
      /^alias\/medzen-local: not allowed: kms:GenerateDataKey$/,
    ],
    [
      'serverless.yml',
      /CONSENT_TEXT_VERSION: \S+/,
      "CONSENT_TEXT_VERSION: '1999-12-31'",
      /^the version of the text that people agree to: 1999-12-31$/,
    ],
  ];

  const transfer =
    'region of the media pipelines: nothing is recorded: eu-central-1 would, and TRANSFER_CONSENT is off';
  let copy: Copy;
  let product: TestStack;
  let answer: Awaited<ReturnType<typeof ready>>;
  beforeAll(async () => {
    copy = new Copy();
    for (const [file, from, to] of effective) copy.edit(file, (text) => text.replace(from, to));
    const stepEnv = { RECORDS: 'on', AWS_CHIME_REGION: 'af-south-1' };
    product = await TestStack.start({ service: copy.folder, stepEnv });
    answer = await ready(product);
  });
  afterAll(async () => {
    await product.stop();
    copy.remove();
  });

  test.each(effective)('%s without %s: %s', (_, __, ___, lacks) => {
    expect(answer.lacks.filter((line) => lacks.test(line))).not.toEqual([]);
  });

  test('a recording that would leave the country without consent', () => {
    expect(answer.lacks).toContain(transfer);
  });

  test('and nothing else lacks', () => {
    const expected = [...effective.map(([, , , lacks]) => lacks), /^supabase_issuer/, /^AWSServiceRole/];
    expect(answer.lacks.filter((line) => !expected.some((lacks) => lacks.test(line)))).toEqual([transfer]);
  });
});

test.each<[args: string[], message: string]>([
  [[], '--stage is missing'],
  [['--stage', 'dev'], 'AWS_REGION is not set'],
  [['--stage', 'dev', '--region', 'eu-west-1', '--smoke', '--audit'], '--smoke and --audit are two things'],
  [['--stage', 'dev', '--region', 'eu-west-1', '--smoke'], 'the environment does not set RECORDINGS_BUCKET'],
  [['dev'], 'Unexpected argument'],
])('ready %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await run('local/commands/ready.ts', args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`ready: ${message}`);
});
