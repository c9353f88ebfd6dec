import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Deno, type Given, offline, ownVariables, type Running } from './running.ts';

const runner = fileURLToPath(new URL('./run.deno.ts', import.meta.url));

/** Runs a function in a process of Deno, which loads nothing from a network and may not write. */
export async function startProcess({ file, env, preload, onLog }: Given, deno: Deno): Promise<Running> {
  const child = spawn(
    deno.binary,
    [
      'run',
      ...offline(deno),
      '--no-prompt',
      '--allow-net',
      '--allow-env',
      '--allow-read',
      '--allow-sys',
      runner,
      ...[...preload, file].map(({ href }) => href),
    ],
    {
      env: {
        ...env,
        ...ownVariables(deno),
        DENO_SERVE_ADDRESS: 'tcp:127.0.0.1:0',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const ended = once(child, 'exit').then(
    () => undefined,
    () => undefined,
  );
  const port = await new Promise<number>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        const [, found] = /^Listening on http:\/\/127\.0\.0\.1:(\d+)\//.exec(line) ?? [];
        if (found === undefined) onLog(line);
        else resolve(Number(found));
      });
    }
    child.on('error', reject);
    void ended.then(() => reject(new Error('it ended before it took requests')));
  });
  return {
    port,
    ended,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
