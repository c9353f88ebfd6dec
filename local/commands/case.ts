import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CaseError } from '../cases/caseError.ts';
import { parseDialogue } from '../cases/dialogue.ts';
import { DialogueError } from '../cases/dialogueError.ts';
import { toJobResult } from '../cases/jobResult.ts';
import { readBytes } from '../cases/paths.ts';
import { makeStandIn } from '../cases/standIn.ts';
import { CommandError, readArguments, runCommand } from '../commandLine.ts';

const usage = 'npm run case -- DIALOGUE.txt [--out DIR]';

const about = {
  does: 'Makes a case out of a written dialogue: its job result, and a silent recording of its length.',
  words: { 'DIALOGUE.txt': 'the dialogue, as fixtures/README.md describes it' },
};

const options = {
  out: { type: 'string', value: 'DIR', help: 'where the files go; out/NAME unless given' },
} as const;

/**
 * `npm run case`: writes a dialogue's job result and a silent recording of its length as files.
 * @throws CommandError for bad usage, and with the line when the dialogue is wrong
 */
export async function main(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { values, positionals } = readArguments(args, options, usage, about);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new CommandError(`expected one dialogue\nusage: ${usage}`, 2);
  try {
    const out = values.out ?? join('out', caseName(path));
    for (const file of await writeCase(path, out)) print(file);
    print(`To replay it: npm run replay -- ${out}`);
    return 0;
  } catch (error) {
    if (error instanceof DialogueError) throw new CommandError(`${path}: ${error.message}`);
    throw error instanceof CaseError ? new CommandError(error.message, 2) : error;
  }
}

/** A case made from `dialogue.txt` is named after the folder, from any other file after the file. */
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

if (import.meta.main) await runCommand('case', () => main(process.argv.slice(2), console.log));
