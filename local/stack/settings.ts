import type { ChimeSettings } from '../services/chime/chime.ts';
import type { MessagingSettings } from '../services/chimeMessaging/chimeMessaging.ts';
import type { PipelinesSettings } from '../services/chimePipelines/chimePipelines.ts';
import type { AlarmSpec } from '../services/cloudWatch.ts';
import type { AccessKey } from '../services/iam.ts';
import type { Key } from '../services/kms.ts';
import type { NewBucket } from '../services/s3/s3.ts';
import type { Declared } from './declared.ts';
import type { Deployment } from './template.ts';

/** How the stand-ins for Chime behave where it may be chosen. */
export interface ChimeChoices extends ChimeSettings {
  pipelines?: PipelinesSettings;
  messaging?: MessagingSettings;
}

type Documents = NonNullable<NewBucket['documents']>;
type Fields = Readonly<Record<string, unknown>>;

const ofType = ({ declared }: Deployment, type: string): Declared[] => declared.filter((one) => one.type === type);

/** A bucket's documents in the spelling of S3's own interface, which is not that of a template. */
export function toDocuments(deployment: Deployment, name: string): Documents {
  const bucket = ofType(deployment, 'AWS::S3::Bucket').find(({ properties }) => properties['BucketName'] === name);
  const policy = ofType(deployment, 'AWS::S3::BucketPolicy').find(({ properties }) => properties['Bucket'] === name);
  const { properties = {} } = bucket ?? {};
  const documents: Record<string, unknown> = {
    encryption: toEncryption(properties['BucketEncryption'] as Fields | undefined),
    lifecycle: toLifecycle(properties['LifecycleConfiguration'] as Fields | undefined),
    notification: toNotification(properties['NotificationConfiguration'] as Fields | undefined),
    publicAccessBlock: properties['PublicAccessBlockConfiguration'],
    'object-lock': properties['ObjectLockConfiguration'],
    policy: policy && JSON.stringify(policy.properties['PolicyDocument']),
  };
  const given = Object.entries(documents).filter(([, document]) => document !== undefined);
  return Object.fromEntries(given);
}

function toEncryption(encryption: Fields | undefined) {
  if (!encryption) return undefined;
  const rules = encryption['ServerSideEncryptionConfiguration'] as Fields[];
  return {
    Rule: rules.map(({ ServerSideEncryptionByDefault: byDefault, ...rule }) => ({
      ApplyServerSideEncryptionByDefault: byDefault,
      ...rule,
    })),
  };
}

function toLifecycle(lifecycle: Fields | undefined) {
  if (!lifecycle) return undefined;
  const days = (name: string, value: unknown) => (value === undefined ? undefined : { [name]: value });
  const toRule = (rule: Fields) => ({
    ID: rule['Id'],
    Filter: { Prefix: rule['Prefix'] ?? '' },
    Status: rule['Status'],
    Transition: ((rule['Transitions'] ?? []) as Fields[]).map(({ TransitionInDays, StorageClass }) => ({
      Days: TransitionInDays,
      StorageClass,
    })),
    Expiration:
      days('Days', rule['ExpirationInDays']) ?? days('ExpiredObjectDeleteMarker', rule['ExpiredObjectDeleteMarker']),
    NoncurrentVersionExpiration: rule['NoncurrentVersionExpiration'],
    AbortIncompleteMultipartUpload: rule['AbortIncompleteMultipartUpload'],
  });
  return { Rule: (lifecycle['Rules'] as Fields[]).map(toRule) };
}

function toNotification(notification: Fields | undefined) {
  const { EventBridgeEnabled } = (notification?.['EventBridgeConfiguration'] ?? {}) as Fields;
  return EventBridgeEnabled === true ? { EventBridgeConfiguration: {} } : undefined;
}

/** The attributes of a queue that do nothing here, by the queue's logical id. */
export function toQueueAttributes(deployment: Deployment, id: string): Record<string, string> {
  const { properties = {} } = ofType(deployment, 'AWS::SQS::Queue').find((queue) => queue.id === id) ?? {};
  const names = ['KmsMasterKeyId', 'MessageRetentionPeriod'].filter((name) => properties[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, String(properties[name])]));
}

export function toKeys(deployment: Deployment): Key[] {
  const aliases = ofType(deployment, 'AWS::KMS::Alias').map(({ properties }) => properties);
  const { region, accountId } = deployment.place;
  return ofType(deployment, 'AWS::KMS::Key').map(({ id, properties }) => {
    const arn = `arn:aws:kms:${region}:${accountId}:key/${id}`;
    const own = aliases.filter(({ TargetKeyId }) => TargetKeyId === arn);
    return {
      arn,
      aliases: own.map(({ AliasName }) => String(AliasName)),
      rotates: properties['EnableKeyRotation'] === true,
      policy: JSON.stringify(properties['KeyPolicy'] ?? {}),
    };
  });
}

/** The users of the template, each with the key of its edge function, which is as old as the stack. */
export function toUsers(deployment: Deployment, createdAt: number): Record<string, AccessKey[]> {
  const users = ofType(deployment, 'AWS::IAM::User').map(({ properties }) => String(properties['UserName']));
  return Object.fromEntries(users.map((name) => [name, [{ id: name, createdAt }]] as const));
}

/** The alarms of the template: none of them rings here. */
export function toAlarms(deployment: Deployment): AlarmSpec[] {
  return ofType(deployment, 'AWS::CloudWatch::Alarm').map(({ properties }) => ({
    name: String(properties['AlarmName']),
    description: String(properties['AlarmDescription']),
    hasActions: properties['hasActions'] === true,
  }));
}

/** By a log group's name. */
export function toLogSettings(deployment: Deployment): Record<string, { kmsKeyId?: string; retentionInDays?: number }> {
  const groups = ofType(deployment, 'AWS::Logs::LogGroup').map(({ properties }) => {
    const { LogGroupName, KmsKeyId, RetentionInDays } = properties;
    const settings = {
      ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId as string }),
      ...(RetentionInDays !== undefined && { retentionInDays: Number(RetentionInDays) }),
    };
    return [String(LogGroupName), settings] as const;
  });
  return Object.fromEntries(groups);
}

/** By a secret's ARN. */
export function toSecrets(deployment: Deployment): Record<string, { name: string; kmsKeyId?: string }> {
  const { region, accountId } = deployment.place;
  const secrets = ofType(deployment, 'AWS::SecretsManager::Secret').map(({ properties: { Name, KmsKeyId } }) => {
    const key = KmsKeyId === undefined ? {} : { kmsKeyId: KmsKeyId as string };
    return [
      `arn:aws:secretsmanager:${region}:${accountId}:secret:${String(Name)}-Local1`,
      { name: String(Name), ...key },
    ] as const;
  });
  return Object.fromEntries(secrets);
}
