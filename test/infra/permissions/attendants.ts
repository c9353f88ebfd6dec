import type { Place } from '../../../local/stack/resolver.ts';
import type { Deployment, StreamSource } from '../../../local/stack/template.ts';
import { ask, type Asked, callOf, keyUse, type Scene } from './asked.ts';
import type { IamCall } from '../../../local/services/iam/evaluate.ts';
import { type Policies, stateMachine } from './policies.ts';

export const eventBridge = 'events.amazonaws.com';

/** What AWS itself does with the role of a function that was invoked: it takes from the queue, and writes the log. */
export function invocationCalls(
  functionName: string,
  { queue, stream }: Pick<Deployment['functions'][number], 'queue' | 'stream'>,
  policies: Policies,
  place: Place,
): IamCall[] {
  const scene: Scene = { principal: functionName, place, policies };
  const { region, accountId } = place;
  const logStream = `arn:aws:logs:${region}:${accountId}:log-group:${policies.logGroupOf(functionName)}:log-stream:any`;
  const asked = [
    ask('logs:CreateLogStream', logStream),
    ask('logs:PutLogEvents', logStream),
    ...(queue ? pollCalls(queue.arn, scene) : []),
    ...(stream ? streamCalls(stream, scene) : []),
  ];
  return asked.map((one) => callOf(scene, one));
}

/** The attributes are asked for when the mapping is made: its timeout is compared with the function's. */
function pollCalls(queueArn: string, scene: Scene): Asked[] {
  return [
    ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => ask(`sqs:${action}`, queueArn)),
    keyUse(scene, 'Decrypt', 'sqs', queueArn, { 'aws:sqs:arn': queueArn }),
  ];
}

/** The key is that of the table. What is given up is reported to a queue. */
function streamCalls(stream: StreamSource, scene: Scene): Asked[] {
  const tableArn = stream.arn.replace(/\/stream\/.*/, '');
  const context = { 'aws:dynamodb:tableName': stream.table, 'aws:dynamodb:subscriberId': scene.place.accountId };
  const queue = { 'aws:sqs:arn': stream.deadLetterArn };
  return [
    ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((action) =>
      ask(`dynamodb:${action}`, stream.arn),
    ),
    keyUse(scene, 'Decrypt', 'dynamodb', tableArn, context),
    ask('sqs:SendMessage', stream.deadLetterArn),
    keyUse(scene, 'Decrypt', 'sqs', stream.deadLetterArn, queue),
    keyUse(scene, 'GenerateDataKey', 'sqs', stream.deadLetterArn, queue),
  ];
}

/** What the state machine does for an execution that invoked these functions: it also encrypts its own history. */
export function executionCalls(
  functionArns: Iterable<string>,
  machineArn: string,
  policies: Policies,
  place: Place,
): IamCall[] {
  // Not in a caller's name, so there is no kms:ViaService.
  const conditions = { 'kms:EncryptionContext:aws:states:stateMachineArn': machineArn };
  const asked = [
    ...[...functionArns].map((arn) => ask('lambda:InvokeFunction', arn)),
    ask('kms:Decrypt', policies.keyOf(machineArn), conditions),
    ask('kms:GenerateDataKey', policies.keyOf(machineArn), conditions),
  ];
  return asked.map((one) => callOf({ principal: stateMachine, policies, place }, one));
}

/** What EventBridge does for a rule: it has no role, so queues and key must know it. */
export function ruleCalls({ rules }: Pick<Deployment, 'rules'>, policies: Policies, place: Place): IamCall[] {
  const scene: Scene = { principal: eventBridge, policies, place };
  return rules.flatMap(({ name, targets }) => {
    const conditions = {
      'aws:SourceAccount': place.accountId,
      'aws:SourceArn': `arn:aws:events:${place.region}:${place.accountId}:rule/${name}`,
    };
    const queues = targets.flatMap(({ arn, deadLetterArn }) => [arn, ...(deadLetterArn ? [deadLetterArn] : [])]);
    const asked = queues.flatMap((arn) => [
      ask('sqs:SendMessage', arn, conditions),
      ask('kms:Decrypt', policies.keyOf(arn), conditions),
      ask('kms:GenerateDataKey', policies.keyOf(arn), conditions),
    ]);
    return asked.map((one) => callOf(scene, one));
  });
}
