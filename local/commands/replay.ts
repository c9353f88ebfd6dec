import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CaseError } from '../cases/caseError.ts';
import type { Case } from '../cases/caseFolder.ts';
import type { FoundCases, Wanted } from '../cases/findCases.ts';
import { CommandError, counted, readOperations, runCommand } from '../commandLine.ts';
import { compareRuns, describeChanges, readEarlier } from '../replay/against.ts';
import type { Deployment } from '../replay/deployment.ts';
import { type Group, toGroups } from '../replay/groups.ts';
import { Interrupt } from '../replay/interrupt.ts';
import { stepLog } from '../replay/log.ts';
import type { Outcome } from '../replay/outcome.ts';
import { outcomeLegend } from '../replay/outcomeLines.ts';
import { Progress } from '../replay/progress.ts';
import type { Say } from '../replay/runAll.ts';
import type { Run } from '../replay/runCase.ts';
import { readUsage } from '../replay/usage.ts';
import type { Stack, StackOptions } from '../stack/stack.ts';

type RunCases = (deployment: Deployment, cases: readonly Case[]) => Promise<Run[]>;

await runCommand('replay', async () => {
  const { values, paths, words } = readUsage(process.argv.slice(2));
  if (values.step !== undefined) return again(values.step, paths[0] ?? '');
  const out = resolve(values.out);
  // Nothing but the JSON summary goes to standard output, so that another program can read it.
  const say: Say = (line) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  const found = await find(paths, { words, transcribes: values.attach }, say);
  const { cases, refused } = found;
  const names = cases.map(({ name }) => name);
  const earlier = values.against === undefined ? undefined : await readEarlier(values.against, names);
  const deployment = values.attach ? await attach(cases, values.yes) : undefined;
  const groups = deployment ? [] : toGroups(cases, readOperations(process.env['OPERATIONS'], 'OPERATIONS'));
  if (cases.length > 1) say(counted(cases.length, 'case'));
  if (refused.length > 0) say(`${counted(refused.length, 'input')} refused; the end says why`);
  tell(cases, say);
  say(
    deployment
      ? 'Uploading to the deployment that the environment describes'
      : 'Starting the embedded stack: nothing leaves this machine',
  );

  const started = performance.now();
  const progress = new Progress(names);
  using interrupt = new Interrupt(() => {
    for (const line of progress.describe(values.out, remains(values))) say(line);
    const soFar = { ...toSummary(progress.outcomes, refused, out, secondsSince(started)), ok: false };
    if (values.json) printSummary({ ...soFar, interrupted: true });
  });
  const { runAll, runOne } = await import('../replay/runAll.ts');
  const keptBy = values.attach ? '' : values.data && `--data ${values.data}`;
  const resumed = new Set<string>();
  const showing = { out, say, isVirtual: !values.attach, keptBy, progress, resumed };
  const onStack = (stack: Stack) => {
    for (const name of stack.resumed) resumed.add(name);
    if (resumed.size > 0) say(`What was under way in ${values.data} goes on: ${counted(resumed.size, 'recording')}`);
    interrupt.stop = () => stack.stop();
  };
  const [only, ...others] = cases;
  const runCases: RunCases =
    only && others.length === 0
      ? async (target) => [await runOne(target, only, showing)]
      : (target, some) => runAll(target, some, showing);
  const runs = await interrupt.quiet(() =>
    deployment
      ? runCases(deployment, cases)
      : onEmbeddedStacks(cases, groups, { out, dataDir: values.data, onStack }, runCases),
  );
  if (runs.length > 1) for (const line of outcomeLegend) say(line);
  const outcomes = runs.map((run) => run.outcome);
  const seconds = secondsSince(started);
  const failed = outcomes.filter((outcome) => !outcome.ok).length;
  for (const line of leftOut(found)) say(line);
  say(
    `${outcomes.length - failed} succeeded, ${failed} failed${refused.length > 0 ? `, ${refused.length} refused` : ''}, in ${seconds.toFixed(1)} s; the files are in ${values.out}`,
  );
  const changes = earlier && compareRuns(runs, earlier);
  if (changes) for (const line of describeChanges(changes, values.against ?? '')) say(line);
  if (values.json) printSummary({ ...toSummary(outcomes, refused, out, seconds), changes });
  return failed === 0 && refused.length === 0 && Object.keys(changes ?? {}).length === 0 ? 0 : 1;
});

/** Runs a document step on the files of an earlier run. */
async function again(step: string, folder: string): Promise<number> {
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

/** What becomes of the cases that are under way when somebody interrupts. */
function remains({ attach: attached, data }: { attach: boolean; data?: string | undefined }): string {
  if (attached) return 'what was uploaded goes on in the deployment';
  return data === undefined
    ? 'what they had done is gone'
    : `${data} keeps how far they are: the same command goes on there`;
}

/** Says of each recording what was read, before anything is done with it. */
function tell(cases: readonly Case[], say: Say): void {
  for (const { name, notes = [] } of cases) for (const note of notes) say(`${name}: ${note}`);
}

/** Says how many files of the folders were left out, by reason. */
function leftOut({ skipped, refused }: FoundCases): string[] {
  const without = skipped.filter(({ reason }) => reason.startsWith('a recording'));
  const others = skipped.length - without.length;
  return [
    ...(others > 0 ? [`left out ${counted(others, 'file')} that are not job results`] : []),
    ...(without.length > 0
      ? [
          `left out ${counted(without.length, 'recording')} without words beside: ${without.map(({ path }) => path).join(', ')}`,
        ]
      : []),
    ...(refused.length > 0 ? [`refused ${counted(refused.length, 'input')}:`] : []),
    ...refused.map((fault) => `  ${fault}`),
  ];
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

/**
 * The deployment that the environment describes, if it is to be given these cases: AWS itself is given them only when
 * the caller has been told what that costs.
 */
async function attach(cases: readonly Case[], yes: boolean): Promise<Deployment> {
  const { connect, hasStandIns } = await import('../replay/deployment.ts');
  const { describeUpload, leadsToAws, measure, refuseWithoutSound } = await import('../replay/attach.ts');
  const deployment = connect(process.env);
  if (leadsToAws(process.env)) {
    refuseWithoutSound(cases);
    const upload = describeUpload(await Promise.all(cases.map(measure)), process.env);
    if (!yes) throw new CommandError(`${upload}. Nothing was uploaded; add --yes to upload`, 2);
  } else if (await hasStandIns(deployment)) {
    const alone = cases.find(({ kind, job }) => kind === 'recording' && job === undefined);
    if (alone) throw new CommandError(`${alone.name}: this deployment recognizes no speech: add --words FILE`, 2);
    forOneStack(cases);
  } else refuseWithoutSound(cases);
  return deployment;
}

/** Finds the cases at the paths. A path that does not exist or holds no case is bad usage. */
async function find(paths: readonly string[], wanted: Wanted, say: Say): Promise<FoundCases> {
  const { findCases } = await import('../cases/findCases.ts');
  // Hundreds of cases take a while to read.
  const notice = setTimeout(() => say(`Reading ${paths.join(', ')}`), 2_000);
  try {
    return await findCases(paths, wanted);
  } catch (error) {
    throw error instanceof CaseError ? new CommandError(error.message, 2) : error;
  } finally {
    clearTimeout(notice);
  }
}

interface Surroundings {
  out: string;
  dataDir: string | undefined;
  /** Told of each stack once it runs. */
  onStack: (stack: Stack) => void;
}

/**
 * Runs the cases on one stack after the other, each with its own operations. The runs come in the order of the cases.
 */
async function onEmbeddedStacks(
  cases: readonly Case[],
  groups: readonly Group[],
  { out, dataDir, onStack }: Surroundings,
  runCases: RunCases,
): Promise<Run[]> {
  await mkdir(out, { recursive: true });
  await using log = stepLog(join(out, 'steps.log'));
  const options = { dataDir, codeTable: process.env['ICD10CM_TABLE'], onLog: log.write };
  const runs = new Map<string, Run>();
  for (const { operations, cases: own } of groups) {
    const work = (deployment: Deployment) => runCases(deployment, own);
    for (const run of await onEmbeddedStack({ ...options, operations }, onStack, work)) runs.set(run.outcome.name, run);
  }
  return cases.flatMap(({ name }) => runs.get(name) ?? []);
}

async function onEmbeddedStack<T>(
  options: StackOptions,
  onStack: (stack: Stack) => void,
  work: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  const { connect } = await import('../replay/deployment.ts');
  const { startStack } = await import('../stack/stack.ts');
  const stack = await startStack(options);
  onStack(stack);
  try {
    using deployment = connect(stack.env);
    return await Promise.race([work(deployment), stack.full]);
  } finally {
    await stack.stop();
  }
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}

function printSummary(summary: object): void {
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}

function toSummary(outcomes: readonly Outcome[], refused: readonly string[], out: string, seconds: number) {
  const counts: Partial<Record<Outcome['status'], number>> = {};
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
  const ok = refused.length === 0 && outcomes.every((outcome) => outcome.ok);
  return { ok, counts, seconds, out, cases: outcomes, ...(refused.length > 0 && { refused }) };
}
