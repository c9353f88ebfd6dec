import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsOf, runOf, runs } from './commands.ts';
import { root } from './sources.ts';

const documents = ['DEPLOY.md', 'RUNBOOK.md', 'API.md'] as const;
const all = documents.flatMap(commandsOf);

describe.each(documents)('%s', (file) => {
  const commands = commandsOf(file);

  test('has commands', () => {
    expect(commands.length).toBeGreaterThan(15);
  });

  test('has no command of which nobody says where it is run, or why it is not', () => {
    expect(commands.filter((command) => runOf(command) === undefined).map(({ text }) => text)).toEqual([]);
  });
});

test('most commands are run', () => {
  const run = all.filter((command) => 'on' in (runOf(command) ?? {}));
  expect(run.length).toBeGreaterThan(all.length / 2);
});

test('nobody speaks of a command that is not there', () => {
  const idle = runs.filter(
    ([pattern]) => !all.some((command) => runs.find(([first]) => first.test(command.text))?.[0] === pattern),
  );
  expect(idle.map(([pattern]) => pattern)).toEqual([]);
});

test('the tests that run commands are there', () => {
  const tests = runs.flatMap(([, run]) => ('by' in run ? [run.by] : []));
  expect(tests.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('a command of several lines is one', () => {
  const texts = all.map(({ text }) => text);
  expect(texts.filter((text) => text.startsWith('deliver() {'))).toEqual([
    expect.stringMatching(/send-message[\s\S]*\n\}$/),
  ]);
  expect(texts.filter((text) => text.startsWith('for bucket'))).toEqual([expect.stringMatching(/\ndone$/)]);
  expect(texts.filter((text) => /^(?:--|\}|done)/.test(text))).toEqual([]);
});
