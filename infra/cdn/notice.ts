import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package of which something is in the bundle. */
interface Bundled {
  /** `name version (licence)` */
  title: string;
  /** Its licence, and the notices that go with it. */
  text: string;
}

/**
 * The licences of all packages of which a line is in the bundle: each text once, after the packages that it is of.
 * @param folder where the bundle's `node_modules` is
 * @throws Error for a package without a licence
 */
export function toNotice(folder: string, { outputs }: Metafile): string {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const paths = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [packageOf(path)] : []));
  const bundled = [...new Set(paths)].toSorted().map((path) => read(folder, path));
  const texts = [...new Set(bundled.map(({ text }) => text))];
  const parts = texts.map((text) => {
    const titles = bundled.filter((one) => one.text === text).map(({ title }) => title);
    return `${titles.join('\n')}\n\n${text}\n`;
  });
  return `This file contains the following packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** The folder of the package that a module is in: the last `node_modules` of its path counts. */
function packageOf(module: string): string {
  const [, path] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module) ?? [];
  if (path === undefined) throw new Error(`${module} is in no package`);
  return path;
}

function read(folder: string, path: string): Bundled {
  const texts = (pattern: RegExp) =>
    readdirSync(join(folder, path))
      .filter((file) => pattern.test(file))
      .map((file) =>
        readFileSync(join(folder, path, file), 'utf8')
          .replaceAll('\r\n', '\n')
          .trim(),
      );
  const { name, version, license } = JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const licences = texts(/^licen[cs]e/i);
  if (licences.length === 0) throw new Error(`${path} has no licence that could be passed on`);
  const notices = texts(/^(?:notice|copyrightnotice)/i);
  return { title: `${name} ${version} (${license ?? 'see below'})`, text: [...licences, ...notices].join('\n\n') };
}
