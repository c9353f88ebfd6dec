import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Command, run } from '../command.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures', name);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'start-'));
});
afterAll(() => rm(root, { recursive: true }));

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

test('runs a consultation to its end and shows what it says', async () => {
  const { code, stdout, stderr } = await run('local/commands/start.ts', ['--out', join(root, 'out')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/Ready in [\d.]+ s/);
  expect(stdout).toMatch(/✓ ten-minute-consultation +completed/);
  expect(stdout).toMatch(/Ruled out\n/);
  expect(existsSync(join(root, 'out/ten-minute-consultation/consultation.json'))).toBe(true);
});

describe.each(['port', 'supabase-port'])('--%s', (option) => {
  test.each(['0', '70000', 'http', ''])('"%s" is not a port number', async (text) => {
    const { code, stdout, stderr } = await run('local/commands/start.ts', [`--${option}`, text, '--out', root]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining('Starting') as string });
    expect(stderr).toBe(`start: --${option} ${text} is not a port number from 1 to 65535\n`);
  });

  test('in use by somebody else is one line', async () => {
    const { server, port } = await listening();
    try {
      const { code, stderr } = await run('local/commands/start.ts', [`--${option}`, String(port), '--out', root]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: `start: port ${port} is in use\n` });
    } finally {
      server.close();
    }
  });
});

test('--keep stays up for another program until it is told to stop', async () => {
  const kept = new Command('local/commands/start.ts', ['--keep', '--out', join(root, 'kept')]);
  try {
    const stdout = await kept.said('export RECORDING_QUEUE');
    const exported = [...stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]);
    const env = Object.fromEntries(exported) as Record<string, string>;
    const args = [fixture('three-people'), '--attach', '--json', '--out', join(root, 'attached')];
    const attached = await run('local/commands/replay.ts', args, env);
    expect(attached.code).toBe(0);
    expect(JSON.parse(attached.stdout)).toMatchObject({ ok: true });
  } finally {
    kept.stop();
  }
  expect((await kept.finished()).code).toBe(0);
});
