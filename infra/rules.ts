import { readRunbook } from './runbook.ts';
import type { Resource, Template } from './template.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, unknown>;
  Sid?: string;
}

/** One rule of this deployment: returns the fault of a resource that breaks it, else undefined. */
type Rule = (resource: Resource, id: string, template: Template) => string | undefined;

const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined)?.[name], value);

/** The types of resource that may hold health data, each with the property that names its customer key. */
export const encryption: Readonly<Record<string, (properties: unknown) => unknown>> = {
  'AWS::SQS::Queue': (properties) => at(properties, 'KmsMasterKeyId'),
  'AWS::SNS::Topic': (properties) => at(properties, 'KmsMasterKeyId'),
  'AWS::Logs::LogGroup': (properties) => at(properties, 'KmsKeyId'),
  'AWS::SecretsManager::Secret': (properties) => at(properties, 'KmsKeyId'),
  'AWS::DynamoDB::Table': (properties) => at(properties, 'SSESpecification', 'KMSMasterKeyId'),
  'AWS::StepFunctions::StateMachine': (properties) => at(properties, 'EncryptionConfiguration', 'KmsKeyId'),
  'AWS::S3::Bucket': (properties) =>
    at(
      at(properties, 'BucketEncryption', 'ServerSideEncryptionConfiguration', '0'),
      'ServerSideEncryptionByDefault',
      'KMSMasterKeyID',
    ),
};

const kept = ['AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'];

/** A resource of a failed first deployment is empty and in the way of the next one, so it need not stay. */
const outlivesStack = (policy = '') => ['Retain', 'RetainExceptOnCreate'].includes(policy);

/** What every browser may have needs no key of ours: its bucket holds the Chime SDK. */
const isPublished = (id: string) => id === 'SdkAssetsBucket';

/** The bucket that deployments go through holds code and nothing else. */
const isDeploymentBucket = (id: string) => id === 'ServerlessDeploymentBucket';

const secretNames = /KEY|SECRET|TOKEN|PASSWORD/;
/** Known to every browser; that it is no other key is checked where the configuration is read. */
const publicKey = 'SUPABASE_ANON_KEY';

const rules: readonly Rule[] = [
  ({ Type, Properties }, id) =>
    encryption[Type] && !isDeploymentBucket(id) && !isPublished(id) && !encryption[Type](Properties)
      ? 'is not encrypted with the customer key'
      : undefined,
  ({ Type, DeletionPolicy, UpdateReplacePolicy }, id) =>
    kept.includes(Type) &&
    !isDeploymentBucket(id) &&
    !(outlivesStack(DeletionPolicy) && UpdateReplacePolicy === 'Retain')
      ? 'holds data and would be deleted with the stack'
      : undefined,
  ({ Type, Properties }) => {
    const block = (at(Properties, 'PublicAccessBlockConfiguration') ?? {}) as Record<string, unknown>;
    const closed = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
    return Type === 'AWS::S3::Bucket' && !closed.every((name) => block[name] === true)
      ? 'may become public'
      : undefined;
  },
  ({ Type, Properties }, id) =>
    Type === 'AWS::S3::Bucket' &&
    !isDeploymentBucket(id) &&
    at(Properties, 'VersioningConfiguration', 'Status') !== 'Enabled'
      ? 'keeps no versions'
      : undefined,
  ({ Type }, id, { Resources }) => {
    if (Type !== 'AWS::S3::Bucket') return undefined;
    const denies = Object.values(Resources).some(
      ({ Type: type, Properties }) =>
        type === 'AWS::S3::BucketPolicy' &&
        at(Properties, 'Bucket', 'Ref') === id &&
        statementsOf(Properties).some(isTlsOnly),
    );
    return denies ? undefined : 'answers without TLS';
  },
  ({ Type, Properties }) =>
    Type === 'AWS::DynamoDB::Table' &&
    (at(Properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') !== true ||
      at(Properties, 'DeletionProtectionEnabled') !== true)
      ? 'has no point-in-time recovery or no deletion protection'
      : undefined,
  ({ Type, Properties }) =>
    Type === 'AWS::CloudWatch::Alarm' && ![at(Properties, 'AlarmActions')].flat().some(Boolean)
      ? 'rings nowhere'
      : undefined,
  ({ Type }, id, { Resources }) => {
    if (Type !== 'AWS::SNS::Topic') return undefined;
    const isHeard = Object.values(Resources).some(
      ({ Type: type, Properties }) => type === 'AWS::SNS::Subscription' && at(Properties, 'TopicArn', 'Ref') === id,
    );
    return isHeard ? undefined : 'is a topic that nobody can hear';
  },
  ({ Type, Properties }) =>
    Type === 'AWS::CloudWatch::Alarm' && at(Properties, 'TreatMissingData') === undefined
      ? 'does not say what it makes of missing data'
      : undefined,
  ({ Type, Properties }) => {
    if (Type !== 'AWS::CloudWatch::Alarm') return undefined;
    const [, anchor] = /\bRUNBOOK\.md#(\S+)$/.exec(String(at(Properties, 'AlarmDescription'))) ?? [];
    if (anchor === undefined) return 'does not end with a section of RUNBOOK.md';
    return readRunbook().some((section) => section.anchor === anchor)
      ? undefined
      : `sends to #${anchor}, which RUNBOOK.md does not have`;
  },
  ({ Type, Properties }) => (Type === 'AWS::CloudWatch::Alarm' ? faultOfMath(at(Properties, 'Metrics')) : undefined),
  ({ Type, Properties }) =>
    Type === 'AWS::StepFunctions::StateMachine' &&
    at(Properties, 'LoggingConfiguration', 'IncludeExecutionData') !== false
      ? 'logs what its states hand on'
      : undefined,
  ({ Type, Properties }) => {
    if (Type !== 'AWS::Lambda::Function') return undefined;
    if (at(Properties, 'Runtime') !== 'nodejs24.x') return 'runs on another runtime than the one that is tested';
    const names = Object.entries((at(Properties, 'Environment', 'Variables') ?? {}) as Record<string, unknown>);
    return names.some(
      ([name, value]) => secretNames.test(name) && name !== publicKey && typeof value === 'string' && value !== '',
    )
      ? 'has a secret in its environment'
      : undefined;
  },
  ({ Type, Properties }) => {
    if (Type !== 'AWS::IAM::Role') return undefined;
    const wild = statementsOf(at(Properties, 'Policies')).filter(
      ({ Effect, Action }) => Effect === 'Allow' && [Action].flat().some((action) => action.includes('*')),
    );
    return wild.length > 0 ? `grants ${[wild[0]?.Action].flat().join(', ')}` : undefined;
  },
  // Where the partition is another, such as in GovCloud, it would name nothing.
  (resource) => (JSON.stringify(resource).includes('arn:aws:') ? 'names the partition aws itself' : undefined),
  // A queue whose consumer gives up must have somewhere to put the message; the dead-letter queues are that place.
  ({ Type, Properties }, id) =>
    Type === 'AWS::SQS::Queue' && !id.endsWith('Dead') && at(Properties, 'RedrivePolicy') === undefined
      ? 'loses the messages that nobody can handle'
      : undefined,
];

/** Checks the rules that this deployment has beyond AWS's specification, one line per fault. */
export function checkRules(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) =>
    rules.flatMap((rule) => {
      const fault = rule(resource, id, template);
      return fault === undefined ? [] : [`${id} (${resource.Type}) ${fault}`];
    }),
  );
}

/** Every policy statement inside a value. */
export function statementsOf(value: unknown): Statement[] {
  if (Array.isArray(value)) return value.flatMap(statementsOf);
  if (typeof value !== 'object' || value === null) return [];
  if ('Effect' in value && 'Action' in value) return [value as Statement];
  return Object.values(value).flatMap(statementsOf);
}

function isTlsOnly({ Effect, Principal, Action, Condition }: Statement): boolean {
  const secure = at(Condition, 'Bool', 'aws:SecureTransport');
  return Effect === 'Deny' && Principal === '*' && Action === 's3:*' && String(secure) === 'false';
}

interface MathEntry {
  Id: string;
  Expression?: string;
  ReturnData?: boolean;
}

/** An alarm's expression must name metrics that are listed beside it, and be the only entry whose value is watched. */
function faultOfMath(metrics: unknown): string | undefined {
  if (metrics === undefined) return undefined;
  const entries = metrics as MathEntry[];
  const ids = new Set(entries.map(({ Id }) => Id));
  const named = entries.flatMap(({ Expression = '' }) => Expression.match(/\b[a-z]\w*/g) ?? []);
  const lost = named.find((name) => !ids.has(name));
  if (lost) return `computes with ${lost}, which is not there`;
  const idle = entries.find(({ Id, Expression }) => Expression === undefined && !named.includes(Id));
  if (idle && named.length > 0) return `does not use ${idle.Id}`;
  return entries.filter(({ ReturnData }) => ReturnData !== false).length === 1 ? undefined : 'watches several values';
}
