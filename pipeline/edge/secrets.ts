import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

/**
 * The text of a secret.
 * @throws Error `ConfigurationInvalid` naming a secret that does not exist or has no value yet
 */
export async function readSecret(
  id: string,
  client = new SecretsManagerClient(withLimit('secretsManager')),
): Promise<string> {
  const text = await findSecret(id, client);
  if (text) return text;
  const error = new Error(`configuration: the secret ${id} holds no text`);
  error.name = 'ConfigurationInvalid';
  throw error;
}

/** Undefined when there is no value: the service answers for a secret without one as if there were no such secret. */
export async function findSecret(
  id: string,
  client = new SecretsManagerClient(withLimit('secretsManager')),
): Promise<string | undefined> {
  try {
    const { SecretString } = await request('SecretsManager', () =>
      client.send(new GetSecretValueCommand({ SecretId: id })),
    );
    return SecretString;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
