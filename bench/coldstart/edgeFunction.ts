import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { startProcess } from '../../local/services/edgeFunctions/process.ts';
import { findDeno } from '../../local/stack/deno.ts';
import { type Figure, median } from '../figures.ts';
import { bearer, tokens } from './firstCalls.ts';

const rounds = 9;
const root = join(import.meta.dirname, '../..');
const own = pathToFileURL(join(root, 'supabase/functions/chime-meeting-token/index.ts'));
const empty = pathToFileURL(join(import.meta.dirname, 'empty.deno.ts'));
const body = JSON.stringify({ action: 'create', appointmentId: 'a' });

/**
 * The second door of the call: from the start of Deno's process to the first answer, with a token that is verified and a
 * question that the database refuses, against a function that does nothing. The platform starts a function from a bundle
 * in a process that is there, so its own start is not in either.
 * @param url of the service that refuses
 */
export async function edgeFunction(url: string): Promise<Figure> {
  const env = {
    SUPABASE_URL: url,
    SUPABASE_SERVICE_ROLE_KEY: 'key',
    JWT_SECRET: tokens.secret,
    JWT_ISSUER: tokens.issuer,
    AWS_REGION: 'eu-west-1',
    AWS_CHIME_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 's',
  };
  const pairs: [number, number][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair: [number, number] = [await firstAnswer(own, env, 500), await firstAnswer(empty, {}, 204)];
    // The first one compiles what the others find compiled.
    if (round > 0) pairs.push(pair);
  }
  const of = (side: 0 | 1) => median(pairs.map((pair) => pair[side])).toFixed(0);
  return {
    name: 'chime-meeting-token, first answer / empty function',
    value: median(pairs.map(([a, b]) => a / b)),
    unit: 'x',
    how: `Deno's start to first answer, ${of(0)} ms against ${of(1)} ms, median of ${rounds} pairs`,
  };
}

/** Milliseconds. @throws Error when it is not answered as it should be: then it is not known what was measured */
async function firstAnswer(file: URL, env: Readonly<Record<string, string>>, status: number): Promise<number> {
  const begin = performance.now();
  const running = await startProcess({ file, env, preload: [], onLog: () => undefined }, findDeno());
  try {
    const headers = { authorization: bearer };
    const response = await fetch(`http://127.0.0.1:${running.port}/chime-meeting-token`, {
      method: 'POST',
      headers,
      body,
    });
    await response.arrayBuffer();
    if (response.status !== status) throw new Error(`${file.pathname} answered ${response.status}`);
    return performance.now() - begin;
  } finally {
    await running.stop();
  }
}
