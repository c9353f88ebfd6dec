import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';

export interface Clients extends Disposable {
  s3: S3Client;
  sfn: SFNClient;
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * How SDK clients reach a deployment. The given environment record takes precedence over the process's own environment,
 * so that a client of the embedded stack cannot escape to AWS.
 */
export function clientConfig(env: Env) {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = env;
  const token = env['AWS_SESSION_TOKEN'];
  return {
    ...(endpoint ? { endpoint } : {}),
    ...(region ? { region } : {}),
    ...(id && secret
      ? { credentials: { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) } }
      : {}),
  };
}

/** SDK clients for what every command of a deployment needs. */
export function connectClients(env: Env): Clients {
  const config = clientConfig(env);
  const clients = {
    s3: new S3Client(config),
    sfn: new SFNClient(config),
    sqs: new SQSClient(config),
    dynamodb: new DynamoDBClient(config),
  };
  return {
    ...clients,
    [Symbol.dispose]() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
