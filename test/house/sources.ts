import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The repository. */
export const root = join(import.meta.dirname, '../..');

/** Not ours, or not there in a clone. */
const left = ['node_modules', '.git', '.build', '.serverless', '.cache', 'out', 'coverage'];

/** The TypeScript files, those with markup included, below a folder of the repository, by their paths from its root, with slashes. */
export function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !left.includes(name) && !name.startsWith('.install-'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /\.tsx?$/.test(entry.name) ? [relative('.', path).replaceAll('\\', '/')] : [];
    })
    .sort();
}

/** The adapters that Deno loads as well, of pipeline/edge. */
export const portableAdapters = [
  'bus',
  'callRecords',
  'callbackSecrets',
  'channels',
  'chime',
  'chimeElsewhere',
  'comprehendMedical',
  'deno',
  'extractionRecords',
  'failure',
  'http',
  'keySet',
  'lazy',
  'limits',
  'liveCallback',
  'liveCall',
  'liveExtraction',
  'postgrest',
  'refreshed',
  'serviceRpc',
  'tokens',
  'withoutPhi',
];
