import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import type { Deployment } from '../stack/template.ts';
import type { Place } from './place.ts';
import type { Question } from './question.ts';

/** Seven calendar years and thirty days, as long as an audit entry lives. */
const anchoredDays = 2_587;

const todo = 'somebody changed the bucket: deploy again';

/** What each bucket of the stage needs. */
export function askBuckets(place: Place): Question[] {
  return place.declared.buckets.flatMap((bucket) => [
    ...askOne(place, bucket.name),
    ...(bucket.notifies ? [askEvents(place, bucket.name)] : []),
    ...(bucket.lock ? [askLock(place, bucket)] : []),
  ]);
}

function askOne({ services: { s3 }, isOwnKey }: Place, Bucket: string): Question[] {
  return [
    {
      topic: 'encryption',
      what: Bucket,
      asked: 's3:GetBucketEncryption',
      wanted: "aws:kms with the stage's key",
      todo,
      async ask() {
        const { ServerSideEncryptionConfiguration: rules } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
        const { SSEAlgorithm = 'nothing', KMSMasterKeyID } =
          rules?.Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? {};
        const found = KMSMasterKeyID === undefined ? SSEAlgorithm : `${SSEAlgorithm} with ${KMSMasterKeyID}`;
        return { found, right: SSEAlgorithm === 'aws:kms' && (await isOwnKey(KMSMasterKeyID)) };
      },
    },
    {
      topic: 'retention',
      what: Bucket,
      asked: 's3:GetBucketLifecycleConfiguration',
      wanted: 'a rule by which objects expire',
      todo,
      async ask() {
        const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
        const expiring = Rules.filter(({ Status, Expiration }) => Status === 'Enabled' && Expiration?.Days);
        return { found: expiring.map(describeRule).join(', ') || 'nothing expires', right: expiring.length > 0 };
      },
    },
    {
      topic: 'protection',
      what: Bucket,
      asked: 's3:GetBucketVersioning',
      wanted: 'versions are kept',
      todo,
      async ask() {
        const { Status = 'off' } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
        return { found: `versions ${Status.toLowerCase()}`, right: Status === 'Enabled' };
      },
    },
    {
      topic: 'protection',
      what: Bucket,
      asked: 's3:GetPublicAccessBlock',
      wanted: 'no public access of any kind',
      todo,
      async ask() {
        const answer = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
        const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } =
          answer.PublicAccessBlockConfiguration ?? {};
        const all = { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets };
        const open = Object.entries(all).flatMap(([name, isOn]) => (isOn === true ? [] : [name]));
        return { found: open.length > 0 ? `without ${open.join(', ')}` : 'all blocked', right: open.length === 0 };
      },
    },
    {
      topic: 'protection',
      what: Bucket,
      asked: 's3:GetBucketPolicy',
      wanted: 'nothing without TLS',
      todo,
      async ask() {
        const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
        const right = deniesWithoutTls(Policy);
        return { found: right ? 'refuses what is not TLS' : 'a policy that takes other than TLS', right };
      },
    },
  ];
}

function askEvents({ services: { s3 } }: Place, Bucket: string): Question {
  return {
    topic: 'functions',
    what: Bucket,
    asked: 's3:GetBucketNotificationConfiguration',
    wanted: 'sends its events to EventBridge',
    todo,
    async ask() {
      const answer = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      const right = answer.EventBridgeConfiguration !== undefined;
      return { found: right ? 'sends its events' : 'sends no events: nothing would start', right };
    },
  };
}

function askLock({ stage, services: { s3 } }: Place, { name: Bucket }: Deployment['buckets'][number]): Question {
  const modes = stage === 'dev' ? ['COMPLIANCE', 'GOVERNANCE'] : ['COMPLIANCE'];
  return {
    topic: 'retention',
    what: Bucket,
    asked: 's3:GetObjectLockConfiguration',
    wanted: `${modes.join(' or ')} for ${anchoredDays} days`,
    todo: 'a bucket is locked when it is made: see anchorLock in DEPLOY.md, and deploy again',
    async ask() {
      const { ObjectLockConfiguration } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
      const { Mode = 'no mode', Days = 0 } = ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
      return { found: `${Mode} for ${Days} days`, right: modes.includes(Mode) && Days >= anchoredDays };
    },
  };
}

function describeRule({ Filter, Expiration, NoncurrentVersionExpiration: versions }: LifecycleRule): string {
  const old = versions?.NoncurrentDays === undefined ? '' : `, old versions ${versions.NoncurrentDays} days`;
  return `${Filter?.Prefix || 'all'} ${Expiration?.Days} days${old}`;
}

interface Statement {
  Effect?: string;
  Condition?: { Bool?: Record<string, unknown> };
}

function deniesWithoutTls(policy: string): boolean {
  const { Statement: statements = [] } = JSON.parse(policy) as { Statement?: Statement[] };
  return statements.some(
    ({ Effect, Condition }) => Effect === 'Deny' && String(Condition?.Bool?.['aws:SecureTransport']) === 'false',
  );
}
