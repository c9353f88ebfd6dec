import { join } from 'node:path';
import * as v from 'valibot';
import { CaseError } from './caseError.ts';
import { fileNamesIn, isCaseFolder, isFolder, named, readCase } from './caseFolder.ts';
import type { Case } from './caseFolder.ts';
import { parseJson } from './standIn.ts';

export interface FoundCases {
  /** In the order of the paths, those of a folder by file name; their names are unique. */
  cases: Case[];
  /** Files inside a given folder that are not job results. */
  skipped: { path: string; reason: string }[];
}

const BatchResult = v.object({ results: v.looseObject({}) });

/**
 * Finds the cases at the paths: a job result, a case folder, or a folder that holds any number of both at any depth. A
 * file named as a path is always taken; inside a folder, only job results are.
 * @throws CaseError when a path is missing or unreadable, a case is wrong, or a folder holds no case.
 */
export async function findCases(paths: string[]): Promise<FoundCases> {
  const found: FoundCases = { cases: [], skipped: [] };
  for (const path of paths) {
    if (!(await isFolder(path))) found.cases.push(await readCase(path));
    else if (!(await searchFolder(path, found))) throw new CaseError(`${path}: holds no job result and no case folder`);
  }
  return { ...found, cases: withUniqueNames(found.cases) };
}

/** Whether there was a case in the folder. */
async function searchFolder(folder: string, found: FoundCases): Promise<boolean> {
  const fileNames = await fileNamesIn(folder);
  if (isCaseFolder(fileNames)) return found.cases.push(await readCase(folder)) > 0;
  let any = false;
  for (const fileName of fileNames.filter((name) => !name.startsWith('.') && name !== 'node_modules')) {
    const path = join(folder, fileName);
    if (await isFolder(path)) any = (await searchFolder(path, found)) || any;
    else if (/\.json(\.gz)?$/.test(fileName)) any = (await takeJobResult(path, found)) || any;
  }
  return any;
}

async function takeJobResult(path: string, found: FoundCases): Promise<boolean> {
  const read = await readCase(path);
  const json = read.job === undefined ? undefined : parseJson(Buffer.from(read.job));
  if (v.is(BatchResult, json)) return found.cases.push(read) > 0;
  found.skipped.push({ path, reason: json === undefined ? 'not JSON' : 'not a job result' });
  return false;
}

/** The second case of the same name gets `-2`, the third `-3`; no case loses its own name to a numbered one. */
function withUniqueNames(cases: Case[]): Case[] {
  const given = new Set(cases.map(({ name }) => name));
  const used = new Set<string>();
  return cases.map((each) => {
    let name = each.name;
    for (let n = 2; used.has(name) || (name !== each.name && given.has(name)); n++) name = `${each.name}-${n}`;
    used.add(name);
    return { ...each, ...named(name) };
  });
}
