import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bundle, bundleFunctions, entryOf, writeModules } from '../../infra/build.ts';
import { readDeployment } from '../../local/stack/template.ts';

const { functions } = readDeployment('.', { region: 'eu-west-1', accountId: '111122223333', stage: 'dev' });
const names = functions.map(({ name }) => name);
/** A function's zip: what AWS fetches at a cold start. One that holds the tables of clinical
 * decisions is half as large again as the others. */
const budgetBytes = 700_000;

let folder: string;
let bundles: Map<string, Bundle>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  bundles = new Map((await bundleFunctions()).map((bundle) => [bundle.name, bundle]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every function has its zip, and every zip its function', () => {
  expect([...bundles.keys()]).toEqual(names.toSorted());
});

test('the same source gives the same zips', async () => {
  const changed = (await bundleFunctions()).filter(
    ({ name, zip }) => !bundles.get(name) || Buffer.compare(zip, bundles.get(name)?.zip ?? zip) !== 0,
  );
  expect(changed.map(({ name }) => name)).toEqual([]);
});

test.each(functions)(
  '$name: the zip holds the module and the export that its handler names, and all that it imports',
  async ({ name, handler }) => {
    const bundle = bundles.get(name);
    if (!bundle) throw new Error(`no bundle for ${name}`);
    const { zip, modules } = bundle;
    const unzipped = unzipSync(zip);
    expect(handler).toBe(entryOf(name).replace(/mjs$/, 'handler'));
    expect(Object.keys(unzipped)).toEqual([...modules.keys()]);
    expect(Object.keys(unzipped).filter((path) => Buffer.compare(unzipped[path]!, modules.get(path)!) !== 0)).toEqual(
      [],
    );
    await writeModules({ ...bundle, modules: new Map(Object.entries(unzipped)) }, join(folder, name));
    // Also those that are imported later.
    for (const path of modules.keys()) await import(pathToFileURL(join(folder, name, path)).href);
    const loaded = (await import(pathToFileURL(join(folder, name, entryOf(name))).href)) as Record<string, unknown>;
    expect(loaded['handler']).toBeTypeOf('function');
    expect(zip.byteLength).toBeLessThan(budgetBytes);
  },
);

test('no function reads at its start what only another needs: the tables of storeResults, the SDK clients', () => {
  const clients = /\bclass \w+Client\b|"DetectEntitiesV2_/;
  const large = [...bundles.values()].flatMap(({ name, modules }) =>
    atStart(modules, entryOf(name)).filter(
      (path) => clients.test(textOf(modules, path)) || sizeOf(modules, path) > 150_000,
    ),
  );
  expect(large).toEqual([]);
  const withTables = [...bundles.values()].filter(({ modules }) =>
    [...modules.values()].some((one) => one.length > 600_000),
  );
  expect(withTables.map(({ name }) => name)).toEqual(['storeResults']);
});

const textOf = (modules: Bundle['modules'], path: string) => new TextDecoder().decode(modules.get(path));
const sizeOf = (modules: Bundle['modules'], path: string) => modules.get(path)?.length ?? 0;

/** The modules that are read when one is imported, itself among them. */
function atStart(modules: Bundle['modules'], entry: string): string[] {
  const found = new Set([entry]);
  for (const path of found) {
    for (const [, from = ''] of textOf(modules, path).matchAll(/\b(?:from|import)"(\.[^"]+)"/g)) {
      found.add(posix.join(posix.dirname(path), from));
    }
  }
  return [...found];
}
