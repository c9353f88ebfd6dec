import type { ObservedCall } from '../../../local/services/gateway.ts';
import type { JsonObject } from '../../../local/services/jsonService.ts';
import type { Place } from '../../../local/stack/resolver.ts';
import { ask, type Asked, callOf, keyUse, type Scene } from './asked.ts';
import type { IamCall } from '../../../local/services/iam/evaluate.ts';
import type { Policies } from './policies.ts';
import { objectUse, s3Calls, type S3Observed } from './s3Calls.ts';

type JsonObserved = Extract<ObservedCall, { operation: string }>;

/**
 * What IAM is asked for one call on the wire: the action itself, and what the service does in the caller's name.
 * @throws Error for a call that has no mapping here
 */
export function toIamCalls(call: ObservedCall, place: Place, policies: Policies): IamCall[] {
  const scene: Scene = { principal: call.accessKeyId, place, policies };
  const asked = isS3(call) ? s3Calls(call, scene) : jsonCalls(call, scene);
  return asked.map((one) =>
    callOf(scene, { ...one, conditions: { ...one.conditions, 'aws:RequestedRegion': call.region } }),
  );
}

function isS3(call: ObservedCall): call is S3Observed {
  return call.target === 's3';
}

type Mapping = (call: JsonObserved, scene: Scene) => Asked[];

function jsonCalls(call: JsonObserved, scene: Scene): Asked[] {
  const mapping = services[call.target];
  if (!mapping) throw new Error(`${call.target}.${call.operation} is not known`);
  return mapping(call, scene);
}

const services: Readonly<Record<string, Mapping>> = {
  // No action of this service supports a resource.
  ComprehendMedical_20181030: ({ operation }) => [ask(`comprehendmedical:${operation}`)],
  DynamoDB_20120810: dynamoDbCalls,
  secretsmanager: ({ operation, input }, scene) => {
    const arn = text(input, 'SecretId');
    return [
      ask(`secretsmanager:${operation}`, arn),
      keyUse(scene, 'Decrypt', 'secretsmanager', arn, { SecretARN: arn }),
    ];
  },
  AWSStepFunctions: stepFunctionsCalls,
  AWSEvents: eventBridgeCalls,
  chime: chimeCalls,
  // Without a lexicon it has no resource.
  polly: ({ operation }) => [ask(`polly:${operation}`)],
  Transcribe: transcribeCalls,
};

/** A transaction has no action of its own: each of its writes is asked for. */
function dynamoDbCalls({ operation, input }: JsonObserved, scene: Scene): Asked[] {
  const writes =
    operation === 'TransactWriteItems'
      ? (input['TransactItems'] as Record<string, JsonObject>[]).flatMap((item) => Object.entries(item))
      : [[operation.replace(/Item$/, ''), input] as const];
  return writes.flatMap(([kind, request]) => {
    if (!['Get', 'Put', 'Update', 'Delete', 'Query'].includes(kind)) throw new Error(`DynamoDB ${kind} is not known`);
    const table = text(request, 'TableName');
    const { region, accountId } = scene.place;
    const arn = `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
    const context = { 'aws:dynamodb:tableName': table, 'aws:dynamodb:subscriberId': accountId };
    const keys = { 'dynamodb:LeadingKeys': leadingKeyOf(request) };
    return [
      ask(`dynamodb:${kind}${kind === 'Query' ? '' : 'Item'}`, arn, keys),
      keyUse(scene, 'Decrypt', 'dynamodb', arn, context),
    ];
  });
}

/** An id is one of many: its kind is enough, and gives the same call for all of them. */
function leadingKeyOf(request: JsonObject): string {
  const item = (request['Item'] ?? request['Key']) as JsonObject | undefined;
  const key = item?.['pk'] ?? (request['ExpressionAttributeValues'] as JsonObject | undefined)?.[':pk'];
  return text(key as JsonObject, 'S').replace(/#.*/s, '#id');
}

/** Inputs and outputs of an execution are encrypted by the machine's role, not by the caller. */
function stepFunctionsCalls({ operation, input }: JsonObserved): Asked[] {
  if (operation === 'StartExecution') return [ask('states:StartExecution', text(input, 'stateMachineArn'))];
  // Without its data, for which the caller would need the key.
  if (operation === 'DescribeExecution' && input['includedData'] === 'METADATA_ONLY')
    return [ask('states:DescribeExecution', text(input, 'executionArn'))];
  // A task token stands for the task: the action supports no resource.
  if (operation === 'SendTaskSuccess') return [ask('states:SendTaskSuccess')];
  throw new Error(`Step Functions ${operation} is not known`);
}

/** Each event is asked for, on the default bus. */
function eventBridgeCalls({ operation, input, region }: JsonObserved, { place }: Scene): Asked[] {
  if (operation !== 'PutEvents') throw new Error(`EventBridge ${operation} is not known`);
  const bus = `arn:aws:events:${region}:${place.accountId}:event-bus/default`;
  return (input['Entries'] as JsonObject[]).map((entry) =>
    ask('events:PutEvents', bus, {
      'events:source': text(entry, 'Source'),
      'events:detail-type': text(entry, 'DetailType'),
    }),
  );
}

/**
 * A meeting or a pipeline is one of many, in the control region that is asked, which need not be the deployment's own. What
 * makes one supports no resource, and neither does live transcription.
 */
function chimeCalls({ operation, input, region }: JsonObserved, { place }: Scene): Asked[] {
  const action = `chime:${operation}`;
  const tags = input['Tags'] === undefined ? [] : [ask('chime:TagResource')];
  const one = (kind: string) => [ask(action, `arn:aws:chime:${region}:${place.accountId}:${kind}/id`)];
  if (operation.startsWith('CreateMedia')) return [ask(action), ...sinkCalls(input), ...tags];
  if (operation.startsWith('CreateMeeting')) return [ask(action), ...tags];
  if (operation === 'ListMediaCapturePipelines' || operation.endsWith('MeetingTranscription')) return [ask(action)];
  if (input['MediaPipelineId'] !== undefined) return one('media-pipeline');
  if (operation === 'CreateAppInstanceUser') return [ask(action)];
  if (input['ChimeBearer'] !== undefined) return messagingCalls(action, input);
  // The meeting that never is has no other like it.
  const isNone = /^[0-]+$/.test(text(input, 'MeetingId'));
  return one('meeting').map((asked) =>
    isNone ? { ...asked, resource: asked.resource.replace(/id$/, text(input, 'MeetingId')) } : asked,
  );
}

/** Asked of the user in whose name the call is made, and of the channel that it is about, each of which is one of many. */
function messagingCalls(action: string, input: JsonObject): Asked[] {
  const arns = [text(input, 'ChimeBearer'), ...(input['ChannelArn'] === undefined ? [] : [text(input, 'ChannelArn')])];
  return arns.map((arn) => ask(action, arn.replace(/[^/]+$/, 'id')));
}

/** Chime looks at the policy and the place of a pipeline's bucket with the rights of whoever makes the pipeline. */
function sinkCalls({ SinkArn, Sinks }: JsonObject): Asked[] {
  const sinks = (Sinks ?? []) as { S3BucketSinkConfiguration: { Destination: string } }[];
  const arns =
    typeof SinkArn === 'string' ? [SinkArn] : sinks.map((sink) => sink.S3BucketSinkConfiguration.Destination);
  return arns
    .map((arn) => arn.replace(/\/.*/s, ''))
    .flatMap((bucket) => [ask('s3:GetBucketPolicy', bucket), ask('s3:GetBucketLocation', bucket)]);
}

function transcribeCalls(call: JsonObserved, scene: Scene): Asked[] {
  const { operation, input } = call;
  const isMedical = operation.includes('Medical');
  const action = `transcribe:${operation}`;
  if (operation.startsWith('Start')) return [ask(action, '*', outputOf(input)), ...mediaAndOutput(input, scene)];
  const name = text(input, isMedical ? 'MedicalTranscriptionJobName' : 'TranscriptionJobName');
  const { region, accountId } = scene.place;
  const kind = isMedical ? 'medical-transcription-job' : 'transcription-job';
  return [ask(action, `arn:aws:transcribe:${region}:${accountId}:${kind}/${name}`)];
}

/** The condition keys of a job's start. One that the request leaves out is not there. */
function outputOf(input: JsonObject): Record<string, string> {
  return Object.fromEntries(
    ['OutputBucketName', 'OutputKey', 'OutputEncryptionKMSKeyId'].flatMap((name) =>
      typeof input[name] === 'string' ? [[`transcribe:${name}`, input[name]]] : [],
    ),
  );
}

/** The service reads the media and writes the result with the rights of whoever started the job. */
function mediaAndOutput(input: JsonObject, scene: Scene): Asked[] {
  const [, bucket = '', key = ''] =
    /^s3:\/\/([^/]+)\/(.+)$/.exec(text(input['Media'] as JsonObject, 'MediaFileUri')) ?? [];
  return [
    ...objectUse(scene, 's3:GetObject', bucket, key, ['Decrypt']),
    ...objectUse(scene, 's3:PutObject', text(input, 'OutputBucketName'), text(input, 'OutputKey'), ['GenerateDataKey']),
  ].map(withoutService);
}

/** Through which service the key is reached then is not documented: nothing may rest on it. */
function withoutService({ conditions, ...asked }: Asked): Asked {
  const { 'kms:ViaService': _, ...others } = conditions;
  return { ...asked, conditions: others };
}

function text(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value !== 'string') throw new Error(`the call has no ${name}`);
  return value;
}
