// Runs a script or a tool of the project, as the very first command after a clone: installs the locked dependencies
// when they are not there, and brings Node 24, which the lockfile holds for Linux and Windows.
//   node local/commands/run.mjs <script.ts | tool> [arguments]
// Plain JavaScript without dependencies, because it runs before there are any, on any Node from 20 on.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(root, 'node_modules');
const wantedMajor = 24;
/**
 * The embedded database is WebAssembly. V8 compiles it quickly and, of what runs often, once more with care, which takes
 * half a gigabyte and saves no time here.
 */
const flags = ['--liftoff-only', '--disable-warning=ExperimentalWarning'];
/** Tools whose package has another name. */
const scopes = { tsc: ['typescript'], biome: ['@biomejs/biome'] };

install();
run(process.argv[2], process.argv.slice(3));

/**
 * The stamp holds the digest of the lockfile that was installed, so that a pull that changes the lockfile installs
 * again.
 */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(modules, '.medzen-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing the locked dependencies (once, about half a minute)');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, stderr } = spawnSync(npm, ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`npm ci failed: ${(stderr ?? '').trim().split('\n').slice(0, 3).join(' ') || 'no npm found'}`);
  writeFileSync(stamp, lock);
}

function run(what, args) {
  if (!what) fail('usage: node local/commands/run.mjs <script.ts | tool> [arguments]');
  const node = findNode();
  const script = what.endsWith('.ts') ? join(root, what) : toolScript(what);
  const child = spawn(node, [...flags, script, ...args], {
    stdio: 'inherit',
    ...(what.endsWith('.ts') && { cwd: userFolder() }),
    env: {
      // What was compiled once is not compiled again, unless the caller says otherwise.
      NODE_COMPILE_CACHE: join(modules, '.cache/medzen/compiled'),
      ...process.env,
      PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  // The terminal signals the whole process group; the child ends by itself, and its exit event says how.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
}

/**
 * The folder where the user stands: npm changes to the project's own, and the paths that a user types are not meant from
 * there.
 */
function userFolder() {
  const own = process.cwd();
  const stood = process.env.INIT_CWD;
  return stood && resolve(own) === resolve(root) && existsSync(stood) ? stood : own;
}

function findNode() {
  const names = { linux: `node-linux-${process.arch}`, win32: `node-win-${process.arch}` };
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const brought = join(modules, names[process.platform] ?? 'node-none', 'bin', file);
  if (existsSync(brought)) return brought;
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath;
  return fail(`Node ${wantedMajor} or newer is needed on this platform; this is ${process.version}`);
}

/** The JavaScript behind a tool's name, so that it runs under the Node brought along and not under the system's. */
function toolScript(tool) {
  for (const name of [tool, ...(scopes[tool] ?? [])]) {
    const folder = join(modules, name);
    if (!existsSync(join(folder, 'package.json'))) continue;
    const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = typeof bin === 'string' ? bin : bin?.[tool];
    if (file) return join(folder, file);
  }
  return fail(`there is no tool named ${tool}`);
}

function say(text) {
  process.stderr.write(`medzen: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
