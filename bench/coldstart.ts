import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleOptions, bundleFunctions, entryOf, writeModules } from '../infra/build.ts';
import { edgeFunction } from './coldstart/edgeFunction.ts';
import { type FirstCall, firstCalls, type Service, tokens } from './coldstart/firstCalls.ts';
import { startRefusing } from './coldstart/refusing.ts';
import { type Figure, median } from './figures.ts';

const rounds = 15;
const run = promisify(execFile);

interface Report {
  importMs: number;
  ms: number;
  cpuMs: number;
}

/** Calls a module's handler once, in a process of its own. */
type Call = (file: string, event: unknown) => Promise<Report>;

/**
 * A cold start, from the import to the answer to the first call: each function as it is packaged, against the SDK clients
 * that it calls, bundled in the same way and making the same calls. The two take turns.
 */
export async function coldstart(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'medzen-coldstart-'));
  const service = await startRefusing();
  const call: Call = (file, event) => callOnce(file, event, service.url);
  try {
    const figures: Figure[] = [];
    for (const bundle of await bundleFunctions()) {
      const { name, zip } = bundle;
      const first = firstCalls[name];
      if (!first) throw new Error(`firstCalls.ts does not say what ${name} does first`);
      await writeModules(bundle, join(folder, name));
      const alone = await bundleClients(first.services, join(folder, name));
      const own = join(folder, name, entryOf(name));
      await checkSame(call, service.asked, [own, alone], first);
      figures.push(...(await compare(call, name, [own, alone], first, zip.byteLength)));
    }
    return [...figures, await edgeFunction(service.url)];
  } finally {
    service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One module with the clients of some services, whose handler makes a call of each. */
async function bundleClients(services: readonly Service[], folder: string): Promise<string> {
  const imports = services.map((service) => `import { call as ${service} } from './clients/${service}.ts';`);
  const calls = services.map((service) => `await ${service}().catch(() => {});`);
  const contents = [...imports, `export async function handler() { ${calls.join(' ')} }`].join('\n');
  await build({
    ...bundleOptions,
    stdin: { contents, resolveDir: join(import.meta.dirname, 'coldstart'), sourcefile: 'clients.ts' },
    outdir: join(folder, 'alone'),
    entryNames: 'clients',
  });
  return join(folder, 'alone/clients.mjs');
}

/** Throws when one side calls a service that the other does not: then their times are of different things. */
async function checkSame(call: Call, asked: string[], files: readonly string[], { event }: FirstCall): Promise<void> {
  const services = async (file: string) => {
    asked.length = 0;
    await call(file, event);
    return [...new Set(asked.map((target) => /^(?:\/rest|[A-Za-z]+)/.exec(target)?.[0] ?? 's3'))].toSorted().join();
  };
  const [own, alone] = [await services(files[0] ?? ''), await services(files[1] ?? '')];
  if (own !== alone || own === '') throw new Error(`${files[0]} calls ${own || 'nothing'}, its clients ${alone}`);
}

async function compare(
  call: Call,
  step: string,
  [own = '', alone = '']: readonly string[],
  { event, services }: FirstCall,
  zipBytes: number,
): Promise<Figure[]> {
  const pairs: [Report, Report][] = [];
  for (let round = 0; round < rounds; round += 1) pairs.push([await call(own, event), await call(alone, event)]);
  const ratio = (part: keyof Report) => median(pairs.map(([a, b]) => a[part] / b[part]));
  const of = (side: 0 | 1, part: keyof Report) => median(pairs.map((pair) => pair[side][part])).toFixed(0);
  const against = `against ${services.join(' and ')} alone, median of ${rounds} pairs`;
  return [
    {
      name: `${step}, first call / clients`,
      value: ratio('ms'),
      unit: 'x',
      how: `import to first answer, ${of(0, 'ms')} ms ${against}: ${of(1, 'ms')} ms; import ${of(0, 'importMs')} ms; zip ${(zipBytes / 1000).toFixed(0)} kB`,
    },
    {
      name: `${step}, processor / clients`,
      value: ratio('cpuMs'),
      unit: 'x',
      how: `the processor's time in the same pairs, ${of(0, 'cpuMs')} ms against ${of(1, 'cpuMs')} ms`,
    },
  ];
}

/** As Lambda starts it: no flags, no compile cache, an environment of its own. */
async function callOnce(file: string, event: unknown, url: string): Promise<Report> {
  const script = join(import.meta.dirname, 'children/firstCall.mjs');
  const env = {
    NODE_DISABLE_COMPILE_CACHE: '1',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_ENDPOINT_URL: url,
    SUPABASE_URL: url,
    SUPABASE_KEY_SECRET: 'supabase',
    SUPABASE_ANON_KEY: 'public',
    SUPABASE_ISSUER: tokens.issuer,
    SUPABASE_JWT_SECRET_ARN: 'jwt',
    RECORDINGS_BUCKET: 'recordings',
    TRANSCRIPTS_BUCKET: 'transcripts',
    MEDICAL_DATA_BUCKET: 'medical-data',
    KMS_KEY_ID: 'key',
    AUDIT_TABLE: 'audit',
    ANCHORS_BUCKET: 'anchors',
    WORKFLOW_TABLE: 'workflow',
  };
  const { stdout } = await run(process.execPath, [script, file, JSON.stringify(event)], { env, timeout: 60_000 });
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as Report;
}
