import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command as the terminal starts it: by the Node that the system has, wherever the terminal is. */
export class Command {
  readonly #child: ChildProcess;
  readonly #written = { stdout: '', stderr: '' };

  constructor(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn('node', [join(root, 'local/commands/run.mjs'), script, ...args], {
      env: { ...systemEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', (text: string) => (this.#written[name] += text));
    }
  }

  /**
   * Resolves with what was written to `stream` so far as soon as it has `text`, after its character `from`; rejects when
   * the command ends before.
   */
  async said(text: string, from = 0, stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
    const ended = once(this.#child, 'close');
    while (!this.#written[stream].includes(text, from)) {
      const more = once(this.#child[stream] ?? this.#child, 'data').then(() => true);
      if (!(await Promise.race([more, ended.then(() => false)]))) throw new Error(this.#written.stderr);
    }
    return this.#written[stream];
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#child.kill(signal);
  }

  async finished(): Promise<Finished> {
    if (this.#child.exitCode === null) await once(this.#child, 'close');
    return { code: this.#child.exitCode, ...this.#written };
  }
}

export function run(
  script: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Finished> {
  return new Command(script, args, env).finished();
}

/** Without the project's own tools in front, and without what the test runner says to its workers. */
function systemEnv(): NodeJS.ProcessEnv {
  const { PATH = '', HOME, TMPDIR } = process.env;
  const own = join(root, 'node_modules');
  const path = PATH.split(delimiter).filter((folder) => !folder.startsWith(own));
  return { PATH: path.join(delimiter), ...(HOME && { HOME }), ...(TMPDIR && { TMPDIR }) };
}
