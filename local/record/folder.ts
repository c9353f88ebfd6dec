import { lstat, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandError } from '../commandLine.ts';

/** A file of this name says that everything below its folder is invented. */
export const marker = 'SYNTHETIC';

/**
 * The absolute path of a folder that may be made: it does not exist yet; the folder around it does, and lies below a
 * marker unless `force`. Links are followed first, so that none leads out of the marked folder.
 * @throws CommandError for bad usage
 */
export async function toNewFolder(out: string, force: boolean): Promise<string> {
  const around = await realpath(dirname(resolve(out))).catch(() => {
    throw new CommandError(`there is no folder ${dirname(out)}`, 2);
  });
  const folder = join(around, basename(resolve(out)));
  if (await exists(folder)) throw new CommandError(`${out} already exists`, 2);
  if (force || (await isMarked(around))) return folder;
  throw new CommandError(
    `no folder around ${out} has a file named ${marker}: a case holds what was said (--force writes it anyway)`,
    2,
  );
}

/** Writes the files into a new folder: all of them, or nothing. */
export async function writeFolder(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  // Beside its final place, so that the rename stays on one disk; hidden, so that nobody takes it for a case.
  const draft = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(draft, name), content);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function isMarked(folder: string): Promise<boolean> {
  if (await exists(join(folder, marker))) return true;
  const above = dirname(folder);
  return above !== folder && isMarked(above);
}

/** Whether anything is there, a link that leads nowhere included. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
