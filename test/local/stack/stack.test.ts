import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, test } from 'vitest';
import { answersKey, casesBucket } from '../../../local/cases/recorded.ts';
import { connect as connectTo } from '../../../local/replay/deployment.ts';
import { type Stack, type StackOptions, startStack } from '../../../local/stack/stack.ts';
import { toTarget } from '../../../local/stack/target.ts';
import { toConfig } from '../../../pipeline/config.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { meetingOf, visit } from '../../workflow/visits.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('its environment is all that a client and a step need', async () => {
  const { env } = (await TestStack.shared()).stack;
  expect(() => toTarget(env)).not.toThrow();
  expect(toConfig(env)).toMatchObject({ region: 'eu-west-1', abilities: { transcribeMedical: true } });
  expect(env['SUPABASE_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('listens where it is told to, and nowhere any more once it was stopped', async () => {
  const [awsPort, supabasePort, databasePort] = [await freePort(), await freePort(), await freePort()];
  const listening = () => Promise.all([awsPort, supabasePort, databasePort].map(isListening));
  stack = await startStack({ awsPort, supabasePort, databasePort });
  expect(stack.env).toMatchObject({
    AWS_ENDPOINT_URL: `http://127.0.0.1:${awsPort}`,
    SUPABASE_URL: `http://127.0.0.1:${supabasePort}`,
    SUPABASE_DB_URL: `postgresql://postgres@127.0.0.1:${databasePort}/postgres`,
  });
  expect(await listening()).toEqual([true, true, true]);
  await stack.stop();
  stack = undefined;
  expect(await listening()).toEqual([false, false, false]);
});

test('answers that cannot be used are told when it stops: what ran is worth nothing', async () => {
  const own = await startStack();
  using deployment = connectTo(own.env);
  const Key = answersKey('recordings', 'a');
  await deployment.clients.s3.send(new PutObjectCommand({ Bucket: casesBucket, Key, Body: '[{}]' }));
  await expect(own.stop()).rejects.toThrow('recordings/a/answers.json: 0.operation: is missing');
});

test.each(['awsPort', 'supabasePort', 'databasePort'] as const)(
  'a taken %s is refused, and everything begun is ended',
  async (option) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const begun = { awsPort: await freePort(), supabasePort: await freePort(), databasePort: await freePort() };
    const options: StackOptions = { ...begun, [option]: port };
    await expect(startStack(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await Promise.all(Object.values(begun).map(isListening))).toEqual([false, false, false]);
    server.close();
  },
);

test('two stacks at once know nothing of one another', async () => {
  const [busy, idle] = [await TestStack.shared(), await TestStack.start()];
  const before = await busy.executions();
  try {
    const { outcome } = await busy.run(visit('here'));
    expect(outcome.status).toBe('completed');
    const started = (await busy.executions()).filter((name) => !before.includes(name));
    expect([started, await idle.executions()]).toEqual([[outcome.recordingId], []]);
    expect(await idle.rows('recordings', 'recording_id', outcome.recordingId)).toEqual([]);
    expect(await idle.audit(meetingOf('here'))).toEqual([]);
  } finally {
    await idle.stop();
  }
});
