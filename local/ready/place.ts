import { join } from 'node:path';
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Clients, clientConfig, connectClients } from '../stack/clients.ts';
import { type Deployment, readDeployment } from '../stack/template.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface Services extends Clients {
  cloudFormation: CloudFormationClient;
  cloudWatch: CloudWatchClient;
  logs: CloudWatchLogsClient;
  events: EventBridgeClient;
  iam: IAMClient;
  kms: KMSClient;
  lambda: LambdaClient;
  secrets: SecretsManagerClient;
  quotas: ServiceQuotasClient;
}

/** A stage in an account and a region: what this version of the repository would deploy there, and whom to ask. */
export interface Place extends Disposable {
  env: Env;
  stage: string;
  /** Names and numbers; the settings of what is deployed are asked for, not read here. */
  declared: Deployment;
  services: Services;
  /** A queue's address, by its logical id. */
  queueUrl: (id: string) => Promise<string | undefined>;
  /** Whether this is the stage's own key, as far as the caller may know; a key of AWS's own is not. */
  isOwnKey: (name: string | undefined) => Promise<boolean>;
}

const root = join(import.meta.dirname, '../..');

/** The stage's place in the account of the caller. @throws the service's own error when it does not know the caller */
export async function findPlace(env: Env, stage: string, region: string): Promise<Place> {
  const config = clientConfig(env);
  const sts = new STSClient(config);
  const { Account: accountId = '' } = await sts.send(new GetCallerIdentityCommand({})).finally(() => sts.destroy());
  const more = {
    cloudFormation: new CloudFormationClient(config),
    cloudWatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
    events: new EventBridgeClient(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    lambda: new LambdaClient(config),
    secrets: new SecretsManagerClient(config),
    quotas: new ServiceQuotasClient(config),
  };
  const clients = connectClients(env);
  const declared = readDeployment(root, { region, accountId, stage });
  const ownKey = findKey(more.kms, stage);
  return {
    env,
    stage,
    declared,
    services: { ...clients, ...more },
    async queueUrl(LogicalResourceId) {
      const asked = new DescribeStackResourceCommand({ StackName: declared.stackName, LogicalResourceId });
      return (await more.cloudFormation.send(asked)).StackResourceDetail?.PhysicalResourceId;
    },
    async isOwnKey(name) {
      const key = await ownKey();
      if (name === undefined || !key) return name !== undefined && !/^$|alias\/aws\//.test(name);
      return [key.Arn, key.KeyId, aliasOf(stage)].some((own) => own !== undefined && name.endsWith(own));
    },
    [Symbol.dispose]() {
      clients[Symbol.dispose]();
      for (const client of Object.values(more)) client.destroy();
    },
  };
}

export const aliasOf = (stage: string): string => `alias/medzen-${stage}`;

/** Asks for the stage's key once; undefined when the caller may not, or there is none. */
function findKey(kms: KMSClient, stage: string) {
  let asked: Promise<KeyMetadata | undefined> | undefined;
  return () =>
    (asked ??= kms.send(new DescribeKeyCommand({ KeyId: aliasOf(stage) })).then(
      ({ KeyMetadata }) => KeyMetadata,
      () => undefined,
    ));
}
