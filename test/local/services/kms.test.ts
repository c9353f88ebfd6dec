import {
  CreateKeyCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKms } from '../../../local/services/kms.ts';
import { ManualClock } from '../testClock.ts';
import { serveJson } from './json.ts';

const clock = new ManualClock(5_000_000);
const arn = 'arn:aws:kms:eu-west-1:111122223333:key/DataKey';

let server: Awaited<ReturnType<typeof serveJson>>;
let client: KMSClient;
beforeAll(async () => {
  server = await serveJson(
    createKms({ clock, keys: [{ arn, aliases: ['alias/data'], rotates: true, policy: '{"Statement":[]}' }] }),
    clock,
  );
  client = new KMSClient(server.config);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

test.each([arn, 'DataKey', 'alias/data'])('a key is known as %s', async (KeyId) => {
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata).toMatchObject({ Arn: arn, Enabled: true, CreationDate: new Date(5_000_000) });
  expect(await client.send(new GetKeyRotationStatusCommand({ KeyId }))).toMatchObject({ KeyRotationEnabled: true });
});

test('the policy of a key', async () => {
  expect(await client.send(new GetKeyPolicyCommand({ KeyId: arn }))).toMatchObject({
    Policy: '{"Statement":[]}',
    PolicyName: 'default',
  });
  // The service knows a key here by its id or ARN alone, and one policy of it.
  const refused: [{ KeyId: string; PolicyName?: string }, string][] = [
    [{ KeyId: 'alias/data' }, 'InvalidArnException'],
    [{ KeyId: 'Other' }, 'NotFoundException'],
    [{ KeyId: arn, PolicyName: 'default' }, 'NotImplemented'],
  ];
  for (const [request, name] of refused)
    await expect(client.send(new GetKeyPolicyCommand(request))).rejects.toMatchObject({ name });
});

test('another key is not there, and nothing else can be asked', async () => {
  for (const KeyId of ['alias/other', 'Other'])
    await expect(client.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({ name: 'NotFoundException' });
  await expect(client.send(new CreateKeyCommand({}))).rejects.toMatchObject({ name: 'NotImplemented' });
});
