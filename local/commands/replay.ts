import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CaseError } from '../cases/caseError.ts';
import type { Case } from '../cases/caseFolder.ts';
import type { FoundCases } from '../cases/findCases.ts';
import { CommandError, counted, readArguments, readOperations, runCommand } from '../commandLine.ts';
import { compareRuns, describeChanges, readEarlier } from '../replay/against.ts';
import type { Deployment } from '../replay/deployment.ts';
import { toGroups } from '../replay/groups.ts';
import { stepLog } from '../replay/log.ts';
import type { Outcome } from '../replay/outcome.ts';
import { outcomeLegend } from '../replay/outcomeLines.ts';
import type { Say } from '../replay/runAll.ts';
import type { Run } from '../replay/runCase.ts';
import type { StackOptions } from '../stack/stack.ts';

const usage =
  'npm run replay -- <path>... [--out DIR] [--json] [--data DIR] [--attach] [--against DIR]\n   or: npm run replay -- --step normalizeTranscript|storeResults FOLDER';

type RunCases = (deployment: Deployment, cases: readonly Case[]) => Promise<Run[]>;

await runCommand('replay', async () => {
  const { values, positionals } = readArguments(
    process.argv.slice(2),
    {
      out: { type: 'string', default: 'out', value: 'DIR', help: 'where the files go, in a folder for each input' },
      json: { type: 'boolean', default: false, help: 'print one JSON summary on standard output, and nothing else' },
      data: { type: 'string', value: 'DIR', help: 'keep the state of the stack, for later runs, record and audit' },
      against: { type: 'string', value: 'DIR', help: 'compare the findings with those of an earlier --out DIR' },
      step: { type: 'string', value: 'NAME', help: 'run one step again, on the files of an earlier run in its folder' },
      attach: { type: 'boolean', default: false, help: 'use the deployment that the environment describes' },
    },
    usage,
  );
  if (positionals.length === 0) throw new CommandError(`no path was given\nusage: ${usage}`, 2);
  if (values.step !== undefined) return again(values.step, positionals);
  const out = resolve(values.out);
  // Nothing but the JSON summary goes to standard output, so that another program can read it.
  const say: Say = (line) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  const found = await find(positionals);
  const { connect } = await import('../replay/deployment.ts');
  const { runAll, runOne } = await import('../replay/runAll.ts');

  const names = found.cases.map(({ name }) => name);
  const earlier = values.against === undefined ? undefined : await readEarlier(values.against, names);
  const keptBy = values.attach ? '' : values.data && `--data ${values.data}`;
  const showing = { out, say, isVirtual: !values.attach, keptBy };
  const started = performance.now();
  const [only, ...others] = found.cases;
  const runCases: RunCases =
    only && others.length === 0
      ? async (deployment) => [await runOne(deployment, only, showing)]
      : (deployment, cases) => runAll(deployment, cases, showing);
  const runs = values.attach
    ? await runCases(connect(process.env), forOneStack(found.cases))
    : await onEmbeddedStacks(found.cases, out, values.data, runCases);
  if (runs.length > 1) for (const line of outcomeLegend) say(line);
  const outcomes = runs.map((run) => run.outcome);
  const seconds = Math.round(performance.now() - started) / 1000;
  const failed = outcomes.filter((outcome) => !outcome.ok).length;
  if (found.skipped.length > 0) say(`left out ${counted(found.skipped.length, 'file')} that are not job results`);
  say(
    `${outcomes.length - failed} succeeded, ${failed} failed, in ${seconds.toFixed(1)} s; the files are in ${values.out}`,
  );
  const changes = earlier && compareRuns(runs, earlier);
  if (changes) for (const line of describeChanges(changes, values.against ?? '')) say(line);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...toSummary(outcomes, out, seconds), changes })}\n`);
  return failed === 0 && Object.keys(changes ?? {}).length === 0 ? 0 : 1;
});

/** Runs a document step on the files of an earlier run. */
async function again(step: string, [folder = '', ...more]: readonly string[]): Promise<number> {
  if (more.length > 0) throw new CommandError(`--step takes one folder\nusage: ${usage}`, 2);
  const { readCodeTable } = await import('../../pipeline/edge/icd10cm.ts');
  const { runAgain } = await import('../replay/again.ts');
  const location = process.env['ICD10CM_TABLE'];
  const differences = await runAgain(step, folder, location ? await readCodeTable(location) : undefined);
  for (const line of differences) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `${step}: ${counted(differences.length, 'difference')}; the documents are in ${join(folder, 'again')}\n`,
  );
  return differences.length === 0 ? 0 : 1;
}

// Everything that reads and runs cases is loaded once the arguments are right: a refusal needs none of it.

/** A stack that runs already calls what it calls, and is told nothing but the words of a case. */
function forOneStack(cases: readonly Case[]): readonly Case[] {
  const [, other] = toGroups(cases.map(({ session: _session, ...given }) => given));
  const [first] = other?.cases ?? [];
  if (first)
    throw new CommandError(
      `${first.name} has the words of another case, to be answered in another way: replay it by itself`,
      2,
    );
  return cases;
}

/** Finds the cases at the paths. A path that does not exist or holds no case is bad usage. */
async function find(paths: string[]): Promise<FoundCases> {
  const { findCases } = await import('../cases/findCases.ts');
  try {
    return await findCases(paths);
  } catch (error) {
    throw error instanceof CaseError ? new CommandError(error.message, 2) : error;
  }
}

/**
 * Runs the cases on one stack after the other, each with its own operations. The runs come in the order of the cases.
 */
async function onEmbeddedStacks(
  cases: readonly Case[],
  out: string,
  dataDir: string | undefined,
  runCases: RunCases,
): Promise<Run[]> {
  const groups = toGroups(cases, readOperations(process.env['OPERATIONS'], 'OPERATIONS'));
  await mkdir(out, { recursive: true });
  await using log = stepLog(join(out, 'steps.log'));
  const options = { dataDir, codeTable: process.env['ICD10CM_TABLE'], onLog: log.write };
  const runs = new Map<string, Run>();
  for (const { operations, cases: own } of groups) {
    const ran = await onEmbeddedStack({ ...options, operations }, (deployment) => runCases(deployment, own));
    for (const run of ran) runs.set(run.outcome.name, run);
  }
  return cases.flatMap(({ name }) => runs.get(name) ?? []);
}

async function onEmbeddedStack<T>(options: StackOptions, work: (deployment: Deployment) => Promise<T>): Promise<T> {
  const { connect } = await import('../replay/deployment.ts');
  const { startStack } = await import('../stack/stack.ts');
  const stack = await startStack(options);
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
