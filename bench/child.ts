import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a script of `bench/children/` in a process of its own, so that module loading counts and peak memory is that of
 * this script alone. The script prints its report as one JSON document, whose type is in the script's own file.
 * @throws Error with what the script wrote to standard error when it fails
 */
export async function inChild<Report>(script: string, args: readonly string[], nodeFlags: readonly string[] = []) {
  const path = join(import.meta.dirname, 'children', script);
  // With the flags of this process, which are those of every command.
  const { stdout } = await run(process.execPath, [...process.execArgv, ...nodeFlags, path, ...args], {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 10 * 60_000,
  });
  return JSON.parse(stdout) as Report;
}

/** Runs a bundle in a process without flags and without code that was compiled before, as Lambda does. */
export async function inColdChild<Report>(path: string, args: readonly string[]): Promise<Report> {
  const { NODE_COMPILE_CACHE: _, NODE_OPTIONS: __, ...env } = process.env;
  const { stdout } = await run(process.execPath, [path, ...args], { env, timeout: 10 * 60_000 });
  return JSON.parse(stdout) as Report;
}

/** The most memory that this process ever held at once, in bytes. */
export function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
