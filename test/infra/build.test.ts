import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bundle, bundleSteps } from '../../infra/build.ts';
import { readDeployment } from '../../local/stack/template.ts';

const { functions } = readDeployment('.', { region: 'eu-west-1', accountId: '111122223333', stage: 'dev' });
const names = functions.map(({ name }) => name);
/** A function's zip: what AWS fetches at a cold start. Three times smaller than this is usual, twice is a mistake. */
const budgetBytes = 700_000;

let folder: string;
let bundles: Map<string, Bundle>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  bundles = new Map((await bundleSteps()).map((bundle) => [bundle.step, bundle]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every function has its zip, and every zip its function', () => {
  expect([...bundles.keys()]).toEqual(names.toSorted());
});

test('the same source gives the same zips', async () => {
  const changed = (await bundleSteps()).filter(
    ({ step, zip }) => !bundles.get(step) || Buffer.compare(zip, bundles.get(step)?.zip ?? zip) !== 0,
  );
  expect(changed.map(({ step }) => step)).toEqual([]);
});

test.each(functions)(
  '$name: the zip holds the module and the export that its handler names',
  async ({ name, handler }) => {
    const { zip, module } = bundles.get(name) ?? {};
    if (!zip || !module) throw new Error(`no bundle for ${name}`);
    const path = handler.replace(/\.handler$/, '.mjs');
    expect(Object.keys(unzipSync(zip))).toEqual([path]);
    const file = join(folder, `${name}.mjs`);
    await writeFile(file, module);
    const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    expect(loaded['handler']).toBeTypeOf('function');
    expect(zip.byteLength).toBeLessThan(budgetBytes);
  },
);
