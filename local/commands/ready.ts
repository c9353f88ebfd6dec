import { CommandError, counted, readOptions, runCommand } from '../commandLine.ts';
import type { Place } from '../ready/place.ts';
import type { Row } from '../ready/question.ts';

const usage = 'npm run ready -- --stage S [--region R] [--audit | --smoke [--yes]] [--json]';
const about = {
  does: 'Says what a deployment lacks before its first patient, or what an auditor asks of it, or tries a call.',
};

const options = {
  stage: { type: 'string', value: 'S', help: 'the stage that was deployed' },
  region: { type: 'string', value: 'R', help: 'its region, unless AWS_REGION says it' },
  audit: { type: 'boolean', default: false, help: 'only encryption, retention, ages of keys and open alarms' },
  smoke: {
    type: 'boolean',
    default: false,
    help: 'hold one call of two test users instead, and prove its audit trail',
  },
  yes: { type: 'boolean', default: false, help: 'with --smoke, on AWS itself, too: account and price are accepted' },
  json: { type: 'boolean', default: false, help: 'print the rows as JSON, on the last line' },
} as const;

const marks: Readonly<Record<Row['verdict'], string>> = {
  right: 'ok',
  lacks: 'LACKS',
  'not asked': '?',
  'by hand': 'look',
};
/** carryAudit runs every minute. */
const trailWaitMs = 120_000;

type Env = Readonly<Record<string, string | undefined>>;

await runCommand('ready', async () => {
  const {
    stage,
    audit,
    smoke,
    yes,
    json,
    region = process.env['AWS_REGION'],
  } = readOptions(process.argv.slice(2), options, usage, about);
  if (!stage) throw new CommandError(`--stage is missing\nusage: ${usage}`, 2);
  if (!region) throw new CommandError('AWS_REGION is not set: name the region with --region', 2);
  if (smoke && audit) throw new CommandError(`--smoke and --audit are two things\nusage: ${usage}`, 2);
  const env = { ...process.env, AWS_REGION: region };
  if (smoke) await refuseUnasked(env, yes);
  const { findPlace } = await import('../ready/place.ts');
  const { askAll } = await import('../ready/ready.ts');
  using place = await findPlace(env, stage, region);
  const { accountId } = place.declared.place;
  await refuseWithoutStack(place);
  process.stdout.write(`stage ${stage} of account ${accountId} in ${region}\n`);
  let topic: string | undefined;
  const say = (row: Row) => {
    if (row.topic !== topic) process.stdout.write(`\n${(topic = row.topic)}\n`);
    process.stdout.write(describe(row));
  };
  const rows = smoke ? await tryCall(place, env, say) : await askAll(place, { audit, now: new Date() }, say);
  const count = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const summary = `${count('right')} right, ${counted(count('lacks'), 'thing')} lacking, ${count('not asked')} not asked, ${count('by hand')} to be looked at by hand`;
  process.stdout.write(`\n${summary}\n`);
  if (json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  return count('lacks') === 0 ? 0 : 1;
});

/** What was asked and found in one line; what is right and what to do in another, where it is not so. */
function describe({ what, asked, found, verdict, wanted, todo }: Row): string {
  const line = `  ${marks[verdict].padEnd(6)}${what}: ${found}  [${asked}]\n`;
  if (verdict === 'right') return line;
  return `${line}        right is: ${wanted}; ${verdict === 'not asked' ? 'not asked' : `to do: ${todo}`}\n`;
}

/** Of a stage that was never deployed everything would be lacking. @throws CommandError for one */
async function refuseWithoutStack({ declared, queueUrl }: Place): Promise<void> {
  try {
    await queueUrl('RecordingEvents');
  } catch (error) {
    if (!(error instanceof Error && /^Stack\b.*does not exist/.test(error.message))) return;
    const { accountId, region } = declared.place;
    throw new CommandError(
      `there is no stack ${declared.stackName} in account ${accountId}, ${region}: deploy it first`,
    );
  }
}

/** @throws CommandError unless everything that a call needs is there, and AWS itself was meant */
async function refuseUnasked(env: Env, yes: boolean): Promise<void> {
  const { place } = await import('../operate/deployment.ts');
  const { mostUsd } = await import('../ready/smoke.ts');
  const { readTesters } = await import('../ready/testers.ts');
  const { toTarget } = await import('../stack/target.ts');
  try {
    toTarget(env);
  } catch (error) {
    throw new CommandError(`${(error as Error).message}: paste the block of "Before you start" in RUNBOOK.md first`, 2);
  }
  readTesters(env);
  const where = place(env);
  if (where === undefined || yes) return;
  const price = `at most ${mostUsd().toFixed(4)} USD at a list price that nobody confirmed`;
  throw new CommandError(
    `this holds a call of two test users in ${where}, without sound, for ${price}; add --yes to do it`,
    2,
  );
}

async function tryCall(place: Place, env: Env, say: (row: Row) => void): Promise<Row[]> {
  const { configurationOf } = await import('../ready/functions.ts');
  const { connect } = await import('../replay/deployment.ts');
  const { holdCall } = await import('../ready/smoke.ts');
  const { makeTesters, readTesters } = await import('../ready/testers.ts');
  using deployment = connect(env);
  const { Environment } = await configurationOf(place, 'reading');
  const apiUrl = Environment?.Variables?.['API_URL'] ?? '';
  const testers = readTesters(env) ?? (await makeTesters(place, deployment));
  const { rows, cost } = await holdCall({ ...testers, apiUrl, deployment, waitMs: trailWaitMs }, say);
  process.stdout.write(`\n${cost}\n`);
  return rows;
}
