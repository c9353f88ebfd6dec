import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { mapStrings } from '../../infra/expand.ts';
import { packageStack } from '../../infra/package.ts';
import { checkParameters } from '../../infra/parameters.ts';
import { stackFor } from '../../infra/regions.ts';
import { checkRules, statementsOf } from '../../infra/rules.ts';
import { readService, resourcesOf } from '../../infra/service.ts';
import { checkSpecification } from '../../infra/specification.ts';
import type { Resource, Template } from '../../infra/template.ts';
import { controlRegions } from '../../pipeline/meetings/residence.ts';
import { metricOf, ofType, packageTemplate, type Properties, propertiesOf } from './packaged.ts';

/** Every kind of stack that there is, in every region that has one, as `npm run package` names it. */
const stacks: readonly [stage: string, region: string, transferTo?: string | undefined, controlFor?: string][] = [
  ['dev', 'eu-west-1'],
  ['prod', 'eu-west-1'],
  ['prod', 'us-east-1'],
  ['dev', 'eu-central-1'],
  ['prod', 'af-south-1'],
  ['prod', 'af-south-1', 'eu-west-1'],
  ['prod', 'eu-central-1', 'none'],
  ['prod', 'eu-west-2'],
  ['prod', 'eu-central-1', undefined, 'eu-west-1'],
  ['prod', 'eu-central-1', undefined, 'af-south-1'],
  ['dev', 'af-south-1', undefined, 'eu-west-1'],
];

const templates = new Map<string, Template>();
const nameOf = ([stage, region, transferTo, controlFor]: (typeof stacks)[number]) =>
  [stage, region, transferTo, controlFor && `for ${controlFor}`].filter(Boolean).join(' ');

beforeAll(async () => {
  for (const stack of stacks) {
    const [stage, region, transferTo, controlFor] = stack;
    templates.set(nameOf(stack), await packageTemplate({ stage, region, transferTo, controlFor }));
  }
});

const templateOf = (name: string): Template => {
  const template = templates.get(name);
  if (!template) throw new Error(`no template ${name}`);
  return structuredClone(template);
};

test.each(stacks.map((stack) => [nameOf(stack)]))('%s has no fault', (name) => {
  const template = templateOf(name);
  expect([...checkSpecification(template), ...checkRules(template)]).toEqual([]);
});

test('the state machine that is deployed is the one that is tested', () => {
  const tested = resourcesOf(readService('.'))['Transcription']?.Properties?.['Definition'];
  const machines = [...templates.values()].flatMap(({ Resources }) => Resources['Transcription'] ?? []);
  expect(machines).toHaveLength(6);
  for (const { Properties } of machines) expect(Properties?.['Definition']).toEqual(tested);
});

test('every placeholder of the state machine is substituted, and no other', () => {
  const { Definition, DefinitionSubstitutions } =
    templateOf('dev eu-west-1').Resources['Transcription']?.Properties ?? {};
  const used = [...JSON.stringify(Definition).matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? '');
  expect(Object.keys(DefinitionSubstitutions as object).sort()).toEqual([...new Set(used)].sort());
});

test('a region that sends its recordings away copies them, encrypted again, and nothing else', () => {
  const { Resources } = templateOf('dev eu-central-1');
  const replication = Resources['SourceRecordingsBucket']?.Properties?.['ReplicationConfiguration'] as {
    Rules: { Filter: { Prefix: string }; Destination: { EncryptionConfiguration: { ReplicaKmsKeyID: object } } }[];
  };
  expect(replication.Rules).toHaveLength(1);
  expect(replication.Rules[0]?.Filter.Prefix).toBe('recordings/');
  expect(JSON.stringify(replication.Rules[0]?.Destination)).toContain('kms:eu-west-1:');
  expect(Object.values(Resources).some(({ Type }) => Type === 'AWS::Lambda::Function')).toBe(false);
});

describe('a region that controls the meetings of another', () => {
  const control = () => templateOf('prod eu-central-1 for eu-west-1');
  const bus = { 'Fn::Sub': 'arn:${AWS::Partition}:events:eu-west-1:${AWS::AccountId}:event-bus/default' };

  interface Heard {
    EventPattern?: { source: string[]; 'detail-type': string[] };
    Targets: object[];
  }

  test('sends what the workflow waits for to its bus, with a role that may do nothing else', () => {
    const { EventPattern: heard, Targets: targets } = propertiesOf(
      control(),
      'MeetingEventsForwarded',
    ) as unknown as Heard;
    const wanted = ofType(templateOf('prod eu-west-1'), 'AWS::Events::Rule')
      .map(([, { Properties }]) => (Properties as unknown as Heard).EventPattern)
      .filter((pattern) => pattern?.source.includes('aws.chime'));
    expect(heard?.source).toEqual(['aws.chime']);
    const types = new Set(wanted.flatMap((one) => one?.['detail-type'] ?? []));
    expect(heard?.['detail-type'].toSorted()).toEqual([...types].toSorted());
    expect(targets).toEqual([
      {
        Id: 'workflow',
        Arn: bus,
        RoleArn: { 'Fn::GetAtt': ['ForwardMeetingEventsRole', 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['ForwardedEventsDead', 'Arn'] } },
      },
    ]);
    const rights = statementsOf(propertiesOf(control(), 'ForwardMeetingEventsRole')['Policies']);
    expect(rights).toEqual([{ Sid: 'forward', Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }]);
  });

  test('rings for what it could not send, of which it keeps nothing but the queue', () => {
    const properties = propertiesOf(control(), 'EventsNotForwarded');
    const byRule = [{ Name: 'RuleName', Value: { Ref: 'MeetingEventsForwarded' } }];
    expect(metricOf(properties, 'failed')).toMatchObject({ MetricName: 'FailedInvocations', Dimensions: byRule });
    expect(metricOf(properties, 'lost')).toMatchObject({
      MetricName: 'InvocationsFailedToBeSentToDlq',
      Dimensions: byRule,
    });
    expect(metricOf(properties, 'dead').Dimensions).toEqual([
      { Name: 'QueueName', Value: { 'Fn::GetAtt': ['ForwardedEventsDead', 'QueueName'] } },
    ]);
    const types = new Set(Object.values(control().Resources).map(({ Type }) => Type));
    const holding = ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::DynamoDB::Table', 'AWS::Lambda::Function'];
    expect(holding.filter((type) => types.has(type))).toEqual(['AWS::S3::Bucket', 'AWS::SQS::Queue']);
    expect(ofType(control(), 'AWS::S3::Bucket').map(([id]) => id)).toEqual(['ServerlessDeploymentBucket']);
  });

  /** A service file's resources with the values that osls would fill in. */
  const filledIn = (values: Readonly<Record<string, string>>): Template => ({
    Resources: mapStrings(resourcesOf(readService('.', 'infra/control/serverless.yml')), (text) =>
      text.replaceAll(/\$\{(?:param|sls):(\w+)\}/g, (_, name: string) => values[name] ?? expect.fail(`no ${name}`)),
    ) as Template['Resources'],
  });

  const processing = ['eu-west-1', 'eu-central-1', 'eu-west-2', 'us-east-1', 'af-south-1'];
  test.each([...controlRegions])('%s does so for each region of the workflow', (region) => {
    const names = processing
      .filter((processingRegion) => processingRegion !== region)
      .map((processingRegion) => {
        expect(stackFor({ region, controlFor: processingRegion })).toEqual({ kind: 'control', processingRegion });
        const template = filledIn({ processingRegion, stage: 'prod', alarmEmail: '' });
        expect([...checkSpecification(template), ...checkRules(template)]).toEqual([]);
        const targets = JSON.stringify(propertiesOf(template, 'MeetingEventsForwarded')['Targets']);
        expect(targets).toContain(`:events:${processingRegion}:`);
        return ['ControlAlarms', 'EventsNotForwarded'].map((id) => JSON.stringify(propertiesOf(template, id)));
      });
    // Several of them stand in one region.
    for (const alike of [0, 1]) expect(new Set(names.map((each) => each[alike])).size).toBe(names.length);
  });
});

describe('concurrent executions', () => {
  const functionsOf = (template: Template) => ofType(template, 'AWS::Lambda::Function');
  const reservedBy = ({ Properties }: Resource) => Properties?.['ReservedConcurrentExecutions'];
  /** What CloudFormation makes of it. */
  const evaluated = ({ Conditions = {} }: Template, value: unknown): unknown => {
    const [condition, whenTrue, whenFalse] = (value as { 'Fn::If': [string, unknown, unknown] })['Fn::If'];
    const { 'Fn::Not': not } = Conditions[condition] as { 'Fn::Not': [{ 'Fn::Equals': [unknown, unknown] }] };
    const [one, other] = not[0]['Fn::Equals'];
    return one === other ? whenFalse : whenTrue;
  };

  test('are reserved by no function unless the parameter says so', () => {
    const template = templateOf('prod eu-west-1');
    const functions = functionsOf(template);
    expect(functions.length).toBeGreaterThan(10);
    for (const [, one] of functions) expect(evaluated(template, reservedBy(one))).toEqual({ Ref: 'AWS::NoValue' });
  });

  test('are reserved by each function when it does', async () => {
    const order = { stage: 'prod', region: 'eu-west-1', parameters: ['reservedConcurrency=20'] };
    const template = await packageTemplate(order);
    const functions = functionsOf(template);
    for (const [, one] of functions) expect(evaluated(template, reservedBy(one))).toBe('20');
    expect(readFileSync('DEPLOY.md', 'utf8')).toContain(`functions reserve: 20 each are ${functions.length * 20} of`);
  });

  test('are bounded where a queue hands work on, by no more than the parameter may say at least', () => {
    const mappings = ofType(templateOf('prod eu-west-1'), 'AWS::Lambda::EventSourceMapping');
    const queues = mappings.filter(([, { Properties }]) =>
      JSON.stringify(Properties?.['EventSourceArn']).includes('Events'),
    );
    expect(queues).toHaveLength(4);
    for (const [, { Properties }] of queues) {
      expect(Properties?.['ScalingConfig']).toEqual({ MaximumConcurrency: 5 });
      expect(() => checkParameters(['reservedConcurrency=4'], 'serverless.yml')).toThrow('5 to 1000');
    }
  });
});

test('what a first deployment that failed has made does not stand in the way of the next', () => {
  for (const { Resources } of templates.values()) {
    const retained = Object.values(Resources).flatMap(({ DeletionPolicy }) => DeletionPolicy ?? []);
    expect(new Set(retained)).toEqual(new Set(['RetainExceptOnCreate']));
  }
});

test('South Africa keeps its recordings unless the transfer is asked for', () => {
  expect(templateOf('prod af-south-1').Resources).toHaveProperty('Transcription');
  expect(templateOf('prod af-south-1 eu-west-1').Resources).not.toHaveProperty('Transcription');
  expect(templateOf('prod af-south-1 eu-west-1').Resources).toHaveProperty('SourceRecordingsBucket');
});

describe('refuses before anything is written', () => {
  test.each<[string, string, string, string | undefined, RegExp, string?]>([
    ['a control region that controls nothing', 'dev', 'eu-west-1', undefined, /controls no meetings/, 'us-east-1'],
    ['a control region of itself', 'dev', 'eu-central-1', undefined, /hears of its own/, 'eu-central-1'],
    ['a control region for one without a workflow', 'dev', 'eu-central-1', undefined, /region table/, 'eu-north-1'],
    ['a control region that is a source as well', 'dev', 'eu-central-1', 'eu-west-1', /two stacks/, 'eu-west-1'],
    [
      'a region that is not in the table',
      'dev',
      'eu-north-1',
      undefined,
      /not in the region table:\n {2}us-east-1 +Transcribe Medical, Comprehend Medical\n/,
    ],
    ['a workflow without its services', 'dev', 'af-south-1', 'eu-west-2', /lacks a service/],
    ['a transfer into a region that only records', 'dev', 'eu-central-1', 'af-south-1', /lacks a service/],
    ['a transfer out of the region of the workflow', 'dev', 'eu-west-1', 'us-east-1', /processed there/],
    ['a transfer into GovCloud', 'dev', 'eu-central-1', 'us-gov-west-1', /us-gov-west-1: .* another partition/],
    ['a control region for GovCloud', 'dev', 'us-east-1', undefined, /another partition of AWS/, 'us-gov-west-1'],
    ['a stage that is no name', 'Prod!', 'eu-west-1', undefined, /no name for a stage/],
  ])('%s', async (_, stage, region, transferTo, message, controlFor) => {
    const folder = await mkdtemp(join(tmpdir(), 'refused-'));
    try {
      await expect(packageStack({ stage, region, transferTo, controlFor }, join(folder, 'out'))).rejects.toThrow(
        message,
      );
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** What somebody might break one day, and what says so. */
const faults: readonly [
  fault: string,
  id: string,
  breakIt: (properties: Properties, template: Template) => void,
  RegExp,
][] = [
  ['an unencrypted queue', 'RecordingEvents', (p) => delete p['KmsMasterKeyId'], /RecordingEvents .*not encrypted/],
  [
    'an unencrypted log group',
    'StoreResultsLogGroup',
    (p) => delete p['KmsKeyId'],
    /StoreResultsLogGroup .*not encrypted/,
  ],
  [
    'a bucket with the service key',
    'MedicalDataBucket',
    (p) => delete p['BucketEncryption'],
    /MedicalDataBucket .*not encrypted/,
  ],
  [
    'a misspelt property',
    'AuditTable',
    (p) => {
      p['BillingMod'] = 'PAY_PER_REQUEST';
    },
    /AuditTable: there is no property BillingMod/,
  ],
  [
    'a misspelt property deep inside',
    'RecordingsBucket',
    (p) => {
      p['VersioningConfiguration'] = { Stats: 'Enabled' };
    },
    /no property Stats/,
  ],
  ['a missing property', 'AuditTable', (p) => delete p['KeySchema'], /AuditTable: KeySchema is missing/],
  [
    'a wrong type',
    'StartWorkflowLambdaFunction',
    (p) => {
      p['Timeout'] = 'soon';
    },
    /Timeout: string where integer/,
  ],
  [
    'a resource type that is none',
    'DataKeyAlias',
    (_, t) => {
      t.Resources['DataKeyAlias'] = { Type: 'AWS::KMS::Nickname' };
    },
    /no resource type AWS::KMS::Nickname/,
  ],
  [
    'a reference to nothing',
    'JobEvents',
    (p) => {
      p['KmsMasterKeyId'] = { 'Fn::GetAtt': ['LostKey', 'Arn'] };
    },
    /no resource LostKey/,
  ],
  [
    'an attribute that is none',
    'JobEvents',
    (p) => {
      p['KmsMasterKeyId'] = { 'Fn::GetAtt': ['DataKey', 'Am'] };
    },
    /DataKey has no attribute Am/,
  ],
  [
    'a substitution of nothing',
    'DataKeyAlias',
    (p) => {
      p['AliasName'] = { 'Fn::Sub': 'alias/${Lost}' };
    },
    /no resource Lost/,
  ],
  [
    'a wildcard action',
    'StoreResultsRole',
    (p) => {
      for (const statement of statementsOf(p).slice(1)) statement.Action = 's3:*';
    },
    /StoreResultsRole .*grants s3:\*/,
  ],
  [
    'a table that goes with its stack',
    'AuditTable',
    (_, t) => {
      delete t.Resources['AuditTable']?.DeletionPolicy;
    },
    /AuditTable .*deleted with the stack/,
  ],
  [
    'a table that goes when its stack is deleted',
    'AuditTable',
    (_, t) => Object.assign(t.Resources['AuditTable'] ?? {}, { DeletionPolicy: 'Delete' }),
    /AuditTable .*deleted with the stack/,
  ],
  [
    'a table that goes when it is replaced',
    'AuditTable',
    (_, t) => Object.assign(t.Resources['AuditTable'] ?? {}, { UpdateReplacePolicy: 'RetainExceptOnCreate' }),
    /AuditTable .*deleted with the stack/,
  ],
  [
    'a table without recovery',
    'AuditTable',
    (p) => delete p['PointInTimeRecoverySpecification'],
    /AuditTable .*recovery/,
  ],
  [
    'a bucket that may become public',
    'TranscriptsBucket',
    (p) => delete p['PublicAccessBlockConfiguration'],
    /TranscriptsBucket .*public/,
  ],
  [
    'a bucket that answers without TLS',
    'TranscriptsBucketPolicy',
    (_, t) => {
      delete t.Resources['TranscriptsBucketPolicy'];
    },
    /TranscriptsBucket .*without TLS/,
  ],
  ['a queue that loses messages', 'JobEvents', (p) => delete p['RedrivePolicy'], /JobEvents .*loses/],
  [
    'a log of what states hand on',
    'Transcription',
    (p) => {
      (p['LoggingConfiguration'] as Properties)['IncludeExecutionData'] = true;
    },
    /Transcription .*logs/,
  ],
  [
    'a secret in the environment',
    'StoreResultsLambdaFunction',
    (p) => {
      (p['Environment'] as { Variables: Properties }).Variables['SUPABASE_SERVICE_ROLE_KEY'] = 'hush';
    },
    /StoreResultsLambdaFunction .*secret/,
  ],
  [
    'an untested runtime',
    'StoreResultsLambdaFunction',
    (p) => {
      p['Runtime'] = 'nodejs22.x';
    },
    /another runtime/,
  ],
  [
    'an alarm on a metric that does not exist',
    'Made',
    (_, t) => {
      t.Resources['Made'] = alarm('ExecutionsFaild');
    },
    /Made: AWS\/States has no metric ExecutionsFaild/,
  ],
  [
    'an alarm that rings nowhere',
    'Made',
    (_, t) => {
      t.Resources['Made'] = alarm('ExecutionsFailed');
    },
    /Made .*rings nowhere/,
  ],
];

const alarm = (MetricName: string) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { Namespace: 'AWS/States', MetricName, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 },
});

test.each(faults)('%s is caught', (_, id, breakIt, message) => {
  const template = templateOf('dev eu-west-1');
  breakIt(template.Resources[id]?.Properties ?? {}, template);
  expect([...checkSpecification(template), ...checkRules(template)].join('\n')).toMatch(message);
});
