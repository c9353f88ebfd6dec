// Runs a script or a tool of the project, as the very first command after a clone: installs the locked dependencies
// when they are not there, and brings Node 24, which the lockfile holds for Linux and Windows.
//   node local/commands/run.mjs <script.ts | tool> [arguments]
// Plain JavaScript without dependencies, because it runs before there are any, on any Node from 20 on.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from '../install.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(root, 'node_modules');
const wantedMajor = 24;
/**
 * The embedded database is WebAssembly. V8 compiles it quickly and, of what runs often, once more with care, which takes
 * half a gigabyte and saves no time here.
 */
const flags = ['--liftoff-only', '--disable-warning=ExperimentalWarning'];
/** Scripts that need the `dependencies` of package.json and none of the `devDependencies`: a smaller install. */
const small = [
  'start',
  'replay',
  'record',
  'case',
  'audit',
  'reconcile',
  'reprocess',
  'stuck',
  'redrive',
  'icd10cm',
  'cost',
  'burst',
  'chaos',
].map((name) => `local/commands/${name}.ts`);
/** Scripts that load the `devDependencies` only once their arguments are right: `--help` does without them. */
const smallHelp = ['package', 'deploy', 'cdn', 'openapi', 'ready'].map((name) => `local/commands/${name}.ts`);
/** Tools that check the source, by their packages. They are installed in a folder of their own by the command. */
const checks = { tsc: 'typescript', biome: '@biomejs/biome', oxlint: 'oxlint' };
const checksFolder = join(root, 'local/check');
/** Names of the packages that bring Node, by platform. */
const nodePackages = { linux: `node-linux-${process.arch}`, win32: `node-win-${process.arch}` };
const broughtNode = join(modules, nodePackages[process.platform] ?? 'node-none');

const [what, ...args] = process.argv.slice(2);
if (!what) fail('usage: node local/commands/run.mjs <script.ts | tool> [arguments]');
prepare(what);
run(what, args);

function prepare(what) {
  try {
    // The formatter reads the source alone; the compiler and the linter read the types of all packages.
    install(root, !isSmall(what) && what !== 'biome', say);
    if (what in checks) install(checksFolder, true, say);
  } catch (error) {
    fail(error.message);
  }
  removeHeaders();
}

function isSmall(what) {
  const asksHelp = args.includes('--help') || args.includes('-h');
  return small.includes(what) || (asksHelp && smallHelp.includes(what));
}

/** Node's C headers are for those who compile, and a third of its package. */
function removeHeaders() {
  try {
    rmSync(join(broughtNode, 'include'), { recursive: true, force: true });
  } catch {
    // They do no harm, and the folder may be another user's.
  }
}

function run(what, args) {
  const node = findNode();
  const script = what.endsWith('.ts') ? join(root, what) : toolScript(what);
  const child = spawn(node, [...flags, script, ...args], {
    stdio: 'inherit',
    ...(what.endsWith('.ts') && { cwd: userFolder() }),
    env: {
      // What was compiled once is not compiled again, unless the caller says otherwise.
      NODE_COMPILE_CACHE: join(modules, '.cache/medzen/compiled'),
      ...process.env,
      PATH: [join(modules, '.bin'), join(checksFolder, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter),
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
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const brought = join(broughtNode, 'bin', file);
  if (existsSync(brought)) return brought;
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath;
  return fail(`Node ${wantedMajor} or newer is needed on this platform; this is ${process.version}`);
}

/** The JavaScript behind a tool's name, so that it runs under the Node brought along and not under the system's. */
function toolScript(tool) {
  const folder = tool in checks ? join(checksFolder, 'node_modules', checks[tool]) : join(modules, tool);
  if (!existsSync(join(folder, 'package.json'))) return fail(`there is no tool named ${tool}`);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = typeof bin === 'string' ? bin : bin?.[tool];
  return file ? join(folder, file) : fail(`there is no tool named ${tool}`);
}

function say(text) {
  process.stderr.write(`medzen: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
