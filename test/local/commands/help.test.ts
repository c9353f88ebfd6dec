import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from '../command.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const [, file] = /run\.mjs (\S+\.ts)$/.exec(line) ?? [];
  return file === undefined ? [] : [[name, file] as const];
});

test.each(commands)('npm run %s -- --help is no error and explains each option', async (name, file) => {
  const { code, stdout, stderr } = await run(file, ['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^usage: npm (run )?${name}\\b`));
  const options = stdout.split('\n').filter((line) => line.startsWith('  --'));
  expect(options.filter((line) => !/^ {2}--\S+( \S+)? {2,}\S+ \S+/.test(line))).toEqual([]);
  // The first line names each option that the command has.
  const [usage = '', does] = stdout.split('\n\n');
  const unnamed = options.filter((line) => !usage.includes(line.trim().split(' ')[0] ?? '') && !/--help/.test(line));
  expect(unnamed).toEqual([]);
  // One sentence says what the command does.
  expect(does).toMatch(/^[A-Z][^\n]+\.$/);
});
