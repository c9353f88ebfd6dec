import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toRow } from '../../../local/ready/question.ts';
import { askTokens, askUser } from '../../../local/ready/signIn.ts';
import { type AccessKey, createIam } from '../../../local/services/iam.ts';
import { createSecretsManager } from '../../../local/services/secretsManager.ts';
import { serveJson } from '../services/json.ts';
import { serveScoped } from '../services/scoped.ts';
import { ManualClock } from '../testClock.ts';

const now = new Date('2026-11-28T10:00:00Z');
const clock = new ManualClock(now.getTime());
const old = (days: number, status: AccessKey['status'] = 'Active'): AccessKey => {
  return { id: `AKIA${days}`, createdAt: now.getTime() - days * 86_400_000, status };
};

describe('the keys of an edge function', () => {
  const users: Record<string, [keys: AccessKey[], verdict: string, found: string]> = {
    young: [[old(0)], 'right', '1 key, 0 days old'],
    ninety: [[old(90)], 'right', '1 key, 90 days old'],
    older: [[old(91)], 'lacks', '1 key, 91 days old'],
    both: [[old(91), old(1)], 'lacks', '2 keys, 91 days and 1 day old'],
    rotated: [[old(91, 'Inactive'), old(1)], 'right', '1 key, 1 day old'],
    none: [[], 'right', 'no key: no edge function uses it'],
  };
  let server: Awaited<ReturnType<typeof serveScoped>>;
  let iam: IAMClient;
  beforeAll(async () => {
    const keys = Object.fromEntries(Object.entries(users).map(([name, [own]]) => [name, own]));
    server = await serveScoped(createIam({ clock, accountId: '1', users: keys }));
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
    iam = new IAMClient({ endpoint: server.url, region: 'eu-west-1', credentials });
  });
  afterAll(async () => {
    iam.destroy();
    await server.close();
  });

  test.each(Object.entries(users))('%s', async (name, [, verdict, found]) => {
    expect(await toRow(askUser({ services: { iam } }, name, now))).toMatchObject({ verdict, found });
  });

  test('a user that was never made', async () => {
    const row = await toRow(askUser({ services: { iam } }, 'nobody', now));
    expect(row).toMatchObject({ verdict: 'lacks', found: 'there is none' });
  });
});

describe("what people's tokens are signed with", () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:1:secret:medzen/s/supabase-jwt-secret-Local1';
  const described = { [arn]: { name: 'medzen/s/supabase-jwt-secret' } };
  let published: { status: number; body: string };
  let project: Server;
  let url: string;
  beforeAll(async () => {
    project = createServer((request, response) => {
      const isKeys = request.url === '/auth/v1/.well-known/jwks.json';
      response.writeHead(isKeys ? published.status : 404).end(published.body);
    }).listen(0, '127.0.0.1');
    await once(project, 'listening');
    url = `http://127.0.0.1:${(project.address() as AddressInfo).port}`;
  });
  afterAll(() => void project.close());

  async function ask(secret: string | undefined, env: Record<string, string>) {
    const secrets = () => (secret === undefined ? {} : { [arn]: secret });
    const server = await serveJson(createSecretsManager({ secrets, described, clock }), clock);
    const client = new SecretsManagerClient(server.config);
    const row = await toRow(askTokens({ stage: 's', env, services: { secrets: client } }));
    client.destroy();
    await server.close();
    return row;
  }

  test('a secret: the project is not asked', async () => {
    expect(await ask('secret', {})).toMatchObject({ verdict: 'right', found: 'set' });
  });

  test.each([
    [200, '{"keys":[{},{}]}', 'right', 'empty, and the project publishes 2 keys'],
    [200, '{"keys":[]}', 'lacks', 'empty, and the project publishes 0 keys'],
    [200, '{}', 'lacks', 'empty, and the project publishes 0 keys'],
    [503, '', 'not asked', /jwks\.json answers 503$/],
    [200, 'no JSON', 'not asked', /jwks\.json does not answer$/],
  ])('no secret, and the project answers %i %s', async (status, body, verdict, found) => {
    published = { status, body };
    const row = await ask(undefined, { SUPABASE_URL: `${url}/` });
    expect(row).toMatchObject({ verdict, found: expect.stringMatching(found) as string });
  });

  test('no secret, and nobody says where the project is', async () => {
    const row = await ask(undefined, {});
    expect(row).toMatchObject({ verdict: 'not asked', found: expect.stringContaining('SUPABASE_URL') as string });
  });
});
