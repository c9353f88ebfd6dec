import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecretsManager } from '../../../local/services/secretsManager.ts';
import { ManualClock } from '../testClock.ts';
import { serveJson } from './json.ts';

const clock = new ManualClock(9_000_000);
const described = { 'arn:full': { name: 'full', kmsKeyId: 'key' }, 'arn:empty': { name: 'empty' } };

let server: Awaited<ReturnType<typeof serveJson>>;
let client: SecretsManagerClient;
beforeAll(async () => {
  server = await serveJson(createSecretsManager({ clock, described, secrets: () => ({ 'arn:full': 'a key' }) }), clock);
  client = new SecretsManagerClient(server.config);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

test('a secret is described by its name and its ARN, and never with its value', async () => {
  for (const SecretId of ['full', 'arn:full']) {
    const { $metadata: _, ...secret } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(secret).toEqual({
      ARN: 'arn:full',
      Name: 'full',
      KmsKeyId: 'key',
      CreatedDate: new Date(9_000_000),
      LastChangedDate: new Date(9_000_000),
      VersionIdsToStages: { 'the-only-version': ['AWSCURRENT'] },
    });
  }
});

test('one that was never set has no version', async () => {
  const secret = await client.send(new DescribeSecretCommand({ SecretId: 'empty' }));
  expect(secret).toMatchObject({ Name: 'empty' });
  expect(secret).not.toHaveProperty('VersionIdsToStages');
  const missing = { name: 'ResourceNotFoundException' };
  await expect(client.send(new GetSecretValueCommand({ SecretId: 'arn:empty' }))).rejects.toMatchObject(missing);
  await expect(client.send(new DescribeSecretCommand({ SecretId: 'other' }))).rejects.toMatchObject(missing);
});
