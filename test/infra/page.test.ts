import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPage, toPage, toScriptJson } from '../../infra/page.ts';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('the policy allows these scripts, this style and sound from beside the page, and nothing else', async () => {
  const page = await toPage({});
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
  const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script ?? '');
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1];
  expect(scripts).toHaveLength((await buildPage()).scripts.length);
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${scripts.map(hash).join(' ')}`,
    `style-src ${hash(style ?? '')}`,
    "media-src 'self' file:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
});

test('a page that reads from the database may ask its hosts alone', async () => {
  const page = await toPage({}, { media: ['https://bucket.example'], connect: ['https://project.supabase.co'] });
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.split('; ');
  expect(policy).toContain('media-src https://bucket.example');
  expect(policy).toContain('connect-src https://project.supabase.co wss://project.supabase.co');
  for (const { text } of (await buildPage('remote')).scripts) expect(page).toContain(text);
});

test('the same source gives the same page', async () => {
  const [one, other] = await Promise.all([toPage({ a: 1 }), toPage({ a: 1 })]);
  expect(one).toBe(other);
});

test.each([
  ['file', 80_000],
  ['remote', 80_000],
] as const)('what opens a %s page stays small', async (kind, most) => {
  const { scripts, style } = await buildPage(kind);
  const first = scripts.filter(({ isLater }) => !isLater).map(({ text }) => text);
  const bytes = Buffer.from([...first, style].join(''));
  expect(bytes.length).toBeLessThanOrEqual(most);
  expect(brotliCompressSync(bytes).length).toBeLessThanOrEqual(30_000);
});

test.each(['file', 'remote'] as const)('what a %s page draws on demand is not run before that', async (kind) => {
  const { scripts } = await buildPage(kind);
  const later = scripts.filter(({ isLater }) => isLater);
  expect(later.map(({ name }) => name)).toContain('dialogs');
  for (const { text } of later) expect(text).toMatch(/^\(globalThis\.medzen\?\?=\{\}\)\["[^"]+"\]=part=>\{/);
  expect(scripts.at(-1)?.name).toBe(kind);
});

test('the code ends neither its own element nor another', async () => {
  const { scripts, style } = await buildPage();
  for (const { text } of scripts) expect(text).not.toMatch(/<\/script|<!--/i);
  expect(style).not.toMatch(/<\/style/i);
});

const hostile = fc.string({
  unit: fc.constantFrom(
    '</script>',
    '<!--',
    '<script',
    ']]>',
    '\u2028',
    '\u2029',
    '&lt;',
    '$&',
    '{{script}}',
    '"',
    '\u202e',
  ),
  maxLength: 12,
});

test('data is read as it was, and neither ends its element nor begins a comment', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const json = toScriptJson({ text });
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});

test('data that looks like a place of the template stays data', async () => {
  const data = { text: '{{script}} $& {{policy}}' };
  const page = await toPage(data);
  expect(/id="data">(.*?)<\/script>/.exec(page)?.[1]).toBe(toScriptJson(data));
});
