import { ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { counted } from '../commandLine.ts';
import { readCallSettings } from './callSettings.ts';
import type { Place } from './place.ts';
import { ByHand, NotAsked, type Question } from './question.ts';

const dayMs = 86_400_000;
/** The longest that a key of an edge function is used. */
const keyDays = 90;

/** The keys by which the edge functions reach AWS, and those by which people's tokens are believed. */
export function askSignIn(place: Place, now: Date): Question[] {
  const users = place.declared.declared.filter(({ type }) => type === 'AWS::IAM::User');
  return [
    ...users.map(({ properties }) => askUser(place, String(properties['UserName']), now)),
    askTokens(place),
    askThirdParty(place),
  ];
}

export function askUser({ services: { iam } }: UserPlace, UserName: string, now: Date): Question {
  return {
    topic: 'keys',
    what: UserName,
    asked: 'iam:ListAccessKeys',
    wanted: `no key in use that is older than ${keyDays} days`,
    todo: 'aws iam create-access-key, set it as the secret of the edge function, then aws iam update-access-key --status Inactive for the old one',
    async ask() {
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
      const ages = AccessKeyMetadata.filter(({ Status }) => Status === 'Active').map(({ CreateDate = new Date(0) }) =>
        Math.max(0, Math.floor((now.getTime() - CreateDate.getTime()) / dayMs)),
      );
      if (ages.length === 0) return { found: 'no key: no edge function uses it', right: true };
      return {
        found: `${counted(ages.length, 'key')}, ${ages.map((days) => counted(days, 'day')).join(' and ')} old`,
        right: ages.every((days) => days <= keyDays),
      };
    },
  };
}

type UserPlace = { services: Pick<Place['services'], 'iam'> };
type TokenPlace = Pick<Place, 'stage' | 'env'> & { services: Pick<Place['services'], 'secrets'> };

/** A project signs its users' tokens with a secret, or with keys that it publishes. */
export function askTokens({ stage, env, services: { secrets } }: TokenPlace): Question {
  const SecretId = `medzen/${stage}/supabase-jwt-secret`;
  return {
    topic: 'database',
    what: SecretId,
    asked: 'secretsmanager:DescribeSecret',
    wanted: 'a value, unless the project signs tokens with keys',
    todo: 'aws secretsmanager put-secret-value, as DEPLOY.md says: without it nobody is let in',
    async ask() {
      const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
      if (Object.values(VersionIdsToStages).some((stages) => stages.includes('AWSCURRENT')))
        return { found: 'set', right: true };
      const count = await countKeys(env['SUPABASE_URL']);
      return { found: `empty, and the project publishes ${counted(count, 'key')}`, right: count > 0 };
    },
  };
}

/** @throws NotAsked where the project does not answer */
async function countKeys(url: string | undefined): Promise<number> {
  if (!url) throw new NotAsked('empty, and SUPABASE_URL is not set: the keys of the project were not looked for');
  const address = `${url.replace(/\/$/, '')}/auth/v1/.well-known/jwks.json`;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new NotAsked(`empty, and ${address} answers ${answer.status}`);
    return ((await answer.json()) as { keys?: unknown[] }).keys?.length ?? 0;
  } catch (error) {
    throw error instanceof NotAsked ? error : new NotAsked(`empty, and ${address} does not answer`);
  }
}

function askThirdParty(place: Place): Question {
  return {
    topic: 'database',
    what: 'users of Firebase',
    asked: 'by hand',
    wanted: 'the Supabase project trusts the Firebase project, and its users have the claim role: authenticated',
    todo: 'set up third-party authentication in the project, as DEPLOY.md says; without it readers get ThirdPartyAuthMissing',
    async ask() {
      const { firebaseProject } = await readCallSettings(place);
      if (firebaseProject === undefined) return { found: 'no token of Firebase is taken', right: true };
      throw new ByHand(`not verified: whether the Supabase project trusts ${firebaseProject}`);
    },
  };
}
