import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { root } from './sources.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
type Packages = Record<string, { dev?: true; resolved?: string }>;
const packagesIn = (lockfile: string) => (JSON.parse(read(lockfile)) as { packages: Packages }).packages;

/** The packages that an install lays down on this machine, those for other machines left out. */
const installed = Object.entries(packagesIn('package-lock.json')).filter(
  ([path]) => path !== '' && existsSync(join(root, path)),
);
/** The part of them that `npm start` waits for. */
const small = installed.filter(([, { dev }]) => !dev);

/** Bytes in a package's own files: those of packages inside it are counted under their own names. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + bytesIn(path);
    return entry.isFile() ? sum + statSync(path).size : sum;
  }, 0);
}

const megabytesOf = (entries: typeof installed) =>
  entries.reduce((sum, [path]) => sum + bytesIn(join(root, path)), 0) / 1e6;

describe('an install', () => {
  // A new dependency shows here: 125 MB of either figure are Node 24, whose C headers are removed, and 96 of the second Deno.
  test.each([
    ['of npm start', small, 130, 260],
    ['of npm test', installed, 310, 440],
  ])('%s stays small', (_, entries, count, megabytes) => {
    expect(entries.length).toBeLessThan(count);
    expect(megabytesOf(entries)).toBeLessThan(megabytes);
  });

  test.each(['.', 'local/check', 'infra/checks', 'infra/cdn', 'test/fhir', 'test/openapi'])(
    'of %s asks the registry that the user has chosen',
    (folder) => {
      const addresses = Object.values(packagesIn(join(folder, 'package-lock.json'))).flatMap(
        ({ resolved }) => resolved ?? [],
      );
      expect(addresses).toEqual([]);
      expect(read(join(folder, '.npmrc'))).toContain('omit-lockfile-registry-resolved=true');
    },
  );
});

/** As run.mjs lists the scripts that make do with the `dependencies`, and those whose `--help` does. */
const listed = (name: string) =>
  new RegExp(`const ${name} = \\[(.*?)\\]`, 's').exec(read('local/commands/run.mjs'))?.[1]?.match(/\w+/g) ?? [];
const scripts = listed('small');
const bundleOf = async (script: string) => {
  const { metafile } = await build({
    entryPoints: [join(root, `local/commands/${script}.ts`)],
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    outdir: root,
  });
  return metafile.outputs;
};
/** The packages behind what was imported, without those that come with Node. */
const packagesOf = (paths: readonly string[]) =>
  paths
    .filter((path) => !path.startsWith('node:') && !builtinModules.includes(path))
    .map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);

test('npm start is among the scripts that make do with the dependencies', () => {
  expect(scripts).toContain('start');
});

test.each(scripts)('%s imports what is among the dependencies, and nothing else', async (script) => {
  const imports = Object.values(await bundleOf(script)).flatMap((output) =>
    output.imports.flatMap(({ path, external }) => (external ? [path] : [])),
  );
  expect(imports.length).toBeGreaterThan(0);
  expect(packagesOf(imports).filter((name) => !(name in dependencies))).toEqual([]);
});

test.each(listed('smallHelp'))('%s --help loads what is among the dependencies, and nothing else', async (script) => {
  const outputs = await bundleOf(script);
  const loaded = new Set<string>();
  const load = (file: string | undefined) => {
    for (const { path, kind, external } of outputs[file ?? '']?.imports ?? []) {
      if (kind !== 'import-statement' || loaded.has(path)) continue;
      loaded.add(path);
      if (!external) load(path);
    }
  };
  const entry = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(`/${script}.ts`));
  load(entry?.[0]);
  const chunks = Object.keys(outputs);
  const names = packagesOf([...loaded].filter((path) => !chunks.includes(path)));
  expect(loaded.size).toBeGreaterThan(0);
  expect(names.filter((name) => !(name in dependencies))).toEqual([]);
});
