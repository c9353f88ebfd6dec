import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { readCallSettings, unneeded } from './callSettings.ts';
import { aliasOf, type Place } from './place.ts';
import { allows } from './policy.ts';
import { ByHand, type Question } from './question.ts';

const topic = 'calls';
const pipelines = 'mediapipelines.chime.amazonaws.com';

/** What Chime needs to record a call into this account, and to caption it. */
export function askMediaPipelines(place: Place): Question[] {
  return [askRole(place, recorder), askRole(place, captioner), askBucket(place), askPrefixes(place), askKey(place)];
}

interface Role {
  service: string;
  name: string;
  without: string;
  /** Whether only recordings need it. */
  ofRecordings: boolean;
}

/** The roles that Chime acts in, once in an account. Source: the developer guide, "Using service-linked roles". */
const recorder: Role = {
  service: pipelines,
  name: 'AWSServiceRoleForAmazonChimeSDKMediaPipelines',
  without: 'no call is recorded',
  ofRecordings: true,
};
const captioner: Role = {
  service: 'transcription.chime.amazonaws.com',
  name: 'AWSServiceRoleForAmazonChimeTranscription',
  without: 'captions are switched on, and none comes',
  ofRecordings: false,
};

function askRole(place: Place, { service, name, without, ofRecordings }: Role): Question {
  return {
    topic,
    what: name,
    asked: 'iam:GetRole',
    wanted: `the role that Chime acts in; without it ${without}`,
    todo: `aws iam create-service-linked-role --aws-service-name ${service}`,
    async ask() {
      if (ofRecordings && !(await readCallSettings(place)).records) return unneeded;
      const { Role } = await place.services.iam.send(new GetRoleCommand({ RoleName: name }));
      return { found: Role?.Arn ?? 'there is none', right: Role !== undefined };
    },
  };
}

/** Chime as a policy of this account's sees it. */
function asPipelines({ declared }: Place) {
  const { accountId, region } = declared.place;
  const source = `arn:aws:chime:${region}:${accountId}:media-pipeline/0`;
  return { service: pipelines, context: { 'aws:SourceAccount': accountId, 'aws:SourceArn': source } };
}

function askBucket(place: Place): Question {
  const Bucket = place.declared.buckets.find(({ id }) => id === 'RecordingsBucket')?.name ?? '';
  const needs = [
    ['s3:PutObject', '/captures/x'],
    ['s3:PutObjectAcl', '/captures/x'],
    ['s3:PutObject', '/recordings/x'],
    ['s3:GetObject', '/captures/x'],
    ['s3:ListBucket', ''],
  ] as const;
  return {
    topic,
    what: Bucket,
    asked: 's3:GetBucketPolicy',
    wanted: "Chime's media pipelines may put, get and list there",
    todo: 'somebody changed the policy: deploy again',
    async ask() {
      const { Policy = '{}' } = await place.services.s3.send(new GetBucketPolicyCommand({ Bucket }));
      const may = (action: string, path: string) =>
        allows(Policy, { ...asPipelines(place), action, resource: `arn:aws:s3:::${Bucket}${path}` });
      const missing = needs.flatMap(([action, path]) =>
        may(action, path) ? [] : [path === '' ? action : `${action} in ${path.slice(1, -2)}`],
      );
      return {
        found: missing.length === 0 ? 'media pipelines may' : `not allowed: ${missing.join(', ')}`,
        right: missing.length === 0,
      };
    },
  };
}

/** The first recorded call of an account shows it: nobody has published the answer. */
function askPrefixes(place: Place): Question {
  return {
    topic,
    what: 'a policy limited to captures/ and recordings/',
    asked: 'by hand',
    wanted: 'Chime takes it',
    todo: 'record a call of two colleagues; where its session says BucketRefused, widen the statement chimeMediaPipelines in infra/storage.yml to the whole bucket and deploy again',
    async ask() {
      const { records } = await readCallSettings(place);
      if (!records) return unneeded;
      throw new ByHand('not verified: whether Chime takes a policy that is limited to prefixes');
    },
  };
}

function askKey(place: Place): Question {
  const { kms } = place.services;
  return {
    topic,
    what: aliasOf(place.stage),
    asked: 'kms:GetKeyPolicy',
    wanted: "Chime's media pipelines may use the key that encrypts the bucket",
    todo: 'somebody changed the policy: deploy again',
    async ask() {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: aliasOf(place.stage) }));
      const { Policy = '{}' } = await kms.send(new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId }));
      const attempt = { ...asPipelines(place), resource: '*' };
      const missing = ['kms:GenerateDataKey', 'kms:Decrypt'].filter(
        (action) => !allows(Policy, { ...attempt, action }),
      );
      return {
        found: missing.length === 0 ? 'media pipelines may' : `not allowed: ${missing.join(', ')}`,
        right: missing.length === 0,
      };
    },
  };
}
