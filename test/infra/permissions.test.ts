import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDeployment } from '../../local/stack/template.ts';
import { operationNames } from '../../pipeline/clinical/operations.ts';
import type { Template } from '../../infra/template.ts';
import { packageTemplate, propertiesOf } from './packaged.ts';
import { eventBridge, ruleCalls } from './permissions/attendants.ts';
import { allows, type IamCall, type Statement } from '../../local/services/iam/evaluate.ts';
import { describeGrant, type Grant, grantsOf } from './permissions/grants.ts';
import { type Policies, readPolicies, stateMachine } from './permissions/policies.ts';
import { type Recorded, record, together } from './permissions/record.ts';
import { recordingEnv, runRecordings } from './permissions/recordings.ts';
import { runAbroad, runMoreOperations, runScenarios } from './permissions/scenarios.ts';

const home = { stage: 'local', region: 'eu-west-1', accountId: '111122223333' };
const abroad = { ...home, region: 'eu-central-1' };
const { functions, rules } = readDeployment(join(import.meta.dirname, '../..'), home);
const principals = [...functions.map(({ name }) => name), stateMachine];

/** Rights whose use is not to be seen here, and why each is needed. */
const unseen: Readonly<Record<string, readonly string[]>> = {
  'Lambda and Step Functions send the traces': ['traces: xray:PutTraceSegments', 'traces: xray:PutTelemetryRecords'],
  'Step Functions asks which executions to trace': ['traces: xray:GetSamplingRules', 'traces: xray:GetSamplingTargets'],
  'Step Functions has its log delivered by CloudWatch': [
    'logDelivery: logs:CreateLogDelivery',
    'logDelivery: logs:GetLogDelivery',
    'logDelivery: logs:UpdateLogDelivery',
    'logDelivery: logs:DeleteLogDelivery',
    'logDelivery: logs:ListLogDeliveries',
    'logDelivery: logs:PutResourcePolicy',
    'logDelivery: logs:DescribeResourcePolicies',
    'logDelivery: logs:DescribeLogGroups',
  ],
  'Step Functions encrypts what is delivered': ['logKey: kms:GenerateDataKey'],
  'a place is given back while a recording joins the line': [
    'callUp: dynamodb:DeleteItem',
    'wakeOthers: states:SendTaskSuccess',
  ],
  'without takesOverFrom no other region is asked whether it answers': ['elsewhere: chime:GetMeeting'],
  'lib-storage gives an upload up when one of its parts fails for good': ['results: s3:AbortMultipartUpload'],
};

/** Actions that support no resource, or none before there is one. */
const everywhere: Readonly<Record<string, readonly string[]>> = {
  'a job has no ARN before it is started: condition keys limit its output': [
    'transcribe:StartMedicalTranscriptionJob',
    'transcribe:StartTranscriptionJob',
  ],
  'no action of the service supports a resource: a condition limits the region': operationNames.map(
    (name) => `comprehendmedical:${name}`,
  ),
  'neither has a user of the chat': ['chime:CreateAppInstanceUser'],
  'a text without a lexicon has none: a condition limits the region': ['polly:SynthesizeSpeech'],
  'a meeting has no ARN before it is made: a condition limits the region': ['chime:CreateMeeting'],
  'neither has a pipeline, and no list of them: a condition limits the region': [
    'chime:CreateMediaCapturePipeline',
    'chime:CreateMediaConcatenationPipeline',
    'chime:ListMediaCapturePipelines',
  ],
  'captions support no resource: a condition limits the region': [
    'chime:StartMeetingTranscription',
    'chime:StopMeetingTranscription',
  ],
  'a task token stands for the task': ['states:SendTaskSuccess'],
  'traces support no resource': [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
  ],
  'log delivery supports no resource': [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
};

let template: Template;
let policies: Policies;
let policiesAbroad: Policies;
let recorded: Recorded;

// Four hooks: each has the limit of one to itself, on a machine with much other work.
beforeAll(async () => {
  template = await packageTemplate(home);
  policies = readPolicies(template, home);
  policiesAbroad = readPolicies(template, abroad);
});
beforeAll(async () => {
  recorded = await record(policies, home, runScenarios);
});
beforeAll(async () => {
  recorded = together(recorded, await record(policies, home, runMoreOperations, { operations: operationNames }));
});
beforeAll(async () => {
  recorded = together(recorded, await record(policies, home, runRecordings, { stepEnv: recordingEnv }));
});

const statementsOf = (principal: string, of = policies): Statement[] =>
  of.roles.get(of.roleOf.get(principal) ?? '') ?? [];
const callsOf = (principal: string) => recorded.calls.filter((call) => call.principal === principal);
const isUnseen = ({ Sid, Action }: Grant) => Object.values(unseen).flat().includes(`${Sid}: ${Action}`);

/** The calls that a role, with the buckets' and queues' own policies, does not allow. */
const deniedBy = (statements: readonly Statement[], calls: readonly IamCall[]) =>
  calls.filter((call) => !allows([...statements, ...policies.denials], call));

/** The grants that no call makes use of. */
const unused = (grants: readonly Grant[], calls: readonly IamCall[]) =>
  grants.filter((grant) => !calls.some((call) => allows([grant], call)));

test('every scenario is what it says', () => {
  expect(recorded.observed).toBeGreaterThan(1_000);
  expect(Object.fromEntries(recorded.ends)).toMatchObject({
    'unknown-meeting': 'UnknownMeeting',
    'corrupt-recording': 'UnsupportedMedia',
    'transcription-disabled': 'TranscriptionDisabled',
    'capture-chunks': 'ignored',
    'spanish-consultation': 'not_coded',
    'roster-names-speakers': 'completed',
    'listened-to': '200',
    'read-out': '200',
    'asked-after': '200',
    met: 'ended',
    written: '0 wait',
    attached: 'pending 2, ready 2, refused 2',
    'left-open': 'ended',
    'joined-short': 'Incomplete',
    recorded: 'joined',
    withdrawn: 'discarded',
    unanswered: 'refused',
    orphaned: 'refused',
    swept: 'joined',
    sweptAway: 'discarded',
    'uploaded-twice': 'completed',
    'part-2': 'completed',
    repeated: 'SUCCEEDED',
    rerun: 'SUCCEEDED',
    'rerun-without-output': 'SUCCEEDED',
    'large-results': 'completed',
    'snomed-ct': 'completed',
    'cut-again': 'completed',
    throttled: 'completed',
    'started-late': 'completed',
    'woken-late': 'completed',
    'audited-late': 'completed',
    raced: 'completed',
    'output-unnoticed': 'completed',
    'job-failed-en-US-again': 'TranscriptionFailed',
    'job-failed-es-ES-again': 'TranscriptionFailed',
    'fails-1': 'TranscriptionFailed',
    'fails-2': 'TranscriptionFailed',
    'deleted-again': 'TranscriptionFailed',
  });
});

test('each function has a role of its own, the state machine too, and there is no other role', () => {
  expect([...policies.roleOf.keys()].toSorted()).toEqual(principals.toSorted());
  // That of the event bus calls edge functions; what it may is in callbacks.test.ts.
  const others = [...policies.roles.keys()].filter((role) => role !== 'CallbackRole');
  expect([...policies.roleOf.values()].toSorted()).toEqual(others.toSorted());
});

describe.each(principals)('%s', (principal) => {
  test('may do what it does', () => {
    expect(callsOf(principal)).not.toEqual([]);
    expect(deniedBy(statementsOf(principal), callsOf(principal))).toEqual([]);
  });

  test('does what it may do', () => {
    const idle = unused(grantsOf(statementsOf(principal)), callsOf(principal));
    expect(idle.filter((grant) => !isUnseen(grant)).map(describeGrant)).toEqual([]);
  });

  test('could not do without any of its grants', () => {
    const grants = grantsOf(statementsOf(principal));
    const needless = grants.filter((grant) => {
      const others = grants.filter((other) => other !== grant);
      return !isUnseen(grant) && deniedBy(others, callsOf(principal)).length === 0;
    });
    expect(needless.map(describeGrant)).toEqual([]);
  });

  test('could not do with the role of another', () => {
    const others = principals.filter((other) => other !== principal);
    expect(others.filter((other) => deniedBy(statementsOf(other), callsOf(principal)).length === 0)).toEqual([]);
  });
});

test('the user of the edge function may do what the function `meetings` does at Chime and on the bus, and nothing else', () => {
  type Policy = { PolicyDocument: { Statement: { Action: string | string[] }[] } };
  const statements = (id: string) =>
    (propertiesOf(template, id)['Policies'] as Policy[]).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const shared = statements('MeetingsRole').filter(({ Action }) =>
    [Action].flat().every((action) => /^(chime|events):/.test(action)),
  );
  expect(shared).toHaveLength(5);
  expect(statements('EdgeMeetingsUser')).toEqual(shared);
});

test('whether another region answers may be asked of the one that is named, and nothing else there', async () => {
  const overTaking = readPolicies(await packageTemplate({ ...home, parameters: ['takesOverFrom=eu-west-2'] }), home);
  const calls = ['eu-west-2', 'us-east-1'].flatMap((region) =>
    ['chime:GetMeeting', 'chime:DeleteMeeting'].map((action) => ({
      principal: 'meetings',
      action,
      resource: `arn:aws:chime:${region}:${home.accountId}:meeting/meeting-1`,
      conditions: { 'aws:RequestedRegion': region },
    })),
  );
  const allowed = (of: Policies) => calls.filter((call) => allows(statementsOf('meetings', of), call));
  expect(allowed(overTaking)).toEqual([calls[0]]);
  expect(allowed(policies)).toEqual([]);
});

test('the user of the other may do what the function `messaging` does at Chime, and nothing else', () => {
  type Policy = { PolicyDocument: { Statement: { Action: string | string[] }[] } };
  const statements = (id: string) =>
    (propertiesOf(template, id)['Policies'] as Policy[]).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const shared = statements('MessagingRole').filter(({ Action }) =>
    [Action].flat().every((one) => one.startsWith('chime:')),
  );
  expect(shared).toHaveLength(2);
  expect(statements('EdgeMessagingUser')).toEqual(shared);
});

test('the user of the function that reads texts may do what `extractEntities` does at Comprehend Medical, and nothing else', () => {
  type Policy = { PolicyDocument: { Statement: { Action: string | string[] }[] } };
  const statements = (id: string) =>
    (propertiesOf(template, id)['Policies'] as Policy[]).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const shared = statements('ExtractEntitiesRole').filter(({ Action }) =>
    [Action].flat().every((one) => one.startsWith('comprehendmedical:')),
  );
  expect(shared).toHaveLength(1);
  expect(statements('EdgeExtractionUser')).toEqual(shared);
});

test('no link to a recording outlives five minutes, whoever signs it', () => {
  const signed = (age: number) =>
    callsOf('inspectRecording')
      .filter(({ action }) => action === 's3:GetObjectVersion')
      .map((call) => ({
        ...call,
        conditions: { ...call.conditions, 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': String(age) },
      }));
  expect(signed(0)).not.toEqual([]);
  expect(deniedBy(statementsOf('inspectRecording'), signed(300_000))).toEqual([]);
  expect(deniedBy(statementsOf('inspectRecording'), signed(300_001))).toEqual(signed(300_001));
});

describe('services without a role', () => {
  test('a rule may send to its queues, and to none without TLS', () => {
    const calls = ruleCalls({ rules }, policies, home);
    expect(calls.filter(({ action }) => action === 'sqs:SendMessage')).toHaveLength(2 * rules.length);
    expect(deniedBy(policies.allowedTo(eventBridge), calls)).toEqual([]);
    const sent = calls.filter(({ action }) => action === 'sqs:SendMessage');
    const open = sent.map((call) => ({ ...call, conditions: { ...call.conditions, 'aws:SecureTransport': 'false' } }));
    expect(deniedBy(policies.allowedTo(eventBridge), open)).toEqual(open);
  });

  test("a rule may not send to the other's queues", () => {
    const sent = ruleCalls({ rules }, policies, home).filter(({ action }) => action === 'sqs:SendMessage');
    const queuesOf = (source: string | undefined) =>
      sent.filter(({ conditions }) => conditions['aws:SourceArn'] === source).map(({ resource }) => resource);
    const sources = [...new Set(sent.map(({ conditions }) => conditions['aws:SourceArn']))];
    const swapped = sent.flatMap((call) => {
      const others = sources.filter((source) => source && !queuesOf(source).includes(call.resource));
      return others.map((other = '') => ({ ...call, conditions: { ...call.conditions, 'aws:SourceArn': other } }));
    });
    expect(swapped.length).toBeGreaterThanOrEqual(sent.length);
    expect(deniedBy(policies.allowedTo(eventBridge), swapped)).toEqual(swapped);
  });

  test.each(['aws:SourceArn', 'aws:SourceAccount'])('a rule with another %s may not', (key) => {
    const value = key === 'aws:SourceArn' ? 'arn:aws:events:eu-west-1:111122223333:rule/other' : '444455556666';
    const calls = ruleCalls({ rules }, policies, home).map((call) => ({
      ...call,
      conditions: { ...call.conditions, [key]: value },
    }));
    const limited = calls.filter(({ action }) => action.startsWith(key === 'aws:SourceArn' ? 'sqs:' : 'kms:'));
    expect(deniedBy(policies.allowedTo(eventBridge), limited)).toEqual(limited);
  });

  test('what the state machine encrypts of its log can be decrypted where it is delivered', () => {
    const encrypted = grantsOf(statementsOf(stateMachine)).find(({ Sid }) => Sid === 'logKey');
    const call: IamCall = {
      principal: 'delivery.logs.amazonaws.com',
      action: 'kms:Decrypt',
      resource: encrypted?.Resource ?? '',
      conditions: encrypted?.Condition['StringEquals'] ?? {},
    };
    expect(deniedBy(policies.allowedTo(call.principal), [call])).toEqual([]);
    expect(deniedBy(policies.allowedTo(call.principal), [{ ...call, conditions: {} }])).toHaveLength(1);
  });
});

test('what is needed and not seen is exactly what the list says', () => {
  const idle = principals.flatMap((principal) => unused(grantsOf(statementsOf(principal)), callsOf(principal)));
  const names = new Set(idle.map(({ Sid, Action }) => `${Sid}: ${Action}`));
  expect([...names].toSorted()).toEqual(Object.values(unseen).flat().toSorted());
});

test('what is granted on everything supports nothing else', () => {
  const grants = principals.flatMap((principal) => grantsOf(statementsOf(principal)));
  const wide = new Set(grants.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action));
  expect([...wide].toSorted()).toEqual(Object.values(everywhere).flat().toSorted());
});

test('in a region that codes nothing the same template allows the same steps', async () => {
  const { calls, ends } = await record(policiesAbroad, abroad, runAbroad);
  expect([...ends.values()]).toEqual(['not_coded']);
  const denied = calls.filter((call) => !allows(statementsOf(call.principal, policiesAbroad), call));
  expect(denied).toEqual([]);
  expect(calls.filter(({ action }) => action.startsWith('comprehendmedical:'))).toEqual([]);
});

describe('a grant that nothing needs is reported', () => {
  const resource = (name: string) =>
    grantsOf(statementsOf('storeResults')).find(({ Sid }) => Sid === name)?.Resource ?? '';
  test.each<[string, string, (() => string) | string]>([
    ['another action', 's3:DeleteObject', () => resource('results')],
    ['another resource', 's3:PutObject', () => resource('transcript')],
    ['an action on the table that only grows', 'dynamodb:DeleteItem', () => resource('audit')],
    ['an action on everything', 's3:ListAllMyBuckets', '*'],
  ])('%s', (_, Action, of) => {
    const Resource = typeof of === 'string' ? of : of();
    const wider = [...statementsOf('storeResults'), { Sid: 'more', Effect: 'Allow', Action, Resource }];
    const idle = unused(grantsOf(wider), callsOf('storeResults')).filter((grant) => !isUnseen(grant));
    expect(idle.map(({ Sid }) => Sid)).toEqual(['more']);
  });
});

describe('conditions', () => {
  /** The calls of one kind with one condition key changed, or taken away. */
  const altered = (principal: string, action: RegExp, key: string, value?: string) =>
    callsOf(principal)
      .filter((call) => action.test(call.action) && key in call.conditions)
      .map((call) => {
        const others = Object.entries(call.conditions).filter(([name]) => name !== key);
        return {
          ...call,
          conditions: { ...Object.fromEntries(others), ...(value === undefined ? {} : { [key]: value }) },
        };
      });

  const start = /^transcribe:Start/;
  const clinical = /^comprehendmedical:/;
  const write = /^s3:PutObject$/;
  test.each<[what: string, principal: string, action: RegExp, key: string, value?: string]>([
    ['a job into another bucket', 'startTranscription', start, 'transcribe:OutputBucketName', 'elsewhere'],
    ['a job into the bucket of the service', 'startTranscription', start, 'transcribe:OutputBucketName'],
    ['a job under another key', 'startTranscription', start, 'transcribe:OutputEncryptionKMSKeyId', 'alias/aws/s3'],
    ['a job without a key', 'startTranscription', start, 'transcribe:OutputEncryptionKMSKeyId'],
    ['a job into another folder', 'startTranscription', start, 'transcribe:OutputKey', 'results/rec-1.json'],
    ['a job with a name of its own for the output', 'startTranscription', start, 'transcribe:OutputKey'],
    ['text sent to another region', 'extractEntities', clinical, 'aws:RequestedRegion', 'us-east-1'],
    ['results sent without TLS', 'storeResults', write, 'aws:SecureTransport', 'false'],
    ['messages taken without TLS', 'startWorkflow', /^sqs:/, 'aws:SecureTransport', 'false'],
    ['the key used through another service', 'storeResults', /^kms:/, 'kms:ViaService', 'ec2.eu-west-1.amazonaws.com'],
    ['an entry among the heads', 'storeResults', /^dynamodb:PutItem/, 'dynamodb:LeadingKeys', 'TOKEN#id'],
    ['a head read as something else', 'storeResults', /^dynamodb:GetItem/, 'dynamodb:LeadingKeys', 'RECORDING#id'],
    ['a token among the heads', 'awaitTranscription', /^dynamodb:PutItem/, 'dynamodb:LeadingKeys', 'CHAIN#id'],
    ['a claim among the heads', 'startWorkflow', /^dynamodb:UpdateItem/, 'dynamodb:LeadingKeys', 'CHAIN#id'],
    ['the key used directly', 'storeResults', /^kms:/, 'kms:ViaService'],
    ['a meeting made elsewhere', 'meetings', /^chime:CreateMeeting/, 'aws:RequestedRegion', 'us-east-1'],
    ['a text sent to another region', 'speak', /^polly:/, 'aws:RequestedRegion', 'us-east-1'],
    [
      'the key used for another bucket',
      'speak',
      /^kms:Generate/,
      'kms:EncryptionContext:aws:s3:arn',
      'arn:aws:s3:::other',
    ],
    ['a link to a sound after its time', 'speak', /^s3:GetObjectVersion/, 's3:signatureAge', '300001'],
    ['a link to a file after its time', 'messaging', /^s3:GetObjectVersion/, 's3:signatureAge', '300001'],
    ['a file that is put after its time', 'messaging', /^s3:PutObject/, 's3:signatureAge', '300001'],
    ['a file without TLS', 'messaging', /^s3:/, 'aws:SecureTransport', 'false'],
    [
      'the key used for another bucket',
      'inspectAttachment',
      /^kms:/,
      'kms:EncryptionContext:aws:s3:arn',
      'arn:aws:s3:::other',
    ],
    [
      'the head of a chain, by whoever asks after it',
      'health',
      /^dynamodb:GetItem/,
      'dynamodb:LeadingKeys',
      'CHAIN#id',
    ],
    ['names of recordings, likewise', 'health', /^s3:ListBucket/, 's3:prefix', 'recordings/'],
    ['a link after its time', 'reading', /^s3:/, 's3:signatureAge', '300001'],
    ['a link without TLS', 'reading', /^s3:/, 'aws:SecureTransport', 'false'],
    ['the key used for another bucket', 'reading', /^kms:/, 'kms:EncryptionContext:aws:s3:arn', 'arn:aws:s3:::other'],
    ['the key used for another secret', 'reading', /^kms:/, 'kms:EncryptionContext:SecretARN', 'arn:other'],
    [
      'the history of another machine',
      stateMachine,
      /^kms:/,
      'kms:EncryptionContext:aws:states:stateMachineArn',
      'arn:aws:states:eu-west-1:111122223333:stateMachine:other',
    ],
  ])('%s: denied', (_, principal, action, key, value) => {
    const calls = altered(principal, action, key, value);
    expect(calls).not.toEqual([]);
    expect(deniedBy(statementsOf(principal), calls)).toEqual(calls);
  });
});
