import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { toZip } from './zip.ts';

const root = join(import.meta.dirname, '..');
const stepsFolder = join(root, 'pipeline/steps');
const apiFolder = join(root, 'pipeline/api');

/** One function's code as it is deployed. */
export interface Bundle {
  /** A step, or the service whose routes the function serves. */
  name: string;
  /**
   * The modules in the zip by their paths: the function's own, at the path that `handler` in serverless.yml names, and those
   * that it imports, at its start or later.
   */
  modules: ReadonlyMap<string, Uint8Array>;
  zip: Uint8Array;
}

/** The functions that serve routes, by the names of their folders. What an edge function alone serves has no Lambda. */
const services = readdirSync(apiFolder).filter((name) => existsSync(join(apiFolder, name, 'lambda.ts')));
/** The path of a function's own module, without its ending, in the repository and in its zip. */
const moduleOf = (name: string) => (services.includes(name) ? `pipeline/api/${name}/lambda` : `pipeline/steps/${name}`);

/** The path of a function's own module in its zip. */
export const entryOf = (name: string) => `${moduleOf(name)}.mjs`;

/** The CommonJS packages among the dependencies call `require`, which a module does not have. */
const banner = "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);";

/** A table is read as JSON, several times faster than the object literal that it would be in a module. */
const jsonAsText: Plugin = {
  name: 'json-as-text',
  setup(bundler) {
    bundler.onLoad({ filter: /\.json$/ }, async ({ path }) => {
      const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)});`, loader: 'js' };
    });
  },
};

/** How a function's code is bundled, whatever it is. */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  platform: 'node' as const,
  target: 'node24',
  format: 'esm' as const,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'shared/[name]-[hash]',
  mainFields: ['module', 'main'],
  banner: { js: banner },
  plugins: [jsonAsText],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none' as const,
  logLevel: 'error' as const,
} satisfies BuildOptions;

/**
 * Bundles each function with its SDK clients into one zip: the same source gives the same bytes. A module that several of
 * them have in common, or that one imports when it first needs it, stays a module of its own: a function reads at its
 * start what it imports at its start, and no more.
 */
export async function bundleFunctions(): Promise<Bundle[]> {
  const steps = readdirSync(stepsFolder).map((file) => basename(file, '.ts'));
  const names = [...steps, ...services].sort();
  // All in one run: what they have in common, which is most, is read and parsed once.
  const { outputFiles, metafile } = await build({
    ...bundleOptions,
    entryPoints: names.map((name) => join(root, `${moduleOf(name)}.ts`)),
    outdir: root,
    outbase: root,
    write: false,
    metafile: true,
  });
  const written = new Map(outputFiles.map(({ path, contents }) => [relative(root, path), contents]));
  return names.map((name) => {
    const wanted = reach(metafile.outputs, entryOf(name));
    const modules = new Map(wanted.map((path) => [path, written.get(path) ?? missing(path)]));
    return { name, modules, zip: toZip(modules) };
  });
}

function missing(path: string): never {
  throw new Error(`esbuild did not write ${path}`);
}

/** The paths of a module and of all that it imports, sorted. */
function reach(outputs: Metafile['outputs'], entry: string): string[] {
  const found = new Set([entry]);
  // A set that grows while it is walked is walked to its end.
  for (const path of found) {
    for (const imported of outputs[path]?.imports ?? []) if (!imported.external) found.add(imported.path);
  }
  return [...found].sort();
}

/** Writes a function's modules into a folder, as Lambda unpacks its zip. */
export async function writeModules({ modules }: Bundle, folder: string): Promise<void> {
  for (const [path, content] of modules) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

let bundled: Promise<Bundle[]> | undefined;

/** Writes the zips where serverless.yml looks for them. A process makes them once, however many stacks it packages. */
export async function writeBundles(folder = join(root, '.build')): Promise<Bundle[]> {
  const bundles = await (bundled ??= bundleFunctions());
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, zip } of bundles) await writeFile(join(folder, `${name}.zip`), zip);
  return bundles;
}
