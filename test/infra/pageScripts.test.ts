import { basename } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import { expect, test } from 'vitest';
import { toScripts } from '../../infra/pageScripts.ts';

const sources: Readonly<Record<string, string>> = {
  entry: `
    import { log, counted as number } from 'shared';
    import 'effect';
    log('entry ' + number());
    globalThis.ask = async () => {
      const { shown, default: other } = await import('asked');
      return [shown(), other, number()];
    };`,
  shared: `
    let count = 0;
    export const log = (said) => globalThis.said.push(said);
    export const counted = () => (count += 1);`,
  effect: `import { log } from 'shared'; log('effect');`,
  asked: `
    import { log, counted } from 'shared';
    log('asked');
    export const shown = () => 'shown ' + counted();
    export default '$&';`,
};

const inMemory: Plugin = {
  name: 'in memory',
  setup(of) {
    of.onResolve({ filter: /.*/ }, ({ path }) => ({ path, namespace: 'memory' }));
    of.onLoad({ filter: /.*/ }, ({ path }) => ({ contents: sources[path] ?? '' }));
  },
};

test('modules as scripts do what they did as modules, and what is asked for later is run then, once', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['entry'],
    plugins: [inMemory],
    bundle: true,
    write: false,
    metafile: true,
    absWorkingDir: '/',
    outdir: '.',
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    minify: true,
  });
  const textOf = (name: string) => outputFiles.find(({ path }) => basename(path) === name)?.text ?? '';
  const names = Object.keys(metafile.outputs);
  const entry = names.find((name) => metafile.outputs[name]?.entryPoint === 'memory:entry') ?? '';
  const scripts = toScripts(entry, metafile.outputs, textOf);
  expect(scripts.map(({ name, isLater }) => [name, isLater])).toEqual([
    ['asked', true],
    ['chunk', false],
    ['entry', false],
  ]);
  const page = createContext({ said: [] as string[] });
  for (const { text } of scripts) runInContext(text, page);
  expect(page['said']).toEqual(['effect', 'entry 1']);
  expect(await (page['ask'] as () => Promise<unknown>)()).toEqual(['shown 2', '$&', 3]);
  expect(await (page['ask'] as () => Promise<unknown>)()).toEqual(['shown 4', '$&', 5]);
  expect(page['said']).toEqual(['effect', 'entry 1', 'asked']);
});
