import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realClock } from '../../../local/services/clock.ts';
import { Faults } from '../../../local/services/faults.ts';
import { type Gateway, startGateway } from '../../../local/services/gateway.ts';
import { createSecretsManager } from '../../../local/services/secretsManager.ts';
import { findSecret, readSecret } from '../../../pipeline/edge/secrets.ts';

let gateway: Gateway;
let client: SecretsManagerClient;

beforeAll(async () => {
  gateway = await startGateway({
    clock: realClock(),
    faults: new Faults(),
    services: [createSecretsManager({ secrets: () => ({ ehr: 'a key', empty: '' }) })],
    fallback: async (_, response) => void response.end(),
  });
  client = new SecretsManagerClient({
    endpoint: gateway.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await gateway.close();
});

test('reads the text of a secret', async () => {
  expect(await readSecret('ehr', client)).toBe('a key');
});

test.each(['empty', 'absent'])('a secret without a value, %s, is a fault of the configuration', async (id) => {
  await expect(readSecret(id, client)).rejects.toMatchObject({
    name: 'ConfigurationInvalid',
    message: `configuration: the secret ${id} holds no text`,
  });
});

test.each(['empty', 'absent'])('a secret that need not be there, %s, is none', async (id) => {
  expect((await findSecret(id, client)) || undefined).toBeUndefined();
});

test('a busy service is worth another try', async () => {
  const nowhere = new SecretsManagerClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  await expect(readSecret('ehr', nowhere)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});
