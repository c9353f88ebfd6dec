import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeKeyCommand, GetKeyRotationStatusCommand } from '@aws-sdk/client-kms';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { counted } from '../commandLine.ts';
import { aliasOf, type Place } from './place.ts';
import type { Question } from './question.ts';

const dayMs = 86_400_000;

/** The stage's key, the secret that it encrypts, and the log groups. */
export function askKeys(place: Place, now: Date): Question[] {
  return [...askKey(place, now), ...askSecret(place, now), ...askLogs(place)];
}

function askKey({ stage, services: { kms } }: Place, now: Date): Question[] {
  const KeyId = aliasOf(stage);
  const idOf = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
  return [
    {
      topic: 'keys',
      what: KeyId,
      asked: 'kms:DescribeKey',
      wanted: 'enabled',
      todo: 'deploy again; a key that is to be deleted can be kept by aws kms cancel-key-deletion',
      async ask() {
        const key = await idOf();
        return {
          found: `${key?.KeyState ?? 'unknown'}, made ${ageOf(key?.CreationDate, now)}`,
          right: key?.Enabled === true,
        };
      },
    },
    {
      topic: 'keys',
      what: KeyId,
      asked: 'kms:GetKeyRotationStatus',
      wanted: 'rotated every year',
      todo: 'deploy again',
      async ask() {
        const key = await idOf();
        const answer = await kms.send(new GetKeyRotationStatusCommand({ KeyId: key?.Arn }));
        const { KeyRotationEnabled: right = false } = answer;
        return { found: right ? 'rotated' : 'never rotated', right };
      },
    },
  ];
}

function askSecret({ stage, services: { secrets }, isOwnKey }: Place, now: Date): Question[] {
  const SecretId = `medzen/${stage}/supabase-service-role-key`;
  const describe = () => secrets.send(new DescribeSecretCommand({ SecretId }));
  return [
    {
      topic: 'keys',
      what: SecretId,
      asked: 'secretsmanager:DescribeSecret',
      wanted: 'a value',
      todo: 'aws secretsmanager put-secret-value, as DEPLOY.md says',
      async ask() {
        const { LastChangedDate, VersionIdsToStages = {} } = await describe();
        const right = Object.values(VersionIdsToStages).some((stages) => stages.includes('AWSCURRENT'));
        return { found: right ? `set ${ageOf(LastChangedDate, now)}` : 'made, and never set', right };
      },
    },
    {
      topic: 'encryption',
      what: SecretId,
      asked: 'secretsmanager:DescribeSecret',
      wanted: "the stage's key",
      todo: 'deploy again',
      async ask() {
        const { KmsKeyId } = await describe();
        const found = KmsKeyId === undefined ? "Secrets Manager's own key" : `aws:kms with ${KmsKeyId}`;
        return { found, right: await isOwnKey(KmsKeyId) };
      },
    },
  ];
}

function askLogs({ declared, services: { logs }, isOwnKey }: Place): Question[] {
  const names = Object.values(declared.logGroups);
  const read = async () => {
    const found = new Map<string, { key: string | undefined; days: number | undefined }>();
    const prefix = { logGroupNamePrefix: `/aws/lambda/${declared.stackName}-` };
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, prefix)) {
      for (const { logGroupName = '', kmsKeyId: key, retentionInDays: days } of logGroups)
        found.set(logGroupName, { key, days });
    }
    return names.map((name) => ({ name, ...found.get(name) }));
  };
  const what = counted(names.length, 'log group');
  const todo = 'deploy again';
  return [
    {
      topic: 'encryption',
      what,
      asked: 'logs:DescribeLogGroups',
      wanted: "the stage's key",
      todo,
      async ask() {
        const bare: string[] = [];
        for (const { name, key } of await read()) if (!(await isOwnKey(key))) bare.push(name);
        return { found: bare.length === 0 ? 'aws:kms, all' : `not ${bare.join(', ')}`, right: bare.length === 0 };
      },
    },
    {
      topic: 'retention',
      what,
      asked: 'logs:DescribeLogGroups',
      wanted: 'lines expire',
      todo,
      async ask() {
        const groups = await read();
        const endless = groups.filter(({ days }) => days === undefined).map(({ name }) => name);
        const days = [...new Set(groups.flatMap((group) => group.days ?? []))].join(', ');
        if (endless.length > 0) return { found: `never in ${endless.join(', ')}`, right: false };
        return { found: `lines ${days} days`, right: true };
      },
    },
  ];
}

function ageOf(date: Date | undefined, now: Date): string {
  if (!date) return 'nobody knows when';
  const days = Math.max(0, Math.floor((now.getTime() - date.getTime()) / dayMs));
  return `${date.toISOString().slice(0, 10)} (${counted(days, 'day')} ago)`;
}
