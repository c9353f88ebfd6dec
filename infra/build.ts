import { mkdir, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { zipSync } from 'fflate';

const root = join(import.meta.dirname, '..');
const stepsFolder = join(root, 'pipeline/steps');

/** One function's code as it is deployed. */
export interface Bundle {
  step: string;
  /** The module inside the zip, at the path that `handler` in serverless.yml names. */
  module: Uint8Array;
  zip: Uint8Array;
}

/** The CommonJS packages among the dependencies call `require`, which a module does not have. */
const banner = "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);";

/** The times in a zip begin in 1980. A fixed time makes the same zip of the same source. */
const epoch = new Date(Date.UTC(1980, 0, 2));

/** Bundles each step with its SDK clients into one module and one zip: the same source gives the same bytes. */
export async function bundleSteps(): Promise<Bundle[]> {
  const steps = readdirSync(stepsFolder)
    .map((file) => basename(file, '.ts'))
    .sort();
  // All in one run: what they have in common, which is most, is read and parsed once.
  const { outputFiles } = await build({
    entryPoints: steps.map((step) => join(stepsFolder, `${step}.ts`)),
    outdir: stepsFolder,
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  const modules = new Map(outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents]));
  return steps.map((step) => toBundle(step, modules.get(step)));
}

function toBundle(step: string, module: Uint8Array | undefined): Bundle {
  if (!module) throw new Error(`esbuild wrote nothing for ${step}`);
  const zip = zipSync(
    { [`pipeline/steps/${step}.mjs`]: module },
    { mtime: epoch, level: 9, os: 3, attrs: 0o644 << 16 },
  );
  return { step, module, zip };
}

let bundled: Promise<Bundle[]> | undefined;

/** Writes the zips where serverless.yml looks for them. A process makes them once, however many stacks it packages. */
export async function writeBundles(folder = join(root, '.build')): Promise<Bundle[]> {
  const bundles = await (bundled ??= bundleSteps());
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { step, zip } of bundles) await writeFile(join(folder, `${step}.zip`), zip);
  return bundles;
}
