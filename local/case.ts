import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CaseError } from './cases/caseError.ts';
import { readBytes } from './cases/caseFolder.ts';
import { parseDialogue } from './cases/dialogue.ts';
import { DialogueError } from './cases/dialogueError.ts';
import { toJobResult } from './cases/jobResult.ts';
import { makeStandIn } from './cases/standIn.ts';

const USAGE = 'usage: npm run case -- DIALOGUE.txt [--out DIR]';

/**
 * `npm run case`: writes a dialogue's job result and a silent recording of its length as files.
 * @returns the exit code: 0 written, 1 the dialogue is wrong, 2 bad usage
 */
export async function main(args: string[], print: (line: string) => void): Promise<number> {
  const { path, out } = readArguments(args) ?? {};
  if (path === undefined || out === undefined) {
    print(USAGE);
    return 2;
  }
  try {
    for (const file of await writeCase(path, out)) print(file);
    return 0;
  } catch (error) {
    if (error instanceof DialogueError) print(`${path}: ${error.message}`);
    else if (error instanceof CaseError) print(error.message);
    else throw error;
    return error instanceof CaseError ? 2 : 1;
  }
}

function readArguments(args: string[]): { path: string; out: string } | undefined {
  try {
    const { values, positionals } = parseArgs({ args, options: { out: { type: 'string' } }, allowPositionals: true });
    const [path] = positionals;
    return path && positionals.length === 1 ? { path, out: values.out ?? join('out', caseName(path)) } : undefined;
  } catch {
    return undefined;
  }
}

/** A `dialogue.txt` is called as its folder, any other file by its own name. */
function caseName(path: string): string {
  const name = basename(path, '.txt');
  return name === 'dialogue' ? basename(dirname(resolve(path))) : name;
}

async function writeCase(path: string, out: string): Promise<string[]> {
  const dialogue = parseDialogue((await readBytes(path)).toString());
  const job = toJobResult(dialogue, { jobName: caseName(path).replaceAll(/[^\w.-]/g, '-') });
  const channels = dialogue.layout === 'channels' ? 2 : 1;
  const recording = await makeStandIn({ durationMs: dialogue.durationMs, channels });
  const files = { job: join(out, 'job.json'), recording: join(out, recording.fileName) };
  await mkdir(out, { recursive: true });
  await writeFile(files.job, `${JSON.stringify(job, null, 2)}\n`);
  await writeFile(files.recording, recording.bytes);
  return Object.values(files);
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), console.log);
