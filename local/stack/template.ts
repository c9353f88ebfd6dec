import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as v from 'valibot';

/** What the embedded stack takes from `serverless.yml` and `infra/`, with every reference resolved. */
export interface Deployment {
  functions: FunctionSpec[];
  buckets: { name: string; versioned: boolean; notifies: boolean }[];
  tables: { name: string; properties: Record<string, unknown> }[];
  queues: { name: string; arn: string; visibilityTimeout: number; deadLetterArn?: string; maxReceiveCount?: number }[];
  rules: { name: string; pattern: Record<string, unknown>; targets: { arn: string; deadLetterArn?: string }[] }[];
  stateMachine: { name: string; arn: string; definition: string };
  /** The provider's environment, which every function sees. */
  environment: Record<string, string>;
}

export interface FunctionSpec {
  name: string;
  arn: string;
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  queue?: { arn: string; batchSize: number; maximumConcurrency: number };
}

export interface Place {
  region: string;
  accountId: string;
  stage: string;
}

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

const Strings = v.optional(v.record(v.string(), v.unknown()), {});
const Serverless = v.object({
  provider: v.object({ environment: Strings }),
  functions: v.record(
    v.string(),
    v.object({
      handler: v.string(),
      timeout: v.number(),
      memorySize: v.number(),
      environment: Strings,
      events: v.optional(
        v.array(
          v.object({
            sqs: v.object({
              arn: v.unknown(),
              batchSize: v.number(),
              maximumConcurrency: v.number(),
              functionResponseType: v.literal('ReportBatchItemFailures'),
            }),
          }),
        ),
        [],
      ),
    }),
  ),
  // What else a part may hold (extensions of what osls makes, conditions) exists on AWS only.
  resources: v.array(v.object({ Resources: v.optional(v.record(v.string(), v.unknown()), {}) })),
});

/**
 * Reads the deployment as it is written. Only the intrinsics and resource types that the project uses are known;
 * anything else throws, so that a resource can not be deployed on AWS and be silently absent here.
 */
export function readDeployment(root: string, place: Place): Deployment {
  const document = v.parse(Serverless, new Reader(root, place).file('serverless.yml'));
  const resources: Record<string, Resource> = {};
  for (const part of document.resources) Object.assign(resources, part.Resources);
  const resolver = new Resolver(resources, Object.keys(document.functions), place);
  const resolve = <T>(value: unknown) => resolver.resolve(value) as T;
  const ofType = (type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);
  for (const [id, { Type }] of Object.entries(resources)) {
    if (!(Type in arns) && !inert.has(Type))
      throw new Error(`infra: ${id} is a ${Type}, which the embedded stack does not know`);
  }

  return {
    functions: Object.entries(document.functions).map(([name, spec]) => ({
      name,
      arn: resolver.functionArn(name),
      handler: spec.handler,
      timeoutSeconds: spec.timeout,
      memoryMb: spec.memorySize,
      environment: resolve(spec.environment),
      ...toQueue(spec.events[0]?.sqs, resolve),
    })),
    buckets: ofType('AWS::S3::Bucket').map(([id, { Properties }]) => ({
      name: resolver.nameOf(id),
      versioned: read(Properties, 'VersioningConfiguration', 'Status') === 'Enabled',
      notifies:
        read(Properties, 'NotificationConfiguration', 'EventBridgeConfiguration', 'EventBridgeEnabled') === true,
    })),
    tables: ofType('AWS::DynamoDB::Table').map(([id, { Properties }]) => ({
      name: resolver.nameOf(id),
      properties: resolve(Properties),
    })),
    queues: ofType('AWS::SQS::Queue').map(([id, { Properties }]) => ({
      name: resolver.nameOf(id),
      arn: resolver.arnOf(id),
      visibilityTimeout: Number(Properties['VisibilityTimeout'] ?? 30),
      ...toRedrive(resolve(Properties['RedrivePolicy'])),
    })),
    rules: ofType('AWS::Events::Rule').map(([id, { Properties }]) => ({
      name: id,
      pattern: resolve(Properties['EventPattern']),
      targets: resolve<{ Arn: string; DeadLetterConfig?: { Arn: string } }[]>(Properties['Targets']).map((target) => ({
        arn: target.Arn,
        ...(target.DeadLetterConfig ? { deadLetterArn: target.DeadLetterConfig.Arn } : {}),
      })),
    })),
    stateMachine: toStateMachine(ofType('AWS::StepFunctions::StateMachine'), resolver),
    environment: resolve(document.provider.environment),
  };
}

function toStateMachine(machines: [string, Resource][], resolver: Resolver): Deployment['stateMachine'] {
  const [id, machine] = machines[0] ?? [];
  if (!id || !machine || machines.length > 1) throw new Error('infra: exactly one state machine is expected');
  const substitutions = resolver.resolve(machine.Properties['DefinitionSubstitutions']) as Record<string, string>;
  const definition = JSON.stringify(machine.Properties['Definition']).replace(
    /\$\{(\w+)\}/g,
    (_, name: string) => substitutions[name] ?? missing(`DefinitionSubstitutions has no ${name}`),
  );
  return { name: resolver.nameOf(id), arn: resolver.arnOf(id), definition };
}

type QueueEvent = { arn: unknown; batchSize: number; maximumConcurrency: number };

function toQueue(event: QueueEvent | undefined, resolve: <T>(value: unknown) => T): Pick<FunctionSpec, 'queue'> {
  if (!event) return {};
  const { batchSize, maximumConcurrency } = event;
  return { queue: { arn: resolve<string>(event.arn), batchSize, maximumConcurrency } };
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

/** Reads YAML and JSON with the few serverless variables that the project uses. */
class Reader {
  readonly #root: string;
  readonly #place: Place;
  readonly #parameters: Readonly<Record<string, unknown>>;

  constructor(root: string, place: Place) {
    this.#root = root;
    this.#place = place;
    const { params } = parse(readFileSync(join(root, 'serverless.yml'), 'utf8')) as { params?: { default?: object } };
    this.#parameters = { ...params?.default };
  }

  file(path: string): unknown {
    const text = readFileSync(join(this.#root, path), 'utf8').replaceAll('${sls:stage}', this.#place.stage);
    return this.#include(path.endsWith('.json') ? JSON.parse(text) : parse(text));
  }

  #include(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#include(item));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, this.#include(field)]));
    }
    if (typeof value !== 'string') return value;
    const included = /^\$\{file\(([^)]+)\)\}$/.exec(value)?.[1];
    if (included) return this.file(included);
    const parameter = /^\$\{param:(\w+)\}$/.exec(value)?.[1];
    if (parameter)
      return this.#parameters[parameter] ?? missing(`serverless.yml has no default for the parameter ${parameter}`);
    // Environment and command-line options of a deployment have no meaning here: the stack sets its own.
    return /^\$\{(env|opt):/.test(value) ? '' : value;
  }
}

/** Who may do what, what is watched and what is kept of logs changes nothing of how a recording runs through the stack. */
const inert: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/** How the resource types that the project uses are named and addressed. */
const arns: Readonly<Record<string, { property: string; arn: (name: string, place: Place) => string }>> = {
  'AWS::S3::Bucket': { property: 'BucketName', arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::SQS::Queue': { property: 'QueueName', arn: (name, at) => `arn:aws:sqs:${at.region}:${at.accountId}:${name}` },
  'AWS::KMS::Key': { property: 'KeyId', arn: (name, at) => `arn:aws:kms:${at.region}:${at.accountId}:key/${name}` },
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    arn: (name, at) => `arn:aws:dynamodb:${at.region}:${at.accountId}:table/${name}`,
  },
  'AWS::Events::Rule': {
    property: 'Name',
    arn: (name, at) => `arn:aws:events:${at.region}:${at.accountId}:rule/${name}`,
  },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    arn: (name, at) => `arn:aws:logs:${at.region}:${at.accountId}:log-group:${name}:*`,
  },
  'AWS::SecretsManager::Secret': {
    property: 'Name',
    arn: (name, at) => `arn:aws:secretsmanager:${at.region}:${at.accountId}:secret:${name}-Local1`,
  },
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    arn: (name, at) => `arn:aws:states:${at.region}:${at.accountId}:stateMachine:${name}`,
  },
};

/** Ref, Fn::GetAtt (Arn only) and Fn::Sub over the project's own resources and CloudFormation's pseudo parameters. */
export class Resolver {
  readonly #resources: Record<string, Resource>;
  readonly #functions: readonly string[];
  readonly #place: Place;

  constructor(resources: Record<string, Resource>, functions: readonly string[], place: Place) {
    this.#resources = resources;
    this.#functions = functions;
    this.#place = place;
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = [], more] = Object.entries(value);
    if (more === undefined && name === 'Ref') return this.#ref(String(argument));
    if (more === undefined && name === 'Fn::Sub') return this.#substitute(String(argument));
    if (more === undefined && name === 'Fn::GetAtt') {
      const [id, attribute] = argument as [string, string];
      if (attribute !== 'Arn') throw new Error(`infra: Fn::GetAtt ${id}.${attribute} is not known`);
      return this.arnOf(id);
    }
    if (name?.startsWith('Fn::')) throw new Error(`infra: ${name} is not known`);
    return Object.fromEntries(Object.entries(value).map(([field, content]) => [field, this.resolve(content)]));
  }

  nameOf(id: string): string {
    const resource = this.#find(id);
    return String(this.resolve(resource.Properties[arns[resource.Type]?.property ?? ''] ?? id));
  }

  arnOf(id: string): string {
    const step = this.#functions.find((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction` === id);
    if (step) return this.functionArn(step);
    return arns[this.#find(id).Type]?.arn(this.nameOf(id), this.#place) ?? missing(`${id} has no ARN`);
  }

  functionArn(name: string): string {
    return `arn:aws:lambda:${this.#place.region}:${this.#place.accountId}:function:${name}`;
  }

  #ref(id: string): string {
    const pseudo = this.#pseudo(id);
    if (pseudo !== undefined) return pseudo;
    const isNamed = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table'].includes(this.#find(id).Type);
    return isNamed ? this.nameOf(id) : this.arnOf(id);
  }

  #substitute(text: string): string {
    return text.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      const [id = '', attribute] = name.split('.');
      if (attribute === undefined) return this.#ref(id);
      return attribute === 'Arn' ? this.arnOf(id) : missing(`${id}.${attribute} is not known`);
    });
  }

  #pseudo(name: string): string | undefined {
    const { accountId, region } = this.#place;
    const values: Record<string, string> = {
      'AWS::AccountId': accountId,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
    };
    return values[name];
  }

  #find(id: string): Resource {
    return this.#resources[id] ?? missing(`there is no resource ${id}`);
  }
}

function missing(what: string): never {
  throw new Error(`infra: ${what}`);
}
