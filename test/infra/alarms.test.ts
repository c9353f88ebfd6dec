import { beforeAll, describe, expect, test } from 'vitest';
import { checkRules } from '../../infra/rules.ts';
import type { Template } from '../../infra/template.ts';
import { type CaptureReason, captureReasons } from '../../pipeline/meetings/capture.ts';
import { type MathEntry, metricOf, ofType, packageTemplate, type Properties, propertiesOf } from './packaged.ts';

let packaged: Template;
beforeAll(async () => {
  packaged = await packageTemplate({ stage: 'prod', region: 'eu-west-1', parameters: ['dailyBudgetUsd=42'] });
});

const machine = [{ Name: 'StateMachineArn', Value: { Ref: 'Transcription' } }];
const service = [{ Name: 'service', Value: 'medzen-consultation-pipeline' }];
const queue = (id: string) => [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }];
const api = [{ Name: 'ApiId', Value: { Ref: 'HttpApi' } }];
const bucket = (id: string) => [
  { Name: 'BucketName', Value: { Ref: id } },
  { Name: 'StorageType', Value: 'StandardStorage' },
];

/** What must ring, on which metric of which resource, and above what. */
const wanted: readonly [id: string, metric: string, Dimensions: object[], Threshold: number][] = [
  ['ExecutionsFailed', 'AWS/States ExecutionsFailed', machine, 0],
  ['ExecutionsTimedOut', 'AWS/States ExecutionsTimedOut', machine, 0],
  ['ExecutionsAborted', 'AWS/States ExecutionsAborted', machine, 0],
  ['FailureNotRecorded', 'MedZen/Consultations FailureNotRecorded', service, 0],
  ['RecordingsStuck', 'MedZen/Consultations RecordingsOverdue', service, 0],
  ['RecordingEventsOld', 'AWS/SQS ApproximateAgeOfOldestMessage', queue('RecordingEvents'), 900],
  ['JobEventsOld', 'AWS/SQS ApproximateAgeOfOldestMessage', queue('JobEvents'), 900],
  ['RecordingEventsDeadFilled', 'AWS/SQS ApproximateNumberOfMessagesVisible', queue('RecordingEventsDead'), 0],
  ['JobEventsDeadFilled', 'AWS/SQS ApproximateNumberOfMessagesVisible', queue('JobEventsDead'), 0],
  ['MeetingEventsOld', 'AWS/SQS ApproximateAgeOfOldestMessage', queue('MeetingEvents'), 900],
  ['MeetingEventsDeadFilled', 'AWS/SQS ApproximateNumberOfMessagesVisible', queue('MeetingEventsDead'), 0],
  ['AttachmentEventsOld', 'AWS/SQS ApproximateAgeOfOldestMessage', queue('AttachmentEvents'), 900],
  ['AttachmentEventsDeadFilled', 'AWS/SQS ApproximateNumberOfMessagesVisible', queue('AttachmentEventsDead'), 0],
  ['AttachmentsBucketLarge', 'AWS/S3 BucketSizeBytes', bucket('AttachmentsBucket'), 100e9],
  ['MessagesLate', 'MedZen/Consultations MessagesLate', service, 0],
  ['MessagesFailed', 'MedZen/Consultations MessagesFailed', service, 0],
  ['MeetingsFailing', 'MedZen/Consultations MeetingsFailed', service, 5],
  ['CallsNotSwept', 'MedZen/Consultations SweepFound', service, 20],
  ['CapturesOld', 'MedZen/Consultations CapturesOld', service, 0],
  ['CapturesOrphaned', 'MedZen/Consultations CapturesOrphaned', service, 0],
  ['ConsentMissing', 'MedZen/Consultations ConsentMissing', service, 0],
  ['JoiningsStuck', 'MedZen/Consultations JoiningsStuck', service, 0],
  ['ApiFailing', 'AWS/ApiGateway 5xx', api, 5],
  ['ApiSlow', 'AWS/ApiGateway Latency', api, 3_000],
  ['JoinsSlow', 'MedZen/Consultations JoinMs', service, 3_000],
  ['AuditEntryModified', 'MedZen/Consultations AuditEntryModified', service, 0],
  ['AuditNotCarried', 'MedZen/Consultations AuditNotCarried', service, 0],
  ['AuditAnchorsDeadFilled', 'AWS/SQS ApproximateNumberOfMessagesVisible', queue('AuditAnchorsDead'), 0],
  ['TranscriptsBucketLarge', 'AWS/S3 BucketSizeBytes', bucket('TranscriptsBucket'), 100e9],
  ['MedicalDataBucketLarge', 'AWS/S3 BucketSizeBytes', bucket('MedicalDataBucket'), 100e9],
  ['AuditAnchorsBucketLarge', 'AWS/S3 BucketSizeBytes', bucket('AuditAnchorsBucket'), 100e9],
  ['SpeechBucketLarge', 'AWS/S3 BucketSizeBytes', bucket('SpeechBucket'), 100e9],
  ['BudgetExceeded', 'MedZen/Consultations EstimatedUsd', service, 42],
];

test.each(wanted)('%s rings above its threshold', (id, metric, Dimensions, Threshold) => {
  const [Namespace, MetricName] = metric.split(' ');
  const properties = propertiesOf(packaged, id);
  expect(properties).toMatchObject({ Namespace, MetricName, Dimensions, ComparisonOperator: 'GreaterThanThreshold' });
  expect(Number(properties['Threshold'])).toBe(Threshold);
});

const mathOf = (id: string) => propertiesOf(packaged, id)['Metrics'] as MathEntry[];

test('every function has its alarm on its own errors in a hundred of its own invocations', () => {
  const functions = ofType(packaged, 'AWS::Lambda::Function').map(([id]) => id);
  expect(functions).toHaveLength(21);
  for (const id of functions) {
    const name = id.replace('LambdaFunction', 'Errors');
    const Dimensions = [{ Name: 'FunctionName', Value: { Ref: id } }];
    expect(mathOf(name)[0]?.Expression).toBe('100 * errors / invocations');
    const properties = propertiesOf(packaged, name);
    const byFunction = { Namespace: 'AWS/Lambda', Dimensions };
    expect(metricOf(properties, 'errors')).toEqual({ ...byFunction, MetricName: 'Errors' });
    expect(metricOf(properties, 'invocations')).toEqual({ ...byFunction, MetricName: 'Invocations' });
    expect(properties).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' });
  }
});

test.each([
  ['ApiSlow', 'p99', 3, 300],
  ['JoinsSlow', 'p95', 1, 900],
])('%s looks at the slowest: %s, %i times %i seconds', (id, ExtendedStatistic, EvaluationPeriods, Period) => {
  expect(propertiesOf(packaged, id)).toMatchObject({ ExtendedStatistic, EvaluationPeriods, Period });
});

test('requests that the API turns away as too many are counted in its own log', () => {
  const { FilterPattern, LogGroupName, MetricTransformations } = propertiesOf(packaged, 'ThrottledRequests');
  const [made] = MetricTransformations as { MetricNamespace: string; MetricName: string }[];
  expect([FilterPattern, LogGroupName]).toEqual(['{ $.status = "429" }', { Ref: 'HttpApiLogGroup' }]);
  // As the pattern has it, the log writes the status as a text.
  expect(JSON.stringify(propertiesOf(packaged, 'HttpApiStage')['AccessLogSettings'])).toContain(
    '\\"status\\":\\"$context.status\\"',
  );
  const { Namespace, MetricName, Dimensions, Threshold } = propertiesOf(packaged, 'ApiThrottled');
  expect([Namespace, MetricName, Dimensions, Threshold]).toEqual([
    made?.MetricNamespace,
    made?.MetricName,
    undefined,
    10,
  ]);
  expect(Namespace).toBe('MedZen/Api/prod');
});

test('most of what is asked must not be refused, once enough is asked', () => {
  const properties = propertiesOf(packaged, 'ApiRefusing');
  expect(mathOf('ApiRefusing')[0]?.Expression).toBe('IF(asked >= 20, 100 * refused / asked, 0)');
  expect(metricOf(properties, 'asked')).toEqual({ Namespace: 'AWS/ApiGateway', MetricName: 'Count', Dimensions: api });
  expect(metricOf(properties, 'refused')).toEqual({ Namespace: 'AWS/ApiGateway', MetricName: '4xx', Dimensions: api });
  expect(properties['Threshold']).toBe(50);
});

test('requests to create or join must not fail, once enough is asked', () => {
  const properties = propertiesOf(packaged, 'JoinsFailing');
  const of = (MetricName: string) => ({ Namespace: 'MedZen/Consultations', MetricName, Dimensions: service });
  expect(mathOf('JoinsFailing').flatMap(({ Id, Expression }) => (Expression ? [[Id, Expression]] : []))).toEqual([
    ['share', 'IF(asked >= 20 AND failed > 1, 100 * failed / asked, 0)'],
    ['asked', 'failed + FILL(joined, 0)'],
    ['failed', 'FILL(counted, 0)'],
  ]);
  expect(metricOf(properties, 'counted')).toEqual(of('JoinsFailed'));
  expect(metricOf(properties, 'joined')).toEqual(of('JoinMs'));
  expect(properties['Metrics']).toContainEqual(
    expect.objectContaining({ Id: 'joined', MetricStat: expect.objectContaining({ Stat: 'SampleCount' }) as object }),
  );
  expect(properties['Threshold']).toBe(1);
});

test('no function with a route may be short of executions', () => {
  const [sum, ...metrics] = mathOf('ApiFunctionsThrottled');
  expect(sum?.Expression).toBe('SUM(METRICS())');
  const watched = metrics.map(({ MetricStat }) => {
    expect(MetricStat?.Metric).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Throttles' });
    return JSON.stringify(MetricStat?.Metric.Dimensions[0]?.Value);
  });
  const permissions = ofType(packaged, 'AWS::ApiGatewayV2::Integration').map(
    ([, { Properties }]) =>
      `{"Ref":"${/\w+LambdaFunction/.exec(JSON.stringify(Properties?.['IntegrationUri']))?.[0]}"}`,
  );
  expect(watched.toSorted()).toEqual(permissions.toSorted());
});

test.each([
  ['RecordingEventsUndelivered', 'RecordingCreated'],
  ['JobEventsUndelivered', 'JobOutputCreated'],
  ['MeetingEventsUndelivered', 'MeetingChanged'],
  ['AttachmentEventsUndelivered', 'AttachmentCreated'],
])('%s counts what the rule %s could deliver nowhere', (id, rule) => {
  const byRule = { Namespace: 'AWS/Events', Dimensions: [{ Name: 'RuleName', Value: { Ref: rule } }] };
  const properties = propertiesOf(packaged, id);
  expect(metricOf(properties, 'failed')).toEqual({ ...byRule, MetricName: 'FailedInvocations' });
  expect(metricOf(properties, 'lost')).toEqual({ ...byRule, MetricName: 'InvocationsFailedToBeSentToDlq' });
});

test.each([
  ['JobEventsUndelivered', 'JobFailed', 'OfFailures'],
  ['MeetingEventsUndelivered', 'PipelineChanged', 'OfPipelines'],
  ['MeetingEventsUndelivered', 'CallChanged', 'OfOurs'],
])('%s counts those of %s as well', (id, rule, of) => {
  const byRule = { Namespace: 'AWS/Events', Dimensions: [{ Name: 'RuleName', Value: { Ref: rule } }] };
  const properties = propertiesOf(packaged, id);
  expect(metricOf(properties, `failed${of}`)).toEqual({ ...byRule, MetricName: 'FailedInvocations' });
  expect(metricOf(properties, `lost${of}`)).toEqual({ ...byRule, MetricName: 'InvocationsFailedToBeSentToDlq' });
  expect(mathOf(id)[0]?.Expression).toContain(`failed${of}, 0), FILL(lost${of}, 0)`);
});

test('a recording that is lost rings, whatever the reason, unless people chose that there is none', () => {
  const chosen: CaptureReason[] = ['MeetingGone', 'NotBegun'];
  /** Why one stopped of which something is there. */
  const kept: CaptureReason[] = ['Ended', 'Withdrawn', 'LongEnough', 'Failed'];
  const [sum, ...metrics] = mathOf('RecordingsLost');
  const reasons = metrics.map(({ Id, MetricStat }) => {
    const { Namespace, MetricName, Dimensions } = MetricStat?.Metric ?? {};
    expect([Namespace, MetricName, Dimensions?.[0]]).toEqual(['MedZen/Consultations', 'RecordingsLost', service[0]]);
    expect(sum?.Expression).toContain(`FILL(${Id}, 0)`);
    return String(Dimensions?.[1]?.Value);
  });
  expect([...reasons, ...chosen, ...kept].toSorted()).toEqual(Object.keys(captureReasons).toSorted());
});

test('throttles are those of reads and writes of both tables', () => {
  const metrics = mathOf('TablesThrottled').flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  const named = metrics.map(({ MetricName, Dimensions }) => `${MetricName} ${JSON.stringify(Dimensions[0]?.Value)}`);
  const expected = ofType(packaged, 'AWS::DynamoDB::Table').flatMap(([id]) =>
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

test('each description is one sentence and the section of the runbook', () => {
  const descriptions = ofType(packaged, 'AWS::CloudWatch::Alarm').map(
    ([, { Properties }]) => Properties?.['AlarmDescription'],
  );
  expect(descriptions.filter((text) => !/^[^.]+\. RUNBOOK\.md#[a-z]+$/.test(String(text)))).toEqual([]);
});

test('a schedule that does not run rings: what it measures is missing', () => {
  const schedules = ofType(packaged, 'AWS::Events::Rule').filter(
    ([, { Properties }]) => Properties?.['ScheduleExpression'],
  );
  expect(schedules.map(([, { Properties }]) => Properties?.['ScheduleExpression'])).toEqual([
    'rate(1 minute)',
    'rate(1 minute)',
    'rate(5 minutes)',
  ]);
  expect(propertiesOf(packaged, 'AuditNotCarried')).toMatchObject({ TreatMissingData: 'breaching', Period: 300 });
  expect(propertiesOf(packaged, 'MessagesLate')).toMatchObject({ TreatMissingData: 'breaching', Period: 900 });
  expect(propertiesOf(packaged, 'CallsNotSwept')).toMatchObject({ TreatMissingData: 'breaching', Period: 900 });
});

test('every rule, queue, bucket and function of the stack is watched', () => {
  const alarms = JSON.stringify(ofType(packaged, 'AWS::CloudWatch::Alarm'));
  const watched = [
    'AWS::Events::Rule',
    'AWS::SQS::Queue',
    'AWS::S3::Bucket',
    'AWS::Lambda::Function',
    'AWS::DynamoDB::Table',
  ];
  // What a schedule does not start is missed by the alarm on what it would have measured.
  const isSchedule = (id: string) => propertiesOf(packaged, id)['ScheduleExpression'] !== undefined;
  const resources = Object.entries(packaged.Resources)
    .filter(([id, { Type }]) => watched.includes(Type) && id !== 'ServerlessDeploymentBucket' && !isSchedule(id))
    .map(([id]) => id);
  // By its name, where it may not be there.
  const isNamed = (id: string) => alarms.includes(JSON.stringify(propertiesOf(packaged, id)['Name'] ?? id));
  const isWatched = (id: string) => alarms.includes(`"${id}"`) || isNamed(id);
  expect(resources.filter((id) => !isWatched(id))).toEqual([]);
});

describe('the topic', () => {
  test('is where every alarm rings, and CloudWatch may use its key', () => {
    for (const [, { Properties }] of ofType(packaged, 'AWS::CloudWatch::Alarm'))
      expect(Properties?.['AlarmActions']).toEqual([{ Ref: 'Alarms' }]);
    expect(propertiesOf(packaged, 'Alarms')['KmsMasterKeyId']).toEqual({ Ref: 'DataKey' });
    const statements = (propertiesOf(packaged, 'DataKey')['KeyPolicy'] as { Statement: object[] }).Statement;
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

describe('refused is', () => {
  /** What would leave an alarm unheard or unexplained. */
  const faults: readonly [fault: string, id: string, (properties: Properties, template: Template) => void, RegExp][] = [
    [
      'a topic without a subscription',
      'Alarms',
      (_, { Resources }) => delete Resources['AlarmMail'],
      /Alarms .*is a topic that nobody can hear/,
    ],
    [
      'an alarm without an action',
      'TablesThrottled',
      (p) => delete p['AlarmActions'],
      /TablesThrottled .*rings nowhere/,
    ],
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
  ];

  test('nothing of what is packaged', () => expect(checkRules(packaged)).toEqual([]));

  test.each(faults)('%s', (_, id, breakIt, message) => {
    const template = structuredClone(packaged);
    breakIt(propertiesOf(template, id), template);
    expect(checkRules(template).join('\n')).toMatch(message);
  });
});
