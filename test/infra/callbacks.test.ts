import { beforeAll, expect, test } from 'vitest';
import { checkRules, statementsOf } from '../../infra/rules.ts';
import { checkSpecification } from '../../infra/specification.ts';
import type { Resource, Template } from '../../infra/template.ts';
import { secretHeader } from '../../pipeline/edge/callbackSecrets.ts';
import { metricOf, type MathEntry, ofType, packageTemplate, propertiesOf } from './packaged.ts';

let packaged: Template;
beforeAll(async () => {
  const parameters = ['callbacks=on', 'callbackRegion=eu-central-1'];
  packaged = await packageTemplate({ stage: 'prod', region: 'eu-west-1', parameters });
});

const rules = ['MeetingCalledBack', 'PipelineCalledBack', 'CaptionsCalledBack'];
const isOn = { 'Fn::Equals': ['on', 'on'] };

interface Pattern {
  source: string[];
  'detail-type': string[];
  detail?: { eventType: unknown[] };
}
const patternOf = (id: string) => propertiesOf(packaged, id)['EventPattern'] as Pattern;

test('has no fault', () => {
  expect([...checkSpecification(packaged), ...checkRules(packaged)]).toEqual([]);
});

test('what calls is there only where it is asked for; the secret, the queue and the alarm are always there', () => {
  expect(packaged.Conditions?.['CallbacksAreOn']).toEqual(isOn);
  const conditional = Object.entries(packaged.Resources).filter(([, { Condition }]) => Condition === 'CallbacksAreOn');
  expect(conditional.map(([id]) => id).toSorted()).toEqual(
    [
      ...rules,
      'CallbackConnection',
      'CallbackRole',
      'EdgeRecordingCallbackUser',
      'EdgeTranscriptionCallbackUser',
      'RecordingCallback',
      'TranscriptionCallback',
    ].toSorted(),
  );
  // Nothing that is always there refers to what may not be.
  const names = conditional.map(([id]) => `"${id}"`);
  const always = Object.entries(packaged.Resources).filter(([, { Condition }]) => Condition !== 'CallbacksAreOn');
  expect(always.filter(([, resource]) => names.some((name) => JSON.stringify(resource).includes(name)))).toEqual([]);
});

test('together the rules fit what the first leg fits, and each kind goes to its own function', () => {
  const [meeting, pipeline, captions] = rules.map(patternOf);
  const both = [...(meeting?.detail?.eventType ?? []), ...(captions?.detail?.eventType ?? [])];
  expect({ ...meeting, detail: { eventType: both } }).toEqual(patternOf('MeetingChanged'));
  expect(captions).toEqual({ ...meeting, detail: { eventType: [{ prefix: 'chime:Transcription' }] } });
  expect(pipeline).toEqual(patternOf('PipelineChanged'));
  const targets = rules.map((id) =>
    (propertiesOf(packaged, id)['Targets'] as { Arn: unknown }[]).map(({ Arn }) => Arn),
  );
  expect(targets).toEqual(
    ['RecordingCallback', 'RecordingCallback', 'TranscriptionCallback'].map((id) => [{ 'Fn::GetAtt': [id, 'Arn'] }]),
  );
});

test('each event is tried for a day, and then put aside', () => {
  for (const id of rules) {
    expect(propertiesOf(packaged, id)['Targets']).toMatchObject([
      {
        RoleArn: { 'Fn::GetAtt': ['CallbackRole', 'Arn'] },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['CallbackEventsDead', 'Arn'] } },
      },
    ]);
  }
});

test('the secret comes from Secrets Manager, in the header that the functions read', () => {
  expect(propertiesOf(packaged, 'CallbackConnection')).toMatchObject({
    AuthorizationType: 'API_KEY',
    AuthParameters: {
      ApiKeyAuthParameters: {
        ApiKeyName: secretHeader,
        ApiKeyValue: { 'Fn::Sub': '{{resolve:secretsmanager:${CallbackSecret}}}' },
      },
      InvocationHttpParameters: {
        HeaderParameters: [{ Key: 'x-region', Value: 'eu-central-1', IsValueSecret: false }],
      },
    },
  });
  expect(propertiesOf(packaged, 'CallbackSecret')['GenerateSecretString']).toEqual({
    PasswordLength: 64,
    ExcludePunctuation: true,
  });
});

test('the role calls these two and nothing else', () => {
  const [right, ...others] = statementsOf(propertiesOf(packaged, 'CallbackRole')['Policies']);
  expect([right?.Action, others]).toEqual(['events:InvokeApiDestination', []]);
  const { 'Fn::Sub': pattern } = (right?.Resource ?? {}) as { 'Fn::Sub': string };
  const fits = new RegExp(`^${(pattern.split(':').at(-1) ?? '').replaceAll('*', '.*')}$`);
  const named = ofType(packaged, 'AWS::Events::ApiDestination').map(([, { Properties }]) =>
    String(Properties?.['Name']),
  );
  expect(named).toEqual(['medzen-prod-chime-recording-callback', 'medzen-prod-chime-transcription-callback']);
  for (const name of named) expect(`api-destination/${name}/id`).toMatch(fits);
  expect('api-destination/medzen-dev-chime-recording-callback/id').not.toMatch(fits);
});

test('the users of the functions tell the one that follows calls, and do nothing else', () => {
  const tell = ofType(packaged, 'AWS::IAM::User').filter(([id]) => id.endsWith('CallbackUser'));
  expect(tell).toHaveLength(2);
  for (const [id] of tell) {
    const [right, ...others] = statementsOf(propertiesOf(packaged, id)['Policies']);
    expect([right?.Action, right?.Condition, others]).toEqual([
      'events:PutEvents',
      { StringEquals: { 'events:source': 'medzen.call', 'events:detail-type': 'Meeting Changed' } },
      [],
    ]);
  }
});

test('the rules, and no others, may put events aside', () => {
  const [right] = statementsOf(propertiesOf(packaged, 'CallbackQueuePolicy')).filter(({ Sid }) => Sid === 'events');
  const sources = JSON.stringify(right?.Condition?.['ArnLike']);
  const [, prefix = ''] = /:rule\/([^*]+)\*/.exec(sources) ?? [];
  const nameOf = ([id, { Properties }]: [string, Resource]) => (Properties?.['Name'] ?? id) as string;
  const fitting = ofType(packaged, 'AWS::Events::Rule').filter((rule) => nameOf(rule).startsWith(prefix));
  expect(prefix).toBe('medzen-prod-callback-');
  expect(fitting.map(([id]) => id).toSorted()).toEqual(rules.toSorted());
});

test.each([
  ['Meetings', 'MeetingCalledBack'],
  ['Pipelines', 'PipelineCalledBack'],
  ['Captions', 'CaptionsCalledBack'],
])('the alarm counts what the rule about %s could deliver nowhere', (of, id) => {
  const alarm = propertiesOf(packaged, 'CallbacksUndelivered');
  const byRule = {
    Namespace: 'AWS/Events',
    Dimensions: [{ Name: 'RuleName', Value: propertiesOf(packaged, id)['Name'] }],
  };
  expect(metricOf(alarm, `failedOf${of}`)).toEqual({ ...byRule, MetricName: 'FailedInvocations' });
  expect(metricOf(alarm, `lostOf${of}`)).toEqual({ ...byRule, MetricName: 'InvocationsFailedToBeSentToDlq' });
  const [sum] = alarm['Metrics'] as MathEntry[];
  for (const name of [`failedOf${of}`, `lostOf${of}`, 'dead']) expect(sum?.Expression).toContain(`FILL(${name}, 0)`);
});

test('and what was put aside', () => {
  expect(metricOf(propertiesOf(packaged, 'CallbacksUndelivered'), 'dead')).toEqual({
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['CallbackEventsDead', 'QueueName'] } }],
  });
});
