import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Given, Running } from './running.ts';

/** Runs a function in a thread of Node with an environment of its own. */
export async function startThread({ file, env, preload, onLog }: Given): Promise<Running> {
  const modules = [...preload, file].map(({ href }) => href);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    env: { ...env },
    execArgv: [],
    workerData: { modules },
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) createInterface({ input: stream }).on('line', onLog);
  const ended = new Promise<void>((resolve) => worker.on('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
    void ended.then(() => reject(new Error('it ended before it took requests')));
  });
  return {
    port,
    ended,
    async stop() {
      await worker.terminate();
    },
  };
}
