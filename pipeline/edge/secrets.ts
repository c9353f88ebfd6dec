import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { request } from './failure.ts';

/** The text of a secret. A secret that nobody has put a value in yet is a fault of the configuration, by its name. */
export async function readSecret(id: string, client = new SecretsManagerClient({})): Promise<string> {
  const { SecretString } = await request('SecretsManager', () =>
    client.send(new GetSecretValueCommand({ SecretId: id })),
  );
  if (SecretString) return SecretString;
  const error = new Error(`configuration: the secret ${id} holds no text`);
  error.name = 'ConfigurationInvalid';
  throw error;
}
