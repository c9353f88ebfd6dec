import { appendFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CaseError } from './cases/caseError.ts';
import type { Case } from './cases/caseFolder.ts';
import { findCases } from './cases/findCases.ts';
import { CommandError, readArguments, runCommand } from './commandLine.ts';
import { connect, type Deployment } from './replay/deployment.ts';
import type { Outcome } from './replay/outcome.ts';
import { type Run, runCase } from './replay/runCase.ts';
import { describeConsultation, describeOutcome } from './replay/summary.ts';
import { startStack } from './stack.ts';

const usage = 'npm run replay -- <path>... [--out DIR] [--json] [--data DIR] [--attach]';

/** Cases under way at once: more would only wait for one another. */
const sideBySide = 12;

export interface ReplayOptions {
  out: string;
  /** One JSON summary as the last line of standard output; everything else goes to standard error. */
  json: boolean;
  dataDir?: string | undefined;
  /** Use the deployment that the environment describes instead of an embedded stack. */
  attach: boolean;
}

/** Runs the cases at `paths` through the workflow. Resolves to the exit code. */
export async function replay(paths: readonly string[], options: ReplayOptions): Promise<number> {
  const { cases, skipped } = await find(paths);
  const say = (line: string) => (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const started = performance.now();
  const runs = options.attach
    ? await runAll(connect(process.env), cases, options, say)
    : await onEmbeddedStack(options, (deployment) => runAll(deployment, cases, options, say));
  const outcomes = runs.map((run) => run.outcome);
  const failed = outcomes.filter((outcome) => !outcome.ok).length;
  for (const { collected } of runs.length === 1 ? runs : []) {
    const { transcript, consultation } = collected;
    if (transcript && consultation) for (const line of describeConsultation(transcript, consultation)) say(line);
  }
  const seconds = Math.round(performance.now() - started) / 1000;
  if (skipped.length > 0) say(`\n${skipped.length} files that are no job results were left out`);
  say(`\n${outcomes.length - failed} succeeded, ${failed} failed, in ${seconds.toFixed(1)} s; files in ${options.out}`);
  if (options.json) process.stdout.write(`${JSON.stringify(toSummary(outcomes, options.out, seconds))}\n`);
  return failed === 0 ? 0 : 1;
}

async function find(paths: readonly string[]) {
  try {
    return await findCases([...paths]);
  } catch (error) {
    throw error instanceof CaseError ? new CommandError(error.message, 2) : error;
  }
}

async function onEmbeddedStack<T>(options: ReplayOptions, work: (deployment: Deployment) => Promise<T>): Promise<T> {
  await mkdir(options.out, { recursive: true });
  const log = join(options.out, 'steps.log');
  let written = Promise.resolve();
  const stack = await startStack({
    dataDir: options.dataDir,
    codeTable: process.env['ICD10CM_TABLE'],
    onLog: (line) => {
      written = written.then(() => appendFile(log, `${line}\n`));
    },
  });
  try {
    using deployment = connect(stack.env);
    return await work(deployment);
  } finally {
    await stack.stop();
    await written;
  }
}

async function runAll(
  deployment: Deployment,
  cases: readonly Case[],
  { out }: ReplayOptions,
  say: (line: string) => void,
): Promise<Run[]> {
  const runs: Run[] = [];
  const waiting = cases.map((given, index) => ({ given, index }));
  const pollMs = Math.min(250, 20 * Math.min(cases.length, sideBySide));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const run = await runCase(deployment, next.given, {
        out,
        pollMs,
        ...(cases.length === 1 ? { onStates: liveProgress(say) } : {}),
      });
      runs[next.index] = run;
      say(describeOutcome(run.outcome));
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return runs;
}

/** Tells of each visit of a state once, when it is over. */
function liveProgress(
  say: (line: string) => void,
): (states: { name: string; attempts: number; ms?: number | undefined }[]) => void {
  let told = 0;
  return (states) => {
    for (let next = states[told]; next?.ms !== undefined; next = states[told]) {
      const retries = next.attempts > 1 ? `, ${next.attempts} attempts` : '';
      if (next.attempts > 0) say(`  ${next.name.padEnd(22)} ${String(next.ms).padStart(6)} ms${retries}`);
      told += 1;
    }
  };
}

function toSummary(outcomes: readonly Outcome[], out: string, seconds: number) {
  const counts: Record<string, number> = {};
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
  return { ok: outcomes.every((outcome) => outcome.ok), counts, seconds, out, cases: outcomes };
}

if (import.meta.main) {
  await runCommand('replay', async () => {
    const { values, positionals } = readArguments(
      process.argv.slice(2),
      {
        out: { type: 'string', default: 'out' },
        json: { type: 'boolean', default: false },
        data: { type: 'string' },
        attach: { type: 'boolean', default: false },
      },
      usage,
    );
    if (positionals.length === 0) throw new CommandError(`no path was given\nusage: ${usage}`, 2);
    return replay(positionals, { ...values, out: resolve(values.out), dataDir: values.data });
  });
}
