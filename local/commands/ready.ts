import { CommandError, counted, readOptions, runCommand } from '../commandLine.ts';
import type { Place } from '../ready/place.ts';
import type { Row } from '../ready/question.ts';

const usage = 'npm run ready -- --stage S [--region R] [--audit] [--json]';
const about = {
  does: 'Says what a deployment lacks before its first patient, or what an auditor asks of it, and changes nothing.',
};

const options = {
  stage: { type: 'string', value: 'S', help: 'the stage that was deployed' },
  region: { type: 'string', value: 'R', help: 'its region, unless AWS_REGION says it' },
  audit: { type: 'boolean', default: false, help: 'only encryption, retention, ages of keys and open alarms' },
  json: { type: 'boolean', default: false, help: 'print the rows as JSON, on the last line' },
} as const;

const marks: Readonly<Record<Row['verdict'], string>> = {
  right: 'ok',
  lacks: 'LACKS',
  'not asked': '?',
  'by hand': 'look',
};

await runCommand('ready', async () => {
  const {
    stage,
    audit,
    json,
    region = process.env['AWS_REGION'],
  } = readOptions(process.argv.slice(2), options, usage, about);
  if (!stage) throw new CommandError(`--stage is missing\nusage: ${usage}`, 2);
  if (!region) throw new CommandError('AWS_REGION is not set: name the region with --region', 2);
  const { findPlace } = await import('../ready/place.ts');
  const { askAll } = await import('../ready/ready.ts');
  using place = await findPlace({ ...process.env, AWS_REGION: region }, stage, region);
  const { accountId } = place.declared.place;
  await refuseWithoutStack(place);
  process.stdout.write(`stage ${stage} of account ${accountId} in ${region}\n`);
  let topic: string | undefined;
  const rows = await askAll(place, { audit, now: new Date() }, (row) => {
    if (row.topic !== topic) process.stdout.write(`\n${(topic = row.topic)}\n`);
    process.stdout.write(describe(row));
  });
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
