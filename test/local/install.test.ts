import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const source = join(import.meta.dirname, '../../local/install.mjs');

/**
 * What npm does, as far as an install is about it: each call is a line in `calls`. It installs by the lockfile of its
 * folder, and fails with REFUSE, always or beside node_modules. With SLOW it takes its time.
 */
const npm = `#!/usr/bin/env node
const fs = require('node:fs');
const [command, ...args] = process.argv.slice(2);
fs.appendFileSync(process.env.CALLS, [command, ...args.filter((one) => /^--(omit|no-save)/.test(one))].join(' ') + '\\n');
const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
if (command === 'ci') fs.rmSync('node_modules', { recursive: true, force: true });
if (process.env.REFUSE === 'all' || (process.env.REFUSE && process.cwd().includes('.install-'))) {
  console.error('npm error 404');
  process.exit(1);
}
const kept = Object.entries(packages).filter(([path, { dev, optional }]) => path && !optional && !(dev && args.includes('--omit=dev')));
for (const [path, { version }] of kept) {
  fs.mkdirSync(path, { recursive: true });
  fs.writeFileSync(path + '/package.json', JSON.stringify({ version }));
}
if (process.env.SLOW) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.env.SLOW));
fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: Object.fromEntries(kept) }));
`;

let folder: string;
let project: string;
let calls: string;

const packageOf = (version: string, more: object = {}) => ({ version, integrity: `sha512-${version}`, ...more });
const locked = (version = '1.0.0') => ({
  '': { name: 'project' },
  'node_modules/a': packageOf(version),
  'node_modules/@own/b': packageOf('2.0.0'),
  'node_modules/a/node_modules/@its/c': packageOf('3.0.0'),
  'node_modules/a/node_modules/inside': packageOf('1.0.0', { inBundle: true }),
  'node_modules/for-others': packageOf('1.0.0', { optional: true, os: ['none'] }),
  'node_modules/tests': packageOf('4.0.0', { dev: true }),
});
const writeLock = (version?: string) =>
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify({ packages: locked(version) }));
const called = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);
const has = (path: string) => existsSync(join(project, 'node_modules', path));
const versionOf = (path: string) =>
  (JSON.parse(readFileSync(join(project, 'node_modules', path, 'package.json'), 'utf8')) as { version: string })
    .version;

function start(extent: 'small' | 'all', env: Readonly<Record<string, string>> = {}): ChildProcess {
  const code = `const { install } = await import(${JSON.stringify(pathToFileURL(source).href)});
    install(${JSON.stringify(project)}, ${extent === 'all'}, (text) => console.log(text));`;
  const path = [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, NODE_OPTIONS: '', PATH: path, CALLS: calls, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function installed(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
  await once(child, 'close');
  return { code: child.exitCode, said };
}

async function untilCalled(command: string): Promise<void> {
  while (!called().some((line) => line.startsWith(command))) await new Promise((resolve) => setTimeout(resolve, 20));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  project = join(folder, 'project');
  calls = join(folder, 'calls');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/npm'), npm);
  chmodSync(join(folder, 'bin/npm'), 0o755);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{}');
  writeFileSync(join(project, '.npmrc'), '');
  writeLock();
});
afterEach(() => {
  // Nothing of an install stays beside node_modules.
  const left = readdirSync(project).filter((name) => name.startsWith('.install'));
  rmSync(folder, { recursive: true, force: true });
  if (left.length > 0) throw new Error(`the install left ${left.join(', ')}`);
});

// The npm above is a script that only a system with shebangs starts.
describe.skipIf(process.platform === 'win32')('an install', () => {
  test('for a command that needs no development dependencies leaves them out, and is done once', async () => {
    expect(await installed(start('small'))).toMatchObject({ code: 0 });
    expect([has('a'), has('@own/b'), has('tests')]).toEqual([true, true, false]);
    expect(await installed(start('small'))).toEqual({ code: 0, said: '' });
    expect(called()).toEqual(['ci --omit=dev']);
  });

  test('adds what the next command needs, and then lacks nothing of either', async () => {
    await installed(start('small'));
    await installed(start('all'));
    expect([has('a'), has('tests')]).toEqual([true, true]);
    expect((await installed(start('small'))).said).toBe('');
  });

  test('follows a lockfile that has changed, to the extent that was installed', async () => {
    await installed(start('all'));
    writeLock('1.1.0');
    await installed(start('small'));
    expect([versionOf('a'), has('tests')]).toEqual(['1.1.0', true]);
  });

  test.each(['ci', 'install'])('by hand, with npm %s, is taken as it is', async (command) => {
    spawnSync(process.execPath, [join(folder, 'bin/npm'), command], {
      cwd: project,
      env: { ...process.env, CALLS: calls },
    });
    expect(await installed(start('all'))).toEqual({ code: 0, said: '' });
    expect(called()).toEqual([command]);
  });

  test('by hand that left the development dependencies out is enough for some commands only', async () => {
    spawnSync(process.execPath, [join(folder, 'bin/npm'), 'ci', '--omit=dev'], {
      cwd: project,
      env: { ...process.env, CALLS: calls },
    });
    expect((await installed(start('small'))).said).toBe('');
    await installed(start('all'));
    expect(has('tests')).toBe(true);
  });

  test('that cannot be put in its place is made in place', async () => {
    expect(await installed(start('small', { REFUSE: 'staged' }))).toMatchObject({ code: 0 });
    expect(called()).toEqual(['ci --omit=dev', 'ci --omit=dev']);
    expect(has('a')).toBe(true);
    // What a command may be running from is added to, not replaced.
    await installed(start('all', { REFUSE: 'staged' }));
    expect(called().slice(2)).toEqual(['ci', 'install --no-save']);
    expect(has('tests')).toBe(true);
  });

  test('that fails says why, and the next one begins anew', async () => {
    const { code, said } = await installed(start('small', { REFUSE: 'all' }));
    expect(code).toBe(1);
    expect(said).toContain('npm ci failed: npm error 404');
    expect(await installed(start('small'))).toMatchObject({ code: 0 });
    expect(has('a')).toBe(true);
  });

  test('that fails to add leaves what is there', async () => {
    await installed(start('small'));
    expect((await installed(start('all', { REFUSE: 'all' }))).code).toBe(1);
    expect(versionOf('a')).toBe('1.0.0');
    expect((await installed(start('small'))).said).toBe('');
  });

  test('is made by one of the commands that start at the same time', async () => {
    const slow = { SLOW: '700' };
    const all = await Promise.all([start('all', slow), start('small', slow), start('all', slow)].map(installed));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(called().filter((line) => line.startsWith('ci')).length).toBeLessThanOrEqual(2);
    expect([has('a'), has('tests')]).toEqual([true, true]);
  });

  test('that is cut short leaves what was there, and keeps nobody waiting', async () => {
    await installed(start('all'));
    writeLock('1.1.0');
    rmSync(calls);
    const child = start('all', { SLOW: '5000' });
    await untilCalled('ci');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect([versionOf('a'), has('tests')]).toEqual(['1.0.0', true]);
    expect(await installed(start('all'))).toMatchObject({ code: 0 });
    expect(versionOf('a')).toBe('1.1.0');
  });

  test('into a folder of packages that is a link leaves alone what the link leads to', async () => {
    await installed(start('small'));
    const elsewhere = join(folder, 'elsewhere');
    cpSync(join(project, 'node_modules'), elsewhere, { recursive: true });
    rmSync(join(project, 'node_modules'), { recursive: true });
    spawnSync('ln', ['-s', elsewhere, join(project, 'node_modules')]);
    writeLock('1.1.0');
    await installed(start('small'));
    expect(versionOf('a')).toBe('1.1.0');
    expect(JSON.parse(readFileSync(join(elsewhere, 'a/package.json'), 'utf8'))).toEqual({ version: '1.0.0' });
  });
});
