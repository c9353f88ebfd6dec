import { readdir, readFile, stat } from 'node:fs/promises';
import { CaseError } from './caseError.ts';

/** @throws CaseError when the path does not exist or cannot be read. */
export async function isFolder(path: string): Promise<boolean> {
  return (await reading(path, () => stat(path))).isDirectory();
}

/** The size of a file. @throws CaseError when the path does not exist, cannot be read, or is no file. */
export async function sizeOf(path: string): Promise<number> {
  const found = await reading(path, () => stat(path));
  if (!found.isFile()) throw new CaseError(`${path}: ${found.isDirectory() ? 'a folder' : 'no file'}`);
  return found.size;
}

/** @throws CaseError when the file cannot be read. */
export async function readBytes(path: string): Promise<Buffer> {
  return reading(path, () => readFile(path));
}

/** @throws CaseError when the folder cannot be read. */
export async function fileNamesIn(folder: string): Promise<string[]> {
  return (await reading(folder, () => readdir(folder))).sort();
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read';
    throw new CaseError(`${path}: ${code === 'ENOENT' ? 'no such file or folder' : code}`);
  }
}
