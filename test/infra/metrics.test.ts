import { beforeAll, expect, test } from 'vitest';
import { checkMetrics } from '../../infra/metrics.ts';
import type { Template } from '../../infra/template.ts';
import { metricOf, packageTemplate, type Properties, propertiesOf } from './packaged.ts';

let packaged: Template;
beforeAll(async () => {
  packaged = await packageTemplate({ stage: 'dev', region: 'eu-west-1' });
});

type Break = (properties: Properties) => void;
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
    'a misspelt metric of AWS',
    'JobEventsOld',
    (p) => Object.assign(p, { MetricName: 'ApproximateAgeOfOldestMesage' }),
    /JobEventsOld: AWS\/SQS has no metric ApproximateAgeOfOldestMesage/,
  ],
  [
    'a misspelt metric in an expression',
    'StoreResultsErrors',
    (p) => Object.assign(metricOf(p, 'errors'), { MetricName: 'Error' }),
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
    (p) => Object.assign(metricOf(p, 'auditWrites'), { MetricName: 'ThrottledRequests' }),
    /does not report ThrottledRequests by TableName/,
  ],
  [
    'a metric of ours by too few dimensions',
    'RecordingsStuck',
    (p) => Object.assign(p, { MetricName: 'RecordingsFailed' }),
    /does not report RecordingsFailed by service/,
  ],
  [
    'a rule by a name that none has',
    'JobEventsOld',
    (p) =>
      Object.assign(p, {
        Namespace: 'AWS/Events',
        MetricName: 'FailedInvocations',
        Dimensions: [{ Name: 'RuleName', Value: 'medzen-dev-callback-meetings' }],
      }),
    /RuleName is medzen-dev-callback-meetings, which names no AWS::Events::Rule/,
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
    (p) =>
      Object.assign(p, {
        Dimensions: [
          { Name: 'BucketName', Value: { Ref: 'AuditTable' } },
          { Name: 'StorageType', Value: 'StandardStorage' },
        ],
      }),
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
  [
    'a misspelt metric on the dashboard',
    'Overview',
    inBody('"RecordingsPartial"', '"RecordingsPartly"'),
    /Overview, Recordings per hour.*: MedZen\/Consultations has no metric RecordingsPartly/,
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
    inBody('".","${WorkflowTable}', '".","${WorkflowTabel}'),
    /WorkflowTabel/,
  ],
];

test('the packaged template has none of the faults below', () => expect(checkMetrics(packaged)).toEqual([]));

test.each(faults)('%s is refused', (_, id, breakIt, message) => {
  const template = structuredClone(packaged);
  breakIt(propertiesOf(template, id));
  expect(checkMetrics(template).join('\n')).toMatch(message);
});
