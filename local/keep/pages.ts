import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { toScriptJson } from '../../infra/page.ts';
import type { FrameData, Run } from './run.ts';

/** A page, and the policy to send with it. */
export interface ServedPage {
  html: string;
  policy: string;
}

/** The list of recordings. It renews itself. */
export function listPage(runs: readonly Run[]): Promise<ServedPage> {
  return toPage({ name: 'list.tsx', title: 'Recordings', data: runs, may: ["connect-src 'self'"] });
}

/** The page around a consultation, which hands over the session of a stand-in for its provider. */
export function framePage(data: FrameData): Promise<ServedPage> {
  const may = ["connect-src 'self'", "frame-src 'self'"];
  return toPage({ name: 'frame.ts', title: `Consultation ${data.recordingId}`, data, may });
}

interface Parts {
  /** The file of its script. */
  name: string;
  title: string;
  data: unknown;
  /** What its policy allows besides its own script and style. */
  may: readonly string[];
}

async function toPage({ name, title, data, may }: Parts): Promise<ServedPage> {
  const { script, style } = await codeOf(name);
  const template = await readFile(join(import.meta.dirname, 'page.html'), 'utf8');
  const parts: Readonly<Record<string, string>> = { title, style, script, data: toScriptJson(data) };
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    ...may,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return { html: template.replaceAll(/\{\{(\w+)\}\}/g, (_, part: string) => parts[part] ?? ''), policy };
}

interface Code {
  script: string;
  style: string;
}

const built = new Map<string, Promise<Code>>();

function codeOf(name: string): Promise<Code> {
  const code = built.get(name) ?? bundle(name);
  built.set(name, code);
  return code;
}

async function bundle(name: string): Promise<Code> {
  const here = (file: string) => join(import.meta.dirname, file);
  const { outputFiles } = await build({
    entryPoints: [here(name), here('style.css')],
    bundle: true,
    write: false,
    outdir: import.meta.dirname,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    charset: 'utf8',
    logLevel: 'error',
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
