import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageStack, templateFile } from '../../infra/package.ts';
import { checkRules } from '../../infra/rules.ts';
import { checkSpecification } from '../../infra/specification.ts';
import { readTemplate, type Template } from '../../infra/template.ts';

type Properties = Record<string, unknown>;

let folder: string;
let packaged: Template;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alarms-'));
  const out = join(folder, 'prod');
  await packageStack({ stage: 'prod', region: 'eu-west-1', parameters: ['dailyBudgetUsd=42'] }, out);
  packaged = readTemplate(join(out, templateFile));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const ofType = (type: string) => Object.entries(packaged.Resources).filter(([, { Type }]) => Type === type);
const propertiesOf = (id: string): Properties => {
  const { Properties } = packaged.Resources[id] ?? {};
  if (!Properties) throw new Error(`there is no ${id}`);
  return Properties;
};

const machine = [{ Name: 'StateMachineArn', Value: { Ref: 'Transcription' } }];
const service = [{ Name: 'service', Value: 'medzen-consultation-pipeline' }];
const queue = (id: string) => [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }];
const bucket = (id: string) => [
  { Name: 'BucketName', Value: { Ref: id } },
  { Name: 'StorageType', Value: 'StandardStorage' },
];

/** What must ring, on which metric of which resource, and above what. */
const wanted: readonly [id: string, metric: string, Dimensions: object[], Threshold: number][] = [
  ['ExecutionsFailed', 'AWS/States ExecutionsFailed', machine, 0],
  ['ExecutionsTimedOut', 'AWS/States ExecutionsTimedOut', machine, 0],
  ['ExecutionsAborted', 'AWS/States ExecutionsAborted', machine, 0],
  ['RecordingsStuck', 'MedZen/Consultations RecordingsOverdue', service, 0],
  ['RecordingEventsOld', 'AWS/SQS ApproximateAgeOfOldestMessage', queue('RecordingEvents'), 900],
  ['JobEventsOld', 'AWS/SQS ApproximateAgeOfOldestMessage', queue('JobEvents'), 900],
  ['RecordingEventsDeadFilled', 'AWS/SQS ApproximateNumberOfMessagesVisible', queue('RecordingEventsDead'), 0],
  ['JobEventsDeadFilled', 'AWS/SQS ApproximateNumberOfMessagesVisible', queue('JobEventsDead'), 0],
  ['TranscriptsBucketLarge', 'AWS/S3 BucketSizeBytes', bucket('TranscriptsBucket'), 100e9],
  ['MedicalDataBucketLarge', 'AWS/S3 BucketSizeBytes', bucket('MedicalDataBucket'), 100e9],
  ['BudgetExceeded', 'MedZen/Consultations EstimatedUsd', service, 42],
];

test.each(wanted)('%s rings above its threshold', (id, metric, Dimensions, Threshold) => {
  const [Namespace, MetricName] = metric.split(' ');
  const properties = propertiesOf(id);
  expect(properties).toMatchObject({ Namespace, MetricName, Dimensions, ComparisonOperator: 'GreaterThanThreshold' });
  expect(Number(properties['Threshold'])).toBe(Threshold);
});

interface Entry {
  Id: string;
  Expression?: string;
  MetricStat?: { Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: unknown }[] } };
}
const mathOf = (id: string) => propertiesOf(id)['Metrics'] as Entry[];
const metricOf = (id: string, entry: string) => mathOf(id).find(({ Id }) => Id === entry)?.MetricStat?.Metric;

test('every function has its alarm on its own errors in a hundred of its own invocations', () => {
  const functions = ofType('AWS::Lambda::Function').map(([id]) => id);
  expect(functions).toHaveLength(9);
  for (const id of functions) {
    const name = id.replace('LambdaFunction', 'Errors');
    const Dimensions = [{ Name: 'FunctionName', Value: { Ref: id } }];
    expect(mathOf(name)[0]?.Expression).toBe('100 * errors / invocations');
    expect(metricOf(name, 'errors')).toEqual({ Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions });
    expect(metricOf(name, 'invocations')).toEqual({ Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions });
    expect(propertiesOf(name)).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' });
  }
});

test.each([
  ['RecordingEventsUndelivered', 'RecordingCreated'],
  ['JobEventsUndelivered', 'JobOutputCreated'],
])('%s counts what the rule %s could deliver nowhere', (id, rule) => {
  const byRule = { Namespace: 'AWS/Events', Dimensions: [{ Name: 'RuleName', Value: { Ref: rule } }] };
  expect(metricOf(id, 'failed')).toEqual({ ...byRule, MetricName: 'FailedInvocations' });
  expect(metricOf(id, 'lost')).toEqual({ ...byRule, MetricName: 'InvocationsFailedToBeSentToDlq' });
});

test('throttles are those of reads and writes of both tables', () => {
  const metrics = mathOf('TablesThrottled').flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  const named = metrics.map(({ MetricName, Dimensions }) => `${MetricName} ${JSON.stringify(Dimensions[0]?.Value)}`);
  const expected = ofType('AWS::DynamoDB::Table').flatMap(([id]) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => `${name} {"Ref":"${id}"}`),
  );
  expect(named.toSorted()).toEqual(expected.toSorted());
});

test('the recordings are measured where they are: fresh and archived', () => {
  expect(mathOf('RecordingsBucketLarge')[0]?.Expression).toBe('SUM([standard, archived])');
  const [, ...metrics] = mathOf('RecordingsBucketLarge').map(({ MetricStat }) => MetricStat?.Metric.Dimensions);
  expect(metrics.map((dimensions) => dimensions?.[1]?.Value)).toEqual([
    'StandardStorage',
    'GlacierInstantRetrievalStorage',
  ]);
});

test('every rule, queue, bucket and function of the stack is watched', () => {
  const alarms = JSON.stringify(ofType('AWS::CloudWatch::Alarm'));
  const watched = [
    'AWS::Events::Rule',
    'AWS::SQS::Queue',
    'AWS::S3::Bucket',
    'AWS::Lambda::Function',
    'AWS::DynamoDB::Table',
  ];
  const resources = Object.entries(packaged.Resources)
    .filter(([id, { Type }]) => watched.includes(Type) && id !== 'ServerlessDeploymentBucket')
    .map(([id]) => id);
  expect(resources.filter((id) => !alarms.includes(`"${id}"`))).toEqual([]);
});

describe('the topic', () => {
  test('is where every alarm rings, and CloudWatch may use its key', () => {
    for (const [, { Properties }] of ofType('AWS::CloudWatch::Alarm'))
      expect(Properties?.['AlarmActions']).toEqual([{ Ref: 'Alarms' }]);
    expect(propertiesOf('Alarms')['KmsMasterKeyId']).toEqual({ Ref: 'DataKey' });
    const statements = (propertiesOf('DataKey')['KeyPolicy'] as { Statement: object[] }).Statement;
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: expect.arrayContaining(['cloudwatch.amazonaws.com']) as unknown },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      }),
    );
  });

  test('mails only when a deployment says to whom', () => {
    expect(packaged.Resources['AlarmMail']?.Condition).toBe('AlarmsAreMailed');
    expect(packaged.Conditions?.['AlarmsAreMailed']).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] });
  });
});

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { markdown?: string; alarms?: string[]; region?: string };
}

describe('the dashboard', () => {
  const widgetsOf = () =>
    (
      JSON.parse((propertiesOf('Overview')['DashboardBody'] as { 'Fn::Sub': string })['Fn::Sub']) as {
        widgets: Widget[];
      }
    ).widgets;

  test('answers four questions, one a row', () => {
    const questions = widgetsOf().flatMap(({ properties: { markdown } }) => markdown ?? []);
    expect(questions).toEqual(['## Is it working?', '## What is waiting?', '## What failed?', '## What does it cost?']);
  });

  test('shows every alarm', () => {
    const shown = widgetsOf().flatMap(({ properties: { alarms = [] } }) => alarms);
    expect(shown.toSorted()).toEqual(
      ofType('AWS::CloudWatch::Alarm')
        .map(([id]) => `\${${id}.Arn}`)
        .toSorted(),
    );
  });

  test('has no widget over another, or outside its 24 columns', () => {
    const cells = widgetsOf().flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, n) => [x + (n % width), y + Math.floor(n / width)] as const),
    );
    expect(new Set(cells.map(String)).size).toBe(cells.length);
    expect(Math.max(...cells.map(([x]) => x))).toBe(23);
  });

  test('draws the budget of its stage', () => {
    expect(JSON.stringify(widgetsOf())).toContain('{"value":42,"label":"budget"}');
  });
});

type Break = (properties: Properties, template: Template) => void;
const inBody =
  (from: string, to: string): Break =>
  (properties) => {
    const body = properties['DashboardBody'] as { 'Fn::Sub': string };
    if (!body['Fn::Sub'].includes(from)) throw new Error(`the dashboard has no ${from}`);
    body['Fn::Sub'] = body['Fn::Sub'].replace(from, to);
  };

/** What would leave an alarm silent or a graph empty for ever, and what says so before it is deployed. */
const faults: readonly [fault: string, id: string, breakIt: Break, RegExp][] = [
  [
    'a topic without a subscription',
    'Alarms',
    (_, { Resources }) => delete Resources['AlarmMail'],
    /Alarms .*is a topic that nobody can hear/,
  ],
  [
    'a misspelt metric of AWS',
    'JobEventsOld',
    (p) => Object.assign(p, { MetricName: 'ApproximateAgeOfOldestMesage' }),
    /JobEventsOld: AWS\/SQS has no metric ApproximateAgeOfOldestMesage/,
  ],
  [
    'a misspelt metric in an expression',
    'StoreResultsErrors',
    (p) => Object.assign(metric(p, 'errors'), { MetricName: 'Error' }),
    /StoreResultsErrors: AWS\/Lambda has no metric Error/,
  ],
  [
    'a metric that no step measures',
    'BudgetExceeded',
    (p) => Object.assign(p, { MetricName: 'EstimatedEur' }),
    /BudgetExceeded: MedZen\/Consultations has no metric EstimatedEur/,
  ],
  [
    'a misspelt namespace',
    'ExecutionsFailed',
    (p) => Object.assign(p, { Namespace: 'AWS/StepFunctions' }),
    /AWS\/StepFunctions has no metric/,
  ],
  [
    'a metric without its dimension',
    'ExecutionsFailed',
    (p) => delete p['Dimensions'],
    /does not report ExecutionsFailed by nothing/,
  ],
  [
    'a metric by a wrong dimension',
    'ExecutionsFailed',
    (p) => Object.assign(p, { Dimensions: [{ Name: 'StateMachineName', Value: 'transcription' }] }),
    /AWS\/States does not report ExecutionsFailed by StateMachineName/,
  ],
  [
    'throttles without the operation that they are reported by',
    'TablesThrottled',
    (p) => Object.assign(metric(p, 'auditWrites'), { MetricName: 'ThrottledRequests' }),
    /does not report ThrottledRequests by TableName/,
  ],
  [
    'a metric of ours by too few dimensions',
    'RecordingsStuck',
    (p) => Object.assign(p, { MetricName: 'RecordingsFailed' }),
    /does not report RecordingsFailed by service/,
  ],
  [
    "a queue's address for its name",
    'JobEventsOld',
    (p) => Object.assign(p, { Dimensions: [{ Name: 'QueueName', Value: { Ref: 'JobEvents' } }] }),
    /QueueName is \$\{JobEvents\}, which names no AWS::SQS::Queue/,
  ],
  [
    'a table for a bucket',
    'MedicalDataBucketLarge',
    (p) => Object.assign(p, { Dimensions: [{ Name: 'BucketName', Value: { Ref: 'AuditTable' } }, bucket('')[1]] }),
    /BucketName is \$\{AuditTable\}/,
  ],
  [
    'a kind of storage that is none',
    'MedicalDataBucketLarge',
    (p) => Object.assign((p['Dimensions'] as Properties[])[1] ?? {}, { Value: 'Standard' }),
    /StorageType is Standard/,
  ],
  [
    'another service than the one that measures',
    'BudgetExceeded',
    (p) => Object.assign(p, { Dimensions: [{ Name: 'service', Value: 'medzen' }] }),
    /service is medzen, not medzen-consultation-pipeline/,
  ],
  ['an alarm without an action', 'TablesThrottled', (p) => delete p['AlarmActions'], /TablesThrottled .*rings nowhere/],
  [
    'an alarm that says nothing of missing data',
    'TablesThrottled',
    (p) => delete p['TreatMissingData'],
    /TablesThrottled .*missing data/,
  ],
  [
    'an alarm without a section',
    'JobEventsOld',
    (p) => Object.assign(p, { AlarmDescription: 'Messages are old.' }),
    /JobEventsOld .*does not end with a section/,
  ],
  [
    'an alarm with a section that is not there',
    'JobEventsOld',
    (p) => Object.assign(p, { AlarmDescription: 'Messages are old. RUNBOOK.md#jobseventsold' }),
    /sends to #jobseventsold/,
  ],
  [
    'an expression over a metric that is not there',
    'StoreResultsErrors',
    (p) => Object.assign((p['Metrics'] as Properties[])[0] ?? {}, { Expression: '100 * errors / invocation' }),
    /computes with invocation,/,
  ],
  [
    'a metric that its expression forgets',
    'RecordingsBucketLarge',
    (p) => Object.assign((p['Metrics'] as Properties[])[0] ?? {}, { Expression: 'SUM([standard])' }),
    /does not use archived/,
  ],
  [
    'an alarm that watches its parts as well',
    'StoreResultsErrors',
    (p) => delete (p['Metrics'] as Properties[])[1]?.['ReturnData'],
    /watches several values/,
  ],
  [
    'a misspelt metric on the dashboard',
    'Overview',
    inBody('"RecordingsPartial"', '"RecordingsPartly"'),
    /Overview, Recordings an hour.*: MedZen\/Consultations has no metric RecordingsPartly/,
  ],
  [
    'a search for a metric that does not exist',
    'Overview',
    inBody('MetricName=\\"RecordingsFailed\\"', 'MetricName=\\"RecordingFailed\\"'),
    /has no metric RecordingFailed/,
  ],
  [
    'a search by a wrong dimension',
    'Overview',
    inBody('service,failure}', 'service,errorName}'),
    /does not report RecordingsFailed by errorName and service/,
  ],
  [
    'a graph of a resource that is none',
    'Overview',
    inBody('"${JobEvents.QueueName}"', '"${JobEvents.Arn}"'),
    /QueueName is \$\{JobEvents.Arn\}/,
  ],
  [
    'a graph of an abbreviated row that goes wrong',
    'Overview',
    inBody('".", "${WorkflowTable}', '".", "${WorkflowTabel}'),
    /WorkflowTabel/,
  ],
];

function metric(properties: Properties, id: string): object {
  const entry = (properties['Metrics'] as Entry[]).find(({ Id }) => Id === id)?.MetricStat?.Metric;
  if (!entry) throw new Error(`the expression has no ${id}`);
  return entry;
}

test('the packaged template has none of the faults below', () => {
  expect([...checkSpecification(packaged), ...checkRules(packaged)]).toEqual([]);
});

test.each(faults)('%s is refused', (_, id, breakIt, message) => {
  const template = structuredClone(packaged);
  breakIt(template.Resources[id]?.Properties ?? {}, template);
  expect([...checkSpecification(template), ...checkRules(template)].join('\n')).toMatch(message);
});
