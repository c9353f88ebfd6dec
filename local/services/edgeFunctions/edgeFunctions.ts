import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { startProcess } from './process.ts';
import type { Deno, Running } from './running.ts';
import { startThread } from './thread.ts';

export interface EdgeFunctionsOptions {
  /** The file of each function by its name. */
  files: Readonly<Record<string, URL>>;
  /** The variables that the platform itself gives, once there are any. */
  platform: () => Readonly<Record<string, string>>;
  /** Those that the project has set; a function sees them beside the platform's, and nothing else. */
  secrets: (name: string) => Readonly<Record<string, string>>;
  /** Runs each function in a process of Deno; without it, in a thread of Node. */
  deno?: Deno | undefined;
  /** Modules that are loaded before a function: they stand in for the world that it cannot reach here. */
  preload?: readonly URL[];
  onLog: (line: string) => void;
  /** How long an answer may take, in milliseconds: as on the platform unless a test is in a hurry. */
  limitMs?: number;
}

export interface EdgeFunctions {
  /** Answers a request to `/functions/v1/<name>` and below. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

const longestMs = 150_000;
const mostSecrets = 100;
const longestSecret = 48 * 1024;

/**
 * Supabase's edge functions: each starts with its first request and then stays. The gateway looks at no token here
 * (`verify_jwt = false`) and hands a request on with its path from the function's name on.
 * @throws Error naming a secret that the platform would not take
 */
export function createEdgeFunctions(options: EdgeFunctionsOptions): EdgeFunctions {
  const { files, limitMs = longestMs } = options;
  const running = new Map<string, Promise<Running>>();

  const start = (name: string, file: URL): Promise<Running> => {
    const env = { ...checked(options.secrets(name)), ...options.platform() };
    const given = { file, env, preload: options.preload ?? [], onLog: options.onLog };
    return options.deno ? startProcess(given, options.deno) : startThread(given);
  };

  /** A function that did not start is started anew by the next request. */
  const started = (name: string, file: URL): Promise<Running> => {
    const known = running.get(name);
    if (known) return known;
    const starting = start(name, file);
    running.set(name, starting);
    const forget = () => void running.delete(name);
    starting.then(({ ended }) => ended.then(forget), forget);
    return starting;
  };

  return {
    async handle(incoming, outgoing) {
      const [, path = '', name = ''] = /^\/functions\/v1(\/([^/?]*).*)$/.exec(incoming.url ?? '') ?? [];
      const file = Object.hasOwn(files, name) ? files[name] : undefined;
      if (!file) return refuse(incoming, outgoing, 404, 'NOT_FOUND', 'Requested function was not found');
      try {
        await forward((await started(name, file)).port, path, incoming, outgoing, limitMs);
      } catch (error) {
        options.onLog(`${name} was not reached: ${error instanceof Error ? error.message : String(error)}`);
        if (outgoing.headersSent) return void outgoing.destroy();
        const isLate = error instanceof Late;
        if (isLate) refuse(incoming, outgoing, 504, 'IDLE_TIMEOUT', 'The function did not answer in time');
        else refuse(incoming, outgoing, 503, 'BOOT_ERROR', 'Function failed to start (please check logs)');
      }
    },
    async close() {
      await Promise.all([...running.values()].map((one) => one.then((it) => it.stop()).catch(() => undefined)));
    },
  };
}

function checked(secrets: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(secrets)) {
    if (name.startsWith('SUPABASE_')) throw new Error(`edgeFunctions: ${name} begins with SUPABASE_, as no secret may`);
    if (Buffer.byteLength(value) > longestSecret) throw new Error(`edgeFunctions: ${name} is longer than 48 KiB`);
  }
  if (Object.keys(secrets).length > mostSecrets) throw new Error('edgeFunctions: there are more than 100 secrets');
  return secrets;
}

class Late extends Error {}

/** Passes a request on, and its answer back, as they are. */
async function forward(
  port: number,
  path: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  limitMs: number,
): Promise<void> {
  const { method, headers } = incoming;
  const passed = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  const timer = setTimeout(() => passed.destroy(new Late('no answer in time')), limitMs);
  const answered = once(passed, 'response') as Promise<[IncomingMessage]>;
  // Whoever does not wait for the answer is not answered.
  outgoing.once('close', () => passed.destroy());
  passed.on('error', () => undefined);
  incoming.pipe(passed);
  try {
    const [answer] = await answered;
    const { connection: _, 'keep-alive': __, ...own } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 500, own);
    await pipeline(answer, outgoing);
  } finally {
    clearTimeout(timer);
    // A function may answer before it has read everything; the client's next request comes behind the rest.
    incoming.unpipe(passed);
    incoming.resume();
  }
}

function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  incoming.resume();
  outgoing.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
  outgoing.end(JSON.stringify({ code, message }));
}
