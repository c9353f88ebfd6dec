import { join } from 'node:path';
import * as v from 'valibot';
import { capitalize, mapStrings } from '../../infra/expand.ts';
import { pipelinesRegionOf } from '../../infra/parameters.ts';
import { readService } from '../../infra/service.ts';
import type { ApiDestination } from '../services/eventBridge/apiDestinations.ts';
import type { Target } from '../services/eventBridge/rule.ts';
import type { Cors } from '../services/apiGateway/cors.ts';
import { Parameters, type ServiceEvent, ServiceFile, type StreamSettings } from './serviceFile.ts';
import { toDestinations, toTargets } from './callbacks.ts';
import { made } from './conditions.ts';
import { type Declared, toDeclared } from './declared.ts';
import { isAddressed, missing, type Place, type Resource, Resolver } from './resolver.ts';

/** The part of `serverless.yml` and `infra/` that the embedded stack uses, with every reference resolved. */
export interface Deployment {
  place: Place;
  stackName: string;
  functions: FunctionSpec[];
  buckets: { id: string; name: string; versioned: boolean; notifies: boolean; lock?: BucketLock }[];
  /** What is only remembered and described here, as the template has it. */
  declared: Declared[];
  tables: { name: string; properties: Record<string, unknown> }[];
  queues: {
    id: string;
    name: string;
    arn: string;
    visibilityTimeout: number;
    deadLetterArn?: string;
    maxReceiveCount?: number;
  }[];
  rules: { name: string; pattern: Record<string, unknown>; targets: Target[] }[];
  /** What is called over HTTP: its address begins at that of the Supabase project. */
  destinations: ApiDestination[];
  /** Of the secret that they are called with. */
  callbackSecretArn: string;
  /** The log groups of the functions, by the functions' names. */
  logGroups: Readonly<Record<string, string>>;
  stateMachine: { name: string; arn: string; definition: string };
  /** The HTTP API in front of the functions that have routes. */
  api: {
    cors: Required<Cors>;
    throttle: { rate: number; burst: number };
    accessLog: { format: string; group: string };
  };
  /** The provider's environment, which every function sees. */
  environment: Record<string, string>;
}

/** How long each version of a bucket's objects is locked. */
export interface BucketLock {
  mode: 'GOVERNANCE' | 'COMPLIANCE';
  days: number;
}

/** A table's stream that a function is fed with. */
export interface StreamSource {
  /** The table's name. */
  table: string;
  arn: string;
  batchSize: number;
  /** Seconds. */
  batchWindow: number;
  /** Seconds. */
  maximumRecordAge: number;
  deadLetterArn: string;
}

export interface FunctionSpec {
  name: string;
  arn: string;
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  queue?: { arn: string; batchSize: number; maximumConcurrency: number };
  stream?: StreamSource;
  /** Every how many minutes it is invoked. */
  everyMinutes?: number;
  /** The routes of the HTTP API that it serves. */
  routes: string[];
}

/**
 * Reads the deployment that is packaged, with the defaults of its parameters, or with others that are given. Only the intrinsics and resource types
 * that the project uses are known; anything else throws, so that a resource cannot be deployed on AWS and be silently
 * absent here.
 * @throws TemplateInvalid as `readService` does; Error naming anything that the embedded stack does not know
 */
export function readDeployment(root: string, place: Place, given: Readonly<Record<string, unknown>> = {}): Deployment {
  const service = readService(root);
  const pipelinesRegion = pipelinesRegionOf([], join(root, 'serverless.yml'));
  const parameters = { ...v.parse(Parameters, service).params.default, pipelinesRegion, ...given };
  const document = v.parse(
    ServiceFile,
    mapStrings(service, (text) => valueOf(text, parameters, place)),
  );
  const declared: Record<string, Resource> = {};
  const conditions: Record<string, unknown> = {};
  for (const part of document.resources) {
    Object.assign(declared, part.Resources);
    Object.assign(conditions, part.Conditions);
  }
  const resources = made(declared, conditions);
  const resolver = new Resolver(resources, Object.keys(document.functions), place);
  const resolve = <T>(value: unknown) => resolver.resolve(value) as T;
  const ofType = (type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);
  for (const [id, { Type }] of Object.entries(declared)) {
    if (!isAddressed(Type) && !inert.has(Type))
      throw new Error(`infra: ${id} is a ${Type}, which the embedded stack does not know`);
  }

  return {
    place,
    stackName: `${document.service}-${place.stage}`,
    functions: Object.entries(document.functions).map(([name, spec]) => ({
      name,
      arn: resolver.functionArn(name),
      handler: spec.handler,
      timeoutSeconds: spec.timeout,
      memoryMb: spec.memorySize,
      environment: resolve(spec.environment),
      ...toSource(spec.events, resolve),
      routes: spec.events.flatMap(({ httpApi }) => httpApi ?? []),
      ...toRate(spec.events),
    })),
    buckets: ofType('AWS::S3::Bucket').map(([id, { Properties }]) => ({
      id,
      name: resolver.nameOf(id),
      versioned: read(Properties, 'VersioningConfiguration', 'Status') === 'Enabled',
      notifies:
        read(Properties, 'NotificationConfiguration', 'EventBridgeConfiguration', 'EventBridgeEnabled') === true,
      ...toLock(read(Properties, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention')),
    })),
    declared: toDeclared(resources, resolve),
    tables: ofType('AWS::DynamoDB::Table').map(([id, { Properties }]) => ({
      name: resolver.nameOf(id),
      properties: resolve(Properties),
    })),
    queues: ofType('AWS::SQS::Queue').map(([id, { Properties }]) => ({
      id,
      name: resolver.nameOf(id),
      arn: resolver.arnOf(id),
      visibilityTimeout: Number(Properties['VisibilityTimeout'] ?? 30),
      ...toRedrive(resolve(Properties['RedrivePolicy'])),
    })),
    rules: ofType('AWS::Events::Rule').map(([id, { Properties }]) => ({
      name: resolver.nameOf(id),
      pattern: resolve(Properties['EventPattern']),
      targets: toTargets(resolve(Properties['Targets'])),
    })),
    destinations: toDestinations(resources, resolver),
    callbackSecretArn: resolver.arnOf('CallbackSecret'),
    logGroups: Object.fromEntries(
      Object.keys(document.functions).map((name) => [name, resolver.nameOf(`${capitalize(name)}LogGroup`)]),
    ),
    stateMachine: toStateMachine(ofType('AWS::StepFunctions::StateMachine'), resolver),
    api: { cors: document.provider.httpApi.cors, ...toStage(document.resources, resolver) },
    environment: resolve(document.provider.environment),
  };
}

/** The limits of the HTTP API's stage, and how it logs. */
function toStage(parts: ServiceFile['resources'], resolver: Resolver): Omit<Deployment['api'], 'cors'> {
  const [stage] = parts.flatMap(({ extensions }) => extensions?.HttpApiStage ?? []);
  const { DefaultRouteSettings: limits, AccessLogSettings: log } =
    stage?.Properties ?? missing('the HTTP API has no limits');
  return {
    throttle: { rate: limits.ThrottlingRateLimit, burst: limits.ThrottlingBurstLimit },
    accessLog: { format: log.Format, group: resolver.nameOf('HttpApiLogGroup') },
  };
}

/** The queue or the stream that feeds a function; there is at most one. */
function toSource(
  events: readonly ServiceEvent[],
  resolve: <T>(value: unknown) => T,
): Pick<FunctionSpec, 'queue' | 'stream'> {
  for (const { sqs, stream } of events) {
    if (sqs) return toQueue(sqs, resolve);
    if (stream) return toStream(stream, resolve);
  }
  return {};
}

/** The minutes of a function's schedule, if it has one. */
function toRate(events: readonly ServiceEvent[]): Pick<FunctionSpec, 'everyMinutes'> {
  const [, minutes] = events.flatMap(({ schedule = '' }) => /^rate\((\d+) minutes?\)$/.exec(schedule) ?? []);
  return minutes === undefined ? {} : { everyMinutes: Number(minutes) };
}

function toStateMachine(machines: [string, Resource][], resolver: Resolver): Deployment['stateMachine'] {
  const [id, machine] = machines[0] ?? [];
  if (!id || !machine || machines.length > 1) throw new Error('infra: exactly one state machine is expected');
  const substitutions = resolver.resolve(machine.Properties['DefinitionSubstitutions']) as Record<string, string>;
  // readService has already refused a placeholder without a substitution.
  const definition = JSON.stringify(machine.Properties['Definition']).replace(/\$\{(\w+)\}/g, (_, name: string) =>
    String(substitutions[name]),
  );
  return { name: resolver.nameOf(id), arn: resolver.arnOf(id), definition };
}

type QueueEvent = { arn: unknown; batchSize: number; maximumConcurrency: number };

function toQueue(event: QueueEvent, resolve: <T>(value: unknown) => T): Pick<FunctionSpec, 'queue'> {
  const { batchSize, maximumConcurrency } = event;
  return { queue: { arn: resolve<string>(event.arn), batchSize, maximumConcurrency } };
}

function toStream(event: StreamSettings, resolve: <T>(value: unknown) => T): Pick<FunctionSpec, 'stream'> {
  const { batchSize, batchWindow, maximumRecordAgeInSeconds: maximumRecordAge, destinations } = event;
  const arn = resolve<string>(event.arn);
  const table = /:table\/([^/]+)\//.exec(arn)?.[1] ?? missing(`${arn} is no stream of a table`);
  const deadLetterArn = resolve<string>(destinations.onFailure.arn);
  return { stream: { table, arn, batchSize, batchWindow, maximumRecordAge, deadLetterArn } };
}

function toLock(retention: unknown): { lock?: BucketLock } {
  const { Mode, Days } = (retention ?? {}) as { Mode?: BucketLock['mode']; Days?: number };
  return Mode === undefined ? {} : { lock: { mode: Mode, days: Number(Days) } };
}

function toRedrive(policy: unknown): { deadLetterArn?: string; maxReceiveCount?: number } {
  const redrive = policy as { deadLetterTargetArn: string; maxReceiveCount: number } | undefined;
  return redrive ? { deadLetterArn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount } : {};
}

function read(value: unknown, ...path: string[]): unknown {
  let at = value;
  for (const name of path) at = (at as Record<string, unknown> | undefined)?.[name];
  return at;
}

/** The few serverless variables that the project uses. */
function valueOf(text: string, parameters: Readonly<Record<string, unknown>>, { stage, region }: Place): unknown {
  const [, parameter] = /^\$\{param:(\w+)\}$/.exec(text) ?? [];
  if (parameter !== undefined) {
    return parameters[parameter] ?? missing(`serverless.yml has no default for the parameter ${parameter}`);
  }
  // Environment and command-line options of a deployment have no meaning here: the stack sets its own.
  const own = text.replaceAll(/\$\{(?:env|opt):[^}]*\}/g, '');
  return own.replaceAll('${sls:stage}', stage).replaceAll('${aws:region}', region);
}

/** Permissions, monitoring and kept logs do not change how a recording runs through the stack. */
const inert: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::User',
  'AWS::KMS::Alias',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);
