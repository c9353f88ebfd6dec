// Installs what a folder's lockfile says, for run.mjs: plain JavaScript without dependencies, for any Node from 20 on.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const windows = process.platform === 'win32';
const options = ['--ignore-scripts', '--no-fund', '--no-audit', '--prefer-offline', '--loglevel=error'];

/**
 * Installs the folder's `dependencies`, and with `all` its `devDependencies`, unless they are there. The project's own
 * folder keeps what it has until all that replaces it is there; one command installs, and others wait for it.
 * @param {string} folder
 * @param {boolean} all
 * @param {(text: string) => void} say
 * @throws {Error} when npm can install them in no way
 */
export function install(folder, all, say) {
  if (isInstalled(folder, all)) return;
  const free = lock(folder, say);
  try {
    // Another command may have installed them in the meantime.
    if (!isInstalled(folder, all)) installNow(folder, all, say);
  } finally {
    free();
  }
}

/**
 * npm's own account of node_modules, written when an install is complete, says what is there: whoever installed it. An
 * optional package may be missing, because most are for other machines.
 */
function isInstalled(folder, all) {
  const there = packagesIn(join(folder, 'node_modules/.package-lock.json'));
  return Object.entries(packagesIn(join(folder, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '' || (wanted.dev && !all)) return true;
    const found = there[path];
    return found ? found.integrity === wanted.integrity : wanted.optional || wanted.devOptional || wanted.peer;
  });
}

function packagesIn(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

function installNow(folder, all, say) {
  const there = Object.values(packagesIn(join(folder, 'node_modules/.package-lock.json')));
  const everything = all || there.some(({ dev }) => dev);
  say('installing the locked dependencies, once');
  const extent = everything ? [] : ['--omit=dev'];
  if (installStaged(folder, extent)) return;
  // In place, as by hand. A command that runs keeps its packages if it can.
  const adds = isInstalled(folder, false);
  const { status, stderr } = npm(folder, [...(adds ? ['install', '--no-save'] : ['ci']), ...extent, ...options]);
  if (status === 0) return;
  const said = (stderr ?? '').trim().split('\n').slice(0, 3).join(' ');
  throw new Error(`npm ${adds ? 'install' : 'ci'} failed: ${said || 'no npm found'}`);
}

/**
 * Installs in a folder beside node_modules, and puts the result in its place.
 * @returns {boolean} false when that did not work: node_modules may be a file system of its own
 */
function installStaged(folder, extent) {
  const staging = join(folder, `.install-${process.pid}`);
  try {
    mkdirSync(staging);
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(join(folder, file), join(staging, file));
    if (npm(staging, ['ci', ...extent, ...options]).status !== 0) return false;
    replace(join(folder, 'node_modules'), join(staging, 'node_modules'), join(staging, 'before'));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Puts the folder `next` in the place of `current`, which goes to `before`, or stays when that does not work. */
function replace(current, next, before) {
  const had = existsSync(current);
  if (had) renameSync(current, before);
  try {
    renameSync(next, current);
  } catch (error) {
    if (had) renameSync(before, current);
    throw error;
  }
}

/**
 * Waits until no other command installs into the folder, and keeps others waiting. An install that was cut short keeps
 * nobody waiting, and its remains are removed.
 * @returns {() => void} lets others go on
 */
function lock(folder, say) {
  const file = join(folder, '.install-lock');
  for (let waits = 0; !wrote(file); waits++) {
    if (waits === 0) say('waiting for another command that installs the dependencies');
    if (waits > 0 && isLeft(file)) rmSync(file, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  for (const name of readdirSync(folder)) {
    if (/^\.install-\d+$/.test(name) && !isRunning(Number(name.slice(9))))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
  return () => rmSync(file, { force: true });
}

function wrote(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

const tenMinutes = 600_000;

/** Whether the command that wrote a lock has ended without removing it. */
function isLeft(file) {
  try {
    return Date.now() - statSync(file).mtimeMs > tenMinutes || !isRunning(Number(readFileSync(file, 'utf8')));
  } catch {
    return false; // It has just been removed.
  }
}

function isRunning(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function npm(cwd, args) {
  return spawnSync(windows ? 'npm.cmd' : 'npm', args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    shell: windows,
  });
}
