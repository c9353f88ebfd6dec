import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type PageScript, toScripts } from './pageScripts.ts';

const viewer = join(import.meta.dirname, '../viewer');

/** The page's own code, without a consultation. */
export interface PageCode {
  /** In the order in which they stand in the page: parts that others ask for first, what opens the page last. */
  scripts: readonly PageScript[];
  style: string;
}

/** A page holds its consultation, or reads it from the database. */
export type PageKind = 'file' | 'remote';

const built = new Map<PageKind, Promise<PageCode>>();

/** Bundles the page. A process does it once, however many consultations it writes. */
export function buildPage(kind: PageKind = 'file'): Promise<PageCode> {
  const code = built.get(kind) ?? bundle(kind);
  built.set(kind, code);
  return code;
}

async function bundle(kind: PageKind): Promise<PageCode> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(viewer, `${kind}.ts`), join(viewer, 'style.css')],
    bundle: true,
    write: false,
    metafile: true,
    absWorkingDir: viewer,
    outdir: '.',
    format: 'esm',
    // A module that is imported by `import()` becomes a part of its own.
    splitting: true,
    chunkNames: '[name]-[hash]',
    // Safari 17.4, Firefox 121 and Chromium 120 and later have what the code uses of the language.
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'error',
  });
  const textOf = (name: string) => outputFiles.find(({ path }) => basename(path) === name)?.text ?? missing(name);
  return { scripts: toScripts(`${kind}.js`, metafile.outputs, textOf), style: textOf('style.css') };
}

function missing(name: string): never {
  throw new Error(`there is no ${name}`);
}

/** Where the page may load sound from, and whom it may ask: a file beside it and nobody, or hosts. */
export interface PageOrigins {
  media: readonly string[];
  connect?: readonly string[];
}

const beside: PageOrigins = { media: ["'self'", 'file:'] };

/** A consultation in a page of its own: one file, which opens from the file system without a network. */
export async function toPage(data: unknown, origins: PageOrigins = beside): Promise<string> {
  const [code, template] = await Promise.all([
    buildPage(origins.connect ? 'remote' : 'file'),
    readFile(join(viewer, 'index.html'), 'utf8'),
  ]);
  const parts: Readonly<Record<string, string>> = {
    policy: toPolicy(code, origins),
    style: code.style,
    scripts: code.scripts.map(({ text }) => `<script>${text}</script>`).join('\n'),
    data: toScriptJson(data),
  };
  // By a function: a text may hold `$&`. What was put in is not looked through again.
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? missing(name));
}

/** The content security policy: these scripts, this style, and sound. */
export function toPolicy({ scripts, style }: PageCode, { media, connect = [] }: PageOrigins = beside): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(({ text }) => hashOf(text)).join(' ')}`,
    `style-src ${hashOf(style)}`,
    `media-src ${media.join(' ')}`,
    ...(connect.length > 0 ? [`connect-src ${connect.join(' ')}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** JSON that can stand in a script element: nothing in it ends the element or begins a comment. */
export function toScriptJson(data: unknown): string {
  return JSON.stringify(data).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
