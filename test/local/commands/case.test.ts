import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../../local/commands/case.ts';
import { CommandError } from '../../../local/commandLine.ts';
import { batchSchema } from '../cases/batchSchema.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'case-'));
  await writeFile(join(root, 'good.txt'), 'title: x\n\npatient: Hello.\n');
  await writeFile(join(root, 'bad.txt'), 'title: x\n\npatient Hello.\n');
});
afterAll(() => rm(root, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  try {
    return { code: await main(args, (line) => lines.push(line)), lines };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { code: error.exitCode, lines: [...lines, ...error.message.split('\n')] };
  }
}

test('writes the job result and a recording, and says where', async () => {
  const out = join(root, 'out');
  const { code, lines } = await run(join(root, 'good.txt'), '--out', out);
  const files = [join(out, 'job.json'), join(out, 'recording.mp4')];
  expect({ code, lines }).toEqual({ code: 0, lines: [...files, `To replay it: npm run replay -- ${out}`] });
  const job = v.parse(batchSchema, JSON.parse(await readFile(join(out, 'job.json'), 'utf8')));
  expect(job).toMatchObject({ jobName: 'good', results: { transcripts: [{ transcript: 'Hello.' }] } });
  expect((await readFile(join(out, 'recording.mp4'))).toString('latin1', 4, 8)).toBe('ftyp');
});

test.each([
  ['no argument', [], 2, 'expected one dialogue'],
  ['two dialogues', ['a.txt', 'b.txt'], 2, 'expected one dialogue'],
  ['an unknown option', ['a.txt', '--fast'], 2, "Unknown option '--fast'"],
  ['a missing file', ['missing.txt'], 2, 'missing.txt: no such file or folder'],
  ['a wrong dialogue', ['bad.txt'], 1, 'bad.txt: line 3: expected `speaker: text`'],
])('%s ends in one line, with the usage in a second when it is that', async (_, args, code, message) => {
  const result = await run(...args.map((arg) => (arg.endsWith('.txt') ? join(root, arg) : arg)));
  expect(result).toEqual({ code, lines: [expect.stringContaining(message), ...usageFor(message)] });
});

function usageFor(message: string): string[] {
  return /one dialogue|option/.test(message) ? ['usage: npm run case -- DIALOGUE.txt [--out DIR]'] : [];
}
