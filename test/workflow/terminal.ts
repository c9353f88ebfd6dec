import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { Command } from '../house/commands.ts';
import { root } from '../house/sources.ts';
import type { TestStack } from './testStack.ts';

export const hasBash = !spawnSync('bash', ['--version']).error;

/** What a command showed, and how it ended. */
export interface Shown extends Command {
  code: number;
  stdout: string;
}

/** A shell beside a stack, with the tools that the documents take for granted. */
export class Terminal {
  readonly #product: TestStack;
  readonly #tools: string;
  #more: Record<string, string> = {};
  /** What the last commands said on standard error. */
  stderr = '';

  private constructor(product: TestStack, tools: string) {
    this.#product = product;
    this.#tools = tools;
  }

  static async open(product: TestStack): Promise<Terminal> {
    const tools = await mkdtemp(join(tmpdir(), 'tools-'));
    const terminal = new Terminal(product, tools);
    for (const tool of ['aws', 'psql']) {
      const script = join(import.meta.dirname, 'shell', `${tool}.ts`);
      terminal.#write(tool, `exec '${process.execPath}' '${script}' "$@"`);
    }
    return terminal;
  }

  /** From now on it is as late for every command as for the stack, whose time may be ahead. */
  setTime(ms: number): void {
    this.#write('date', `echo ${Math.ceil(ms / 1000)}`);
    this.#more = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'shell/ahead.mjs')).href}`,
      AHEAD_MS: String(ms - Date.now()),
    };
  }

  /** Runs commands in one shell, one after the other, as an operator pastes them. */
  async paste(commands: readonly Command[], variablesOf: (section: string) => string): Promise<Shown[]> {
    const script = commands.map(
      ({ section, text }, at) => `${variablesOf(section)}\n${text}\nprintf '\\n\\x1e%d %d\\n' ${at} $?`,
    );
    const place = { STAGE: 'local', REGION: 'eu-west-1', HOME: this.#tools };
    // Dozens of short processes: each need not compile the same modules.
    const env = { ...this.#product.stack.env, ...this.#more, ...place, NODE_COMPILE_CACHE: join(this.#tools, 'cache') };
    const path = [this.#tools, process.env['PATH'] ?? ''].join(delimiter);
    const bash = spawn('bash', ['-c', script.join('\n')], { cwd: root, env: { ...env, PATH: path } });
    const [out, err] = await Promise.all([text(bash.stdout), text(bash.stderr)]);
    this.stderr = err;
    const parts = out.split('\u001e');
    return commands.map((command, at) => {
      const code = Number(/^\d+ (\d+)\n/.exec(parts[at + 1] ?? '')?.[1] ?? Number.NaN);
      return { ...command, code, stdout: (parts[at] ?? '').replace(/^\d+ \d+\n/, '').trim() };
    });
  }

  close(): Promise<void> {
    return rm(this.#tools, { recursive: true });
  }

  #write(tool: string, script: string): void {
    const file = join(this.#tools, tool);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
}
