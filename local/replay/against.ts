import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, counted } from '../commandLine.ts';
import { compare, type Compared } from './compare.ts';
import type { Run } from './runCase.ts';

/** The consultations of an earlier run, by the names of their cases. */
export type Earlier = ReadonlyMap<string, Compared | 'not there'>;

/**
 * Reads what an earlier replay left of these cases, before a new one may take its place.
 * @throws CommandError when there is no such folder, or none of the cases in it
 */
export async function readEarlier(folder: string, names: readonly string[]): Promise<Earlier> {
  const found = await Promise.all(names.map(async (name) => [name, await readOne(join(folder, name))] as const));
  const isThere = (earlier: Compared | 'not there' | undefined) => earlier !== 'not there';
  if (!found.some(([, earlier]) => isThere(earlier))) {
    throw new CommandError(`--against ${folder}: none of these cases was replayed into that folder`, 2);
  }
  return new Map(found.flatMap(([name, earlier]) => (earlier === undefined ? [] : [[name, earlier] as const])));
}

/** Undefined for a run that came to no consultation. */
async function readOne(folder: string): Promise<Compared | 'not there' | undefined> {
  if (!(await stat(folder).catch(() => undefined))) return 'not there';
  try {
    return JSON.parse(await readFile(join(folder, 'consultation.json'), 'utf8')) as Compared;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandError(`${join(folder, 'consultation.json')} cannot be read: ${(error as Error).message}`, 2);
  }
}

/** What differs between each run and the earlier one of its name; a case without differences has none. */
export function compareRuns(runs: readonly Run[], earlier: Earlier): Record<string, string[]> {
  const changes = runs.map(({ outcome: { name }, collected: { consultation } }) => {
    const before = earlier.get(name);
    return [
      name,
      before === 'not there' ? ['+ the case: not in the earlier run'] : compare(before, consultation),
    ] as const;
  });
  return Object.fromEntries(changes.filter(([, lines]) => lines.length > 0));
}

/** The differences in lines for the terminal, with their legend. */
export function describeChanges(changes: Readonly<Record<string, readonly string[]>>, folder: string): string[] {
  const cases = Object.entries(changes);
  if (cases.length === 0) return [`the same findings as in ${folder}`];
  return [
    `compared with ${folder}: ${counted(cases.length, 'case')} with other findings (+ new, - gone, ~ changed)`,
    ...cases.flatMap(([name, lines]) => [`  ${name}`, ...lines.map((line) => `    ${line}`)]),
  ];
}
