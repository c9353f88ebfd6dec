import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CaseError } from '../cases/caseError.ts';
import { type FoundCases, findCases } from '../cases/findCases.ts';
import { CommandError, counted, readArguments, runCommand } from '../commandLine.ts';
import { connect, type Deployment } from '../replay/deployment.ts';
import { stepLog } from '../replay/log.ts';
import type { Outcome } from '../replay/outcome.ts';
import { runAll, runOne, type Say } from '../replay/runAll.ts';
import type { Run } from '../replay/runCase.ts';
import { startStack } from '../stack/stack.ts';

const usage = 'npm run replay -- <path>... [--out DIR] [--json] [--data DIR] [--attach]';

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
  const out = resolve(values.out);
  // The JSON summary is alone on standard output, so that another program can read it.
  const say: Say = (line) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  const found = await find(positionals);

  const started = performance.now();
  const runs = values.attach
    ? await runFound(connect(process.env), found, out, say)
    : await onEmbeddedStack(out, values.data, (deployment) => runFound(deployment, found, out, say));
  const outcomes = runs.map((run) => run.outcome);
  const seconds = Math.round(performance.now() - started) / 1000;
  const failed = outcomes.filter((outcome) => !outcome.ok).length;
  if (found.skipped.length > 0) say(`left out ${counted(found.skipped.length, 'file')} that are not job results`);
  say(
    `${outcomes.length - failed} succeeded, ${failed} failed, in ${seconds.toFixed(1)} s; the files are in ${values.out}`,
  );
  if (values.json) process.stdout.write(`${JSON.stringify(toSummary(outcomes, out, seconds))}\n`);
  return failed === 0 ? 0 : 1;
});

/** What the paths hold. A path that is not there or holds no case is bad usage. */
async function find(paths: string[]): Promise<FoundCases> {
  try {
    return await findCases(paths);
  } catch (error) {
    throw error instanceof CaseError ? new CommandError(error.message, 2) : error;
  }
}

async function runFound(deployment: Deployment, { cases }: FoundCases, out: string, say: Say): Promise<Run[]> {
  const [only] = cases;
  return cases.length === 1 && only ? [await runOne(deployment, only, out, say)] : runAll(deployment, cases, out, say);
}

async function onEmbeddedStack<T>(
  out: string,
  dataDir: string | undefined,
  work: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  await mkdir(out, { recursive: true });
  await using log = stepLog(join(out, 'steps.log'));
  const stack = await startStack({ dataDir, codeTable: process.env['ICD10CM_TABLE'], onLog: log.write });
  try {
    using deployment = connect(stack.env);
    return await work(deployment);
  } finally {
    await stack.stop();
  }
}

function toSummary(outcomes: readonly Outcome[], out: string, seconds: number) {
  const counts: Partial<Record<Outcome['status'], number>> = {};
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
  return { ok: outcomes.every((outcome) => outcome.ok), counts, seconds, out, cases: outcomes };
}
