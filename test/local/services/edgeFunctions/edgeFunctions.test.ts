import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createEdgeFunctions,
  type EdgeFunctionsOptions,
} from '../../../../local/services/edgeFunctions/edgeFunctions.ts';
import { findDeno } from '../../../../local/stack/deno.ts';

const here = (name: string) => new URL(`./${name}.deno.ts`, import.meta.url);
const platform = { SUPABASE_URL: 'http://127.0.0.1:1', SB_REGION: 'eu-west-1' };

/** Functions behind a server, as the gateway has them. */
async function serve(more: Partial<EdgeFunctionsOptions>) {
  const lines: string[] = [];
  const functions = createEdgeFunctions({
    files: { echo: here('echo'), broken: here('broken') },
    platform: () => platform,
    secrets: (name) => ({ ONE: 'a secret', NAME: name }),
    preload: [here('preloaded')],
    onLog: (line) => void lines.push(line),
    ...more,
  });
  const server = createServer((incoming, outgoing) => void functions.handle(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    lines,
    ask: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}/functions/v1${path}`, init),
    async close() {
      server.close();
      server.closeAllConnections();
      await functions.close();
    },
  };
}

describe.each([
  ['a thread of Node', undefined],
  ['a process of Deno', findDeno()],
])('in %s, a function', (_, runtime) => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    served = await serve({ deno: runtime });
  });
  afterAll(() => served.close());

  test('is asked with the path from its name on, and its answer is passed on as it is', async () => {
    const init = { method: 'POST', body: 'ä'.repeat(70_000), headers: { 'x-token': 't' } };
    const response = await served.ask('/echo/a%20b?c=d', init);
    expect([response.status, response.headers.get('x-own'), response.headers.get('content-type')]).toEqual([
      201,
      'yes',
      'application/json',
    ]);
    const { method, path, body, token, preloaded } = (await response.json()) as Record<string, unknown>;
    expect({ method, path, token, preloaded }).toEqual({
      method: 'POST',
      path: '/echo/a%20b?c=d',
      token: 't',
      preloaded: 1,
    });
    expect(body).toBe(init.body);
    const nothing = await served.ask('/echo/nothing', { method: 'OPTIONS' });
    expect([nothing.status, nothing.headers.get('x-own'), await nothing.text()]).toEqual([204, 'yes', '']);
  });

  test('may answer before it has read everything', async () => {
    for (const path of ['/echo/nothing', '/echo/nothing', '/echo']) {
      const response = await served.ask(path, { method: 'POST', body: 'a'.repeat(2_000_000) });
      expect(response.ok).toBe(true);
    }
  });

  test('knows its own environment and nothing else', async () => {
    const { env, one } = (await (await served.ask('/echo')).json()) as { env: Record<string, string>; one: string };
    // Deno sets a path of its own.
    expect(env['PATH']).not.toBe(process.env['PATH']);
    const own = Object.entries(env).filter(([name]) => !/^(?:DENO_|(?:NO_COLOR|PATH)$)/.test(name));
    expect(Object.fromEntries(own)).toEqual({ ...platform, ONE: 'a secret', NAME: 'echo' });
    expect(one).toBe('a secret');
  });

  test('starts once, and what it prints is in the log', async () => {
    await served.ask('/echo');
    await expect.poll(() => served.lines).toContain('loaded');
    expect(served.lines.filter((line) => line === 'loaded')).toHaveLength(1);
  });

  test('that throws is answered for', async () => {
    const response = await served.ask('/echo/throws');
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error']);
    await expect.poll(() => served.lines.join('\n')).toContain('TypeError: no');
  });

  test('that does not start is an answer by name, each time anew', async () => {
    for (const time of [1, 2]) {
      const response = await served.ask('/broken');
      expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ code: 'BOOT_ERROR' })]);
      await expect
        .poll(() => served.lines.filter((line) => line.includes('broken was not reached')))
        .toHaveLength(time);
    }
  });
});

test('a process of Deno ends with the process that started it, however that ends', async () => {
  const module = new URL('../../../../local/services/edgeFunctions/process.ts', import.meta.url);
  const script = `
    const { startProcess } = await import('${module.href}');
    const given = { file: new URL('${here('echo').href}'), env: {}, preload: [], onLog: () => undefined };
    console.log((await startProcess(given, ${JSON.stringify(findDeno())})).port);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(starter.stdout, 'data')) as [Buffer];
  const ask = () => fetch(`http://127.0.0.1:${Number(chunk)}/`).then(({ status }) => status);
  expect(await ask()).toBe(201);
  starter.kill('SIGKILL');
  await expect.poll(() => ask().catch(() => 'gone')).toBe('gone');
});

test('a function that is not there is not found', async () => {
  const served = await serve({});
  for (const path of ['/other', '/', '/toString']) {
    expect((await served.ask(path, { method: 'POST', body: '{}' })).status).toBe(404);
  }
  await served.close();
});

test('a function that does not answer in time is given up', async () => {
  const served = await serve({ limitMs: 1_000 });
  await served.ask('/echo');
  expect((await served.ask('/echo/never')).status).toBe(504);
  await served.close();
});

test.each<[string, Record<string, string>]>([
  ['begins as those of the platform do', { SUPABASE_JWT_SECRET: 's' }],
  ['is too long', { LONG: 'ä'.repeat(24 * 1024 + 1) }],
  ['is one too many', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`S${n}`, '']))],
])('a secret that %s is refused', async (_, secrets) => {
  const served = await serve({ secrets: () => secrets });
  expect((await served.ask('/echo')).status).toBe(503);
  expect(served.lines.join('\n')).toContain('edgeFunctions: ');
  await served.close();
});
