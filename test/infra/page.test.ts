import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPage, toPage, toScriptJson } from '../../infra/page.ts';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('the policy allows this script, this style and sound from beside the page, and nothing else', async () => {
  const page = await toPage({});
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
  const [script, style] = [/<script>(.*?)<\/script>/s, /<style>(.*?)<\/style>/s].map(
    (tag) => tag.exec(page)?.[1] ?? '',
  );
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(script ?? '')}`,
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
  expect(policy).toContain('connect-src https://project.supabase.co');
  expect(page).toContain((await buildPage('remote')).script);
});

test('the same source gives the same page', async () => {
  const [one, other] = await Promise.all([toPage({ a: 1 }), toPage({ a: 1 })]);
  expect(one).toBe(other);
});

test.each(['file', 'remote'] as const)('script and style of a %s page stay small', async (kind) => {
  const { script, style } = await buildPage(kind);
  const bytes = Buffer.from(script + style);
  expect(bytes.length).toBeLessThan(101_000);
  expect(brotliCompressSync(bytes).length).toBeLessThan(32_000);
});

test('the code ends neither its own element nor another', async () => {
  const { script, style } = await buildPage();
  expect(script).not.toMatch(/<\/script|<!--/i);
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
