import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDeployment } from '../../../local/stack/template.ts';
import { Copy } from '../../infra/copy.ts';

const root = join(import.meta.dirname, '../../..');
const place = { region: 'ca-central-1', accountId: '123456789012', stage: 'test' };

describe('the deployment as it is written', () => {
  const deployment = readDeployment(root, place);

  test('has nothing unresolved in it', () => {
    const text = JSON.stringify(deployment);
    // The only dollars left are JSONata's.
    expect(text).not.toMatch(/\$\{|Fn::|"Ref"/);
    expect(text).not.toMatch(/undefined|\[object/);
  });

  test('is named for its place', () => {
    expect(deployment.buckets.map(({ name }) => name)).toContain('medzen-test-recordings-123456789012-ca-central-1');
    expect(deployment.stateMachine.arn).toBe(
      'arn:aws:states:ca-central-1:123456789012:stateMachine:medzen-test-transcription',
    );
    expect(deployment.environment['RECORDINGS_BUCKET']).toBe('medzen-test-recordings-123456789012-ca-central-1');
    expect(deployment.environment['KMS_KEY_ID']).toMatch(/^arn:aws:kms:ca-central-1:123456789012:key\//);
  });

  test('the state machine calls functions that are there', () => {
    const called = deployment.stateMachine.definition.match(/arn:aws:lambda:[^"]+/g) ?? [];
    const known = deployment.functions.map(({ arn }) => arn);
    expect(called.length).toBeGreaterThan(6);
    expect(known).toEqual(expect.arrayContaining(called));
  });

  test('every rule leads to a queue, every queue but the dead ones to a function, and to a dead-letter queue', () => {
    const arns = deployment.queues.map(({ arn }) => arn);
    const ofStreams = deployment.functions.flatMap(({ stream }) => stream?.deadLetterArn ?? []);
    const ofCallbacks = deployment.queues.flatMap(({ id, arn }) => (id === 'CallbackEventsDead' ? arn : []));
    const ofQueues = deployment.queues.flatMap(({ deadLetterArn }) => deadLetterArn ?? []);
    const dead = new Set([...ofQueues, ...ofStreams, ...ofCallbacks]);
    const targets = deployment.rules.flatMap(({ targets }) => targets);
    const fed = [...new Set(targets.map(({ arn }) => arn))];
    expect(fed.toSorted()).toEqual(arns.filter((arn) => !dead.has(arn)).toSorted());
    for (const { deadLetterArn } of targets) expect(dead).toContain(deadLetterArn);
    const read = deployment.functions.flatMap(({ queue }) => queue?.arn ?? []);
    expect(read.toSorted()).toEqual(fed.toSorted());
  });

  test('every bucket is versioned, and the three that start something tell of their objects', () => {
    expect(deployment.buckets.filter(({ versioned }) => !versioned)).toEqual([]);
    expect(deployment.buckets.filter(({ notifies }) => notifies)).toHaveLength(3);
  });

  test('a stream is that of a table, and its function has a queue for what is given up', () => {
    const streams = deployment.functions.flatMap(({ name, stream }) => (stream ? [{ name, ...stream }] : []));
    expect(streams).toMatchObject([{ name: 'anchorAudit', table: 'medzen-meeting-audit', batchWindow: 300 }]);
    expect(deployment.queues.map(({ arn }) => arn)).toContain(streams[0]?.deadLetterArn);
  });

  test('the anchors are locked, and nothing else is', () => {
    const locks = deployment.buckets.flatMap(({ id, lock }) => (lock ? [[id, lock]] : []));
    expect(locks).toEqual([['AuditAnchorsBucket', { mode: 'COMPLIANCE', days: 2587 }]]);
  });

  test('only startWorkflow knows the state machine, and health, which asks whether it is there', () => {
    const knows = deployment.functions.filter(({ environment }) => 'STATE_MACHINE_ARN' in environment);
    expect(knows.map(({ name }) => name)).toEqual(['startWorkflow', 'health']);
  });
});

describe('what the embedded stack does not know is refused by name', () => {
  let copy: Copy;
  beforeEach(() => {
    copy = new Copy();
  });
  afterEach(() => copy.remove());

  const append = (more: string) => (text: string) => `${text}\n${more}\n`;
  const workflow = 'infra/workflow.yml';

  test.each<[what: string, file: string, change: (text: string) => string, message: RegExp]>([
    [
      'a resource type',
      workflow,
      append('  News: { Type: "AWS::EFS::FileSystem", Properties: {} }'),
      /News is a AWS::EFS::FileSystem/,
    ],
    [
      'an intrinsic',
      workflow,
      (text) => text.replace('{ Ref: RecordingsBucket }', '{ "Fn::ImportValue": x }'),
      /Fn::ImportValue is not known/,
    ],
    [
      'a parameter without a default',
      'infra/storage.yml',
      (text) => text.replace("'medzen-${sls:stage}-workflow'", "'${param:workflowName}'"),
      /no default for the parameter workflowName/,
    ],
    [
      'a second state machine',
      workflow,
      append('  Other: { Type: "AWS::StepFunctions::StateMachine", Properties: { Definition: {} } }'),
      /exactly one state machine/,
    ],
    [
      'an authorizer of a route',
      'serverless.yml',
      (text) =>
        text.replace('- httpApi: GET /recordings/{id}/link', '- httpApi: { method: GET, path: /x, authorizer: y }'),
      /Expected string/,
    ],
    [
      'an HTTP API without limits',
      'serverless.yml',
      (text) => text.replace('HttpApiStage:', 'Other:'),
      /HTTP API has no limits|HttpApiStage/,
    ],
    [
      'CORS with cookies',
      'serverless.yml',
      (text) => text.replace('maxAge: 86400', 'allowCredentials: true'),
      /allowCredentials|maxAge/,
    ],
    ['an event source', 'serverless.yml', (text) => text.replace('- sqs:', '- sns:'), /sqs/],
    [
      'a batch whose failures are not told apart',
      'serverless.yml',
      (text) => text.replace('ReportBatchItemFailures', 'none'),
      /ReportBatchItemFailures/,
    ],
    ['a function without a timeout', 'serverless.yml', (text) => text.replace(/ +timeout: 60\n/, ''), /timeout/],
  ])('%s', (_, file, change, message) => {
    copy.edit(file, change);
    expect(() => readDeployment(copy.folder, place)).toThrow(message);
  });
});
