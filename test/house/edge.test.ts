import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { edgeFunctionsIn } from '../../local/stack/edge.ts';
import { root, sources } from './sources.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const names = edgeFunctionsIn(join(root, 'supabase/functions'));
const { imports } = JSON.parse(read('supabase/functions/deno.json')) as { imports: Record<string, string> };
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };

/** The settings of each section of a file in TOML, as far as they are texts and truth values. */
function sectionsOf(toml: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section = '';
  for (const line of toml.split('\n')) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const [, name, value] = /^(\w+) = "?([^"]*)"?$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) (sections[section] ??= {})[name] = value;
  }
  return sections;
}

test.each(Object.entries(imports))('Deno loads %s in the version of package.json', (name, target) => {
  const [, mapped, version] = /^npm:\/?((?:@[\w-]+\/)?[\w-]+)@(\d+\.\d+\.\d+)\/?$/.exec(target) ?? [];
  expect([name.replace(/\/$/, ''), name.endsWith('/')]).toEqual([mapped, target.endsWith('/')]);
  expect(version).toBe(dependencies[mapped ?? '']);
});

test('every package of a document is in the map of Deno, but for types', () => {
  const documents = sources('pipeline').filter((file) => !/^pipeline\/(?:edge|steps|api)\//.test(file));
  const used = documents.flatMap((file) =>
    [...read(file).matchAll(/^import (?!type )[^;]*?from '([^'.][^']*)'/gm)].map(([, name = '']) => name),
  );
  const isMapped = (name: string) =>
    Object.keys(imports).some(
      (key) => name === key || name.startsWith(`${key}/`) || (key.endsWith('/') && name.startsWith(key)),
    );
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((name) => !isMapped(name))).toEqual([]);
});

describe.each(names)('the edge function %s', (name) => {
  const settings = sectionsOf(read('supabase/config.toml'))[`functions.${name}`];

  test('looks at tokens itself: the gateway would refuse half of them', () => {
    expect(settings?.['verify_jwt']).toBe('false');
  });

  test('is deployed with its own file and the one map', () => {
    const paths = [settings?.['entrypoint'], settings?.['import_map']];
    expect(paths).toEqual([`./functions/${name}/index.ts`, './functions/deno.json']);
    expect(paths.filter((path) => !existsSync(join(root, 'supabase', path ?? '')))).toEqual([]);
  });

  test('is ten lines and knows its own name', () => {
    const text = read(`supabase/functions/${name}/index.ts`);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    expect(text).toContain(`name: '${name}'`);
  });

  test('is in DEPLOY.md', () => expect(read('DEPLOY.md').includes(`functions deploy ${name}`)).toBe(true));
});

test('every variable of the call is a row of DEPLOY.md', () => {
  const [, section = ''] = /### The edge function\n([\s\S]*?)\n## /.exec(read('DEPLOY.md')) ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  const texts = ['callConfig', 'callbackConfig'].map((name) => read(`pipeline/${name}.ts`)).join('\n');
  const used = [...texts.matchAll(/'([A-Z]{3,}(?:_[A-Z]+)*)'/g)].map(([, name = '']) => name);
  // The platform's own names cannot be set. The SDK of Chime reads its key by itself. Projects may keep what nothing reads.
  const sought = used.filter((name) => !/^(?:SUPABASE_|SB_)/.test(name));
  const others = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'CHIME_API_ENDPOINT_AF'];
  expect([...new Set(named)].toSorted()).toEqual([...new Set([...sought, ...others])].toSorted());
});

test('no function is set that there is not', () => {
  const sections = Object.keys(sectionsOf(read('supabase/config.toml')));
  expect(sections.toSorted()).toEqual(names.map((name) => `functions.${name}`).toSorted());
});
