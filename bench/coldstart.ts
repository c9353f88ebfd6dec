import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleSteps } from '../infra/build.ts';
import { inChild } from './child.ts';
import { type Figure, median } from './figures.ts';

const rounds = 9;

/** How much longer a function's module takes to load than a handler that does nothing, each in a process of its own. */
export async function coldstart(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'medzen-coldstart-'));
  try {
    const bare = join(folder, 'bare.mjs');
    await writeFile(bare, 'export const handler = async () => ({});\n');
    const figures: Figure[] = [];
    for (const { step, module, zip } of await bundleSteps()) {
      const file = join(folder, `${step}.mjs`);
      await writeFile(file, module);
      const [own, none]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        own.push(await loadMs(file));
        none.push(await loadMs(bare));
      }
      figures.push({
        name: `${step}, load / bare`,
        value: median(own) / median(none),
        unit: 'x',
        how: `process start and import, ${median(own).toFixed(0)} ms against ${median(none).toFixed(0)} ms, median of ${rounds}, alternating; zip ${(zip.byteLength / 1000).toFixed(0)} kB`,
      });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadMs(file: string): Promise<number> {
  const begin = performance.now();
  await inChild<object>('loadModule.ts', [file]);
  return performance.now() - begin;
}
