import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { edgeFunctionsIn } from '../../local/stack/edge.ts';
import { offline, ownVariables } from '../../local/services/edgeFunctions/running.ts';
import { findDeno } from '../../local/stack/deno.ts';
import { portableAdapters, root, sources } from '../house/sources.ts';

const installed = findDeno();

/** Runs Deno to its end. @throws what it has printed, when it fails */
async function deno(command: string, ...args: string[]): Promise<string> {
  const options = { cwd: root, env: ownVariables(installed), maxBuffer: 2 ** 26 };
  try {
    return (await promisify(execFile)(installed.binary, [command, ...offline(installed), ...args], options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`deno ${command}: ${stdout}\n${stderr}`, { cause: error });
  }
}

const { imports } = JSON.parse(readFileSync(installed.config, 'utf8')) as { imports: Record<string, string> };
const names = edgeFunctionsIn(join(root, 'supabase/functions'));
const indexOf = (name: string) => `supabase/functions/${name}/index.ts`;

test('every edge function is right by the types of Deno', async () => {
  await deno('check', ...names.map(indexOf), 'test/deno/loads.deno.ts');
});

test('every document, route and adapter of an edge function is loaded by Deno', async () => {
  const adapters = portableAdapters.map((name) => `pipeline/edge/${name}.ts`);
  const others = sources('pipeline').filter((file) => !/^pipeline\/(?:edge|steps)\/|\/lambda\.ts$/.test(file));
  const files = [...others, ...adapters];
  const allowed = ['--allow-env', '--allow-read', '--allow-sys'];
  const said = await deno('test', '--no-check', ...allowed, 'test/deno/loads.deno.ts', '--', ...files);
  expect(said).toContain(`ok | ${files.length} passed | 0 failed`);
});

interface Module {
  kind: string;
  specifier: string;
  local?: string;
  error?: string;
}

/**
 * What a deployment uploads are the files that a function reaches by imports, of types too, and the map of packages.
 * `supabase functions deploy --use-api` of version 3.1.0 was seen to upload those and no other; the command is too large
 * to be installed for this.
 */
describe.each(names)('what a deployment of %s uploads', (name) => {
  let modules: Module[];
  let inputs: string[];
  let bundle: Metafile['outputs'][string] | undefined;

  beforeAll(async () => {
    const graph = JSON.parse(await deno('info', '--json', indexOf(name))) as { modules: Module[] };
    modules = graph.modules;
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [indexOf(name)],
      bundle: true,
      minify: true,
      platform: 'neutral',
      mainFields: ['module', 'main'],
      external: ['node:*'],
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'error',
    });
    inputs = Object.keys(metafile.inputs);
    bundle = Object.values(metafile.outputs)[0];
  });

  const files = () =>
    modules
      .filter(({ specifier }) => specifier.startsWith('file:'))
      .map(({ specifier }) => relative(root, fileURLToPath(specifier)).replaceAll('\\', '/'));
  const ours = () => files().filter((file) => !file.startsWith('node_modules/'));

  test('is found, and is files of the product alone', () => {
    expect(modules.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(ours()).toContain(indexOf(name));
    expect(ours().filter((file) => !/^(?:pipeline|supabase\/functions)\//.test(file))).toEqual([]);
  });

  test('needs the packages of the map, and no other', () => {
    const packages = files().map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'none');
    expect(packages.filter((used) => used !== 'none' && !(used in imports))).toEqual([]);
  });

  test('is what a bundler finds as well', () => {
    const bundled = inputs.filter((file) => !file.includes('node_modules/'));
    // Deno's graph has the files that give types alone, too.
    expect(bundled.filter((file) => !ours().includes(file))).toEqual([]);
  });

  test('asks for no built-in of Node', () => {
    expect(modules.filter(({ specifier }) => specifier.startsWith('node:'))).toEqual([]);
  });

  test('is far below the 20 MB that a function may have', () => {
    expect(bundle?.bytes).toBeLessThan(2_000_000);
  });
});
