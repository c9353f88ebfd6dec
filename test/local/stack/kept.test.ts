import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../command.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kept-'));
  await mkdir(join(root, 'out'));
  await writeFile(join(root, 'out/steps.log'), '');
});
afterAll(() => rm(root, { recursive: true }));

const recordingId = `rec-${'0'.repeat(32)}`;

describe.each<[name: string, args: (folder: string) => string[]]>([
  ['audit', () => ['verify', 'meeting']],
  ['record', (folder) => [recordingId, '--out', join(folder, 'case')]],
  ['reprocess', () => [recordingId]],
  ['stuck', () => []],
  ['reconcile', () => []],
])('%s --data', (name, args) => {
  test.each(['typo', 'out'])('%s, where no stack has kept its state, is refused and stays as it is', async (folder) => {
    const data = join(root, folder);
    const marked = join(root, 'marked');
    await mkdir(marked, { recursive: true });
    await writeFile(join(marked, 'SYNTHETIC'), 'a test\n');
    const { code, stdout, stderr } = await run(`local/commands/${name}.ts`, [...args(marked), '--data', data]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${name}: no stack has kept its state in ${data}\n`);
    expect(existsSync(data) ? readdirSync(data) : []).toEqual(folder === 'out' ? ['steps.log'] : []);
  });
});
