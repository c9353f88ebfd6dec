import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { toNotice } from './notice.ts';

const folder = import.meta.dirname;
const sdk = 'amazon-chime-sdk-js';

/** The Chime SDK as one file for browsers. */
export interface SdkFile {
  /** `chime-sdk-<version>-<hash8>.min.js`: what is in it is in its name, so a name never changes its content. */
  name: string;
  /** The value of a script's `integrity`. */
  integrity: string;
  bytes: Uint8Array;
  /** The licences of all that is in it, under its name. */
  notice: { name: string; text: string };
}

/** How the file is uploaded, and so served: its name never changes its content. */
export const cacheControl = 'public, max-age=31536000, immutable';
export const contentType = 'text/javascript; charset=utf-8';

/** The SDK is installed by who makes the file: `npm run cdn`, or `npm ci --prefix infra/cdn`. */
export const isInstalled = (): boolean => existsSync(join(folder, 'node_modules', sdk, 'package.json'));

/**
 * Bundles the SDK: the same lockfiles give the same bytes. The file defines `ChimeSDK`, which has all that the package
 * exports. @throws Error when the package is not installed
 */
export async function buildSdkFile(): Promise<SdkFile> {
  if (!isInstalled()) throw new Error(`${sdk} is not installed: npm ci --prefix infra/cdn`);
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', sdk, 'package.json'), 'utf8')) as {
    version: string;
  };
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [sdk],
    outfile: 'chime-sdk.js',
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'ChimeSDK',
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    // The SDK itself is ES2015, and what it needs of AWS's SDK is newer. Browsers old enough to lack ES2019 (Chrome 65,
    // Firefox 61, Safari 11) lack what the SDK needs of WebRTC as well.
    target: 'es2019',
    // What it makes a session with asks for Node's `global`.
    define: { global: 'window' },
    // A page may have any encoding.
    charset: 'ascii',
    legalComments: 'none',
    banner: { js: `/*! ${sdk} ${version}, Apache-2.0; all licences: the .NOTICE.txt of this file's name */` },
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  const stem = `chime-sdk-${version}-${hashOf('sha256', bytes, 'hex').slice(0, 8)}`;
  return {
    name: `${stem}.min.js`,
    integrity: `sha384-${hashOf('sha384', bytes, 'base64')}`,
    bytes,
    notice: { name: `${stem}.NOTICE.txt`, text: toNotice(folder, metafile) },
  };
}

const hashOf = (algorithm: string, bytes: Uint8Array, encoding: 'hex' | 'base64') =>
  createHash(algorithm).update(bytes).digest(encoding);
