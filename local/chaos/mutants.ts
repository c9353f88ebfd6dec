import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mutant, ofCalls } from './callMutants.ts';
import { ofChats } from './chatMutants.ts';

const ofRuns: readonly Mutant[] = [
  {
    name: 'the claim of new bytes',
    file: 'pipeline/edge/dynamodb.ts',
    from: "            ConditionExpression: 'attribute_not_exists(pk)',\n",
    to: '',
  },
  {
    name: 'the token before the question',
    file: 'pipeline/steps/awaitTranscription.ts',
    from: `    await ports.tokens.remember(jobName, input.taskToken);
    const job = (await ports.transcription.find(inspection.engine, jobName)) ?? forgotten(recordingId, jobName);
`,
    to: `    const job = (await ports.transcription.find(inspection.engine, jobName)) ?? forgotten(recordingId, jobName);
    await ports.tokens.remember(jobName, input.taskToken);
`,
  },
  {
    name: 'the keeping of answers',
    file: 'pipeline/steps/extractEntities.ts',
    from: '  await keep(ports, keyOf(recordingId), fresh);\n',
    to: '',
  },
  {
    name: 'the look for a kept answer',
    file: 'pipeline/steps/extractEntities.ts',
    from: 'isFirst ? undefined : await findKept(ports, of, keyOf, { begin, end, textSha256 })',
    to: 'undefined as Kept | undefined',
  },
  {
    name: "the audit's once-only marks",
    file: 'pipeline/edge/auditTrail.ts',
    from: 'put(tables.workflowTable, mark, isAbsent)',
    to: 'put(tables.workflowTable, mark, {})',
  },
  {
    name: 'the entry before the mark of a decision',
    file: 'pipeline/steps/carryAudit.ts',
    from: `  await ports.audit.record({ ...event, detail: { ...event.detail, at } });
  await ports.outbox.markCarried(event.decision);
`,
    to: `  await ports.outbox.markCarried(event.decision);
  await ports.audit.record({ ...event, detail: { ...event.detail, at } });
`,
  },
  {
    name: 'the redaction of unexpected errors',
    file: 'pipeline/edge/withoutPhi.ts',
    from: '  if (error instanceof PipelineError) return error;\n',
    to: '  if (error instanceof Error) return error;\n',
  },
  {
    name: 'the redaction of what Supabase refuses',
    file: 'pipeline/edge/supabase.ts',
    from: '${status} ${error.code}`',
    to: '${status} ${error.message}`',
  },
  {
    name: 'the retry of ServiceUnavailable',
    file: 'state-machines/retry.yml',
    from: '    - ServiceUnavailable\n',
    to: '',
  },
  {
    name: 'the retry of Throttled',
    file: 'state-machines/retry.yml',
    from: '    - Throttled\n',
    to: '',
  },
  {
    name: 'the retry of a function that died',
    file: 'state-machines/retry.yml',
    from: '    - Runtime.ExitError\n',
    to: '',
  },
  {
    name: 'the adoption of a job that was started',
    file: 'pipeline/steps/startTranscription.ts',
    from: "  if (existing && existing.status !== 'FAILED') return ports.log('adopted the job', { jobName });\n",
    to: '',
  },
  {
    name: 'the count of places before a job',
    file: 'pipeline/steps/startTranscription.ts',
    from: "  if (adopted === undefined && !(await hasPlace(ports, input))) return { outcome: 'queued' };\n",
    to: '',
  },
  {
    name: 'the giving back of a place',
    file: 'pipeline/steps/normalizeTranscript.ts',
    from: '    await ports.places.giveBack(inspection.engine, recordingId);\n',
    to: '',
  },
  {
    name: 'the giving back after a failure',
    file: 'pipeline/steps/recordFailure.ts',
    from: "    await ports.places.giveBack(engine, recordingId).catch(() => ports.log('the place is kept', {}));\n",
    to: '    await Promise.resolve();\n',
  },
  {
    name: 'the end of a place that nobody gives back',
    file: 'pipeline/edge/places.ts',
    from: 'end < at',
    to: 'end < 0',
  },
];

export const mutants: readonly Mutant[] = [
  ...ofRuns,
  ...[...ofCalls, ...ofChats].map((one) => ({ ...one, ofCalls: true })),
];

/** What the embedded stack reads; packages are linked. */
const sources = ['pipeline', 'local', 'infra', 'state-machines', 'supabase', 'serverless.yml', 'package.json'];

/**
 * The text without the safeguard.
 * @throws Error when the text is not there, or more than once: the mutant is out of date
 */
export function mutate(text: string, { name, file, from, to }: Mutant): string {
  if (text.split(from).length !== 2) throw new Error(`${name}: its text does not stand in ${file} once`);
  return text.replace(from, () => to);
}

/** A copy of the sources in which one safeguard is missing; it is gone when it is disposed of. */
export async function copyOf(root: string, mutant: Mutant): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-'));
  for (const source of sources) {
    const filter = (path: string) => !path.includes('node_modules');
    await cp(join(root, source), join(folder, source), { recursive: true, filter });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const file = join(folder, mutant.file);
  await writeFile(file, mutate(await readFile(file, 'utf8'), mutant));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

export interface Verdict {
  mutant: string;
  /** The run that found it; undefined when none did. */
  run: number | undefined;
  rule: string | undefined;
}

/** Whether the runs of a seed find that a safeguard is missing, and when. */
export async function judge(root: string, mutant: Mutant, seed: string, runs: number): Promise<Verdict> {
  await using copy = await copyOf(root, mutant);
  const calls = mutant.ofCalls ? ['--calls'] : [];
  const output = await run(copy.folder, ['--seed', seed, '--runs', String(runs), '--first', '--json', ...calls]);
  const { findings } = JSON.parse(output) as { findings: { run?: number; violations: { rule: string }[] }[] };
  const [first] = findings;
  return { mutant: mutant.name, run: first?.run, rule: first?.violations[0]?.rule };
}

function run(folder: string, args: string[]): Promise<string> {
  const child = spawn(process.execPath, [...process.execArgv, 'local/commands/chaos.ts', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}
