import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../house/sources.ts';

const packages = join(root, 'node_modules/@deno');

/** Deno itself: what node_modules/.bin has is a wrapper, and ending it leaves Deno behind. */
export const denoBinary =
  readdirSync(packages)
    .flatMap((name) => ['deno', 'deno.exe'].map((file) => join(packages, name, file)))
    .find((file) => existsSync(file)) ?? '';

/** As the project is run by Deno everywhere here: nothing comes from a network, and packages are those of npm. */
export const denoConfig = join(root, 'supabase/functions/deno.json');
export const offline = ['--no-remote', '--node-modules-dir=manual', `--config=${denoConfig}`];

/** Between runs it keeps what it has compiled. */
export const denoCache = join(root, 'node_modules/.cache/medzen/deno');
export const denoEnv = { DENO_DIR: denoCache, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
