import { CommandError, counted, readOptions, runCommand } from '../commandLine.ts';
import type { Reconciled } from '../reconcile/reconcile.ts';

const usage = 'npm run reconcile -- [--since T] [--settled MINUTES] [--mend [--yes]] [--data DIR]';
const about = {
  does: 'Compares bucket, executions, health record and audit trail, and says what differs.',
};

const options = {
  since: { type: 'string', value: 'T', help: 'from when on, such as 2026-11-28T06:00Z; seven days ago unless given' },
  settled: { type: 'string', value: 'MINUTES', default: '15', help: 'leaves alone what is younger' },
  mend: { type: 'boolean', default: false, help: 'mends what differs, instead of only saying it' },
  yes: { type: 'boolean', default: false, help: 'mends on AWS itself, too' },
  data: { type: 'string', value: 'DIR', help: 'the stack that was kept there, instead of the environment' },
} as const;

type Env = Readonly<Record<string, string | undefined>>;

const dayMs = 86_400_000;

await runCommand('reconcile', async () => {
  const values = readOptions(process.argv.slice(2), options, usage, about);
  const now = new Date();
  const from = values.since === undefined ? new Date(now.getTime() - 7 * dayMs) : new Date(values.since);
  const minutes = Number(values.settled);
  if (Number.isNaN(from.getTime())) throw new CommandError(`--since ${values.since ?? ''} is no point in time`, 2);
  if (!(minutes >= 0)) throw new CommandError(`--settled ${values.settled} is no number of minutes`, 2);
  const period = { from, to: new Date(now.getTime() - minutes * 60_000) };
  const { data, mend, yes } = values;

  const run = async (env: Env) => {
    const { leadsToAws } = await import('../replay/attach.ts');
    if (mend && !yes && leadsToAws(env)) throw new CommandError(`${refusal(env)}: add --yes to do it`, 2);
    const { connectTo } = await import('../replay/connectTo.ts');
    using deployment = connectTo(env);
    const { reconcile } = await import('../reconcile/reconcile.ts');
    const say = (line: string) => void process.stdout.write(`${line}\n`);
    return await reconcile(deployment, { period, mend, now: () => new Date() }, say);
  };
  const outcome = data === undefined ? await run(process.env) : await onStack(data, run);
  process.stdout.write(`${summaryOf(outcome, mend)}\n`);
  return outcome.findings === outcome.mended ? 0 : 1;
});

function refusal(env: Env): string {
  const [, , , region = '', account = ''] = (env['STATE_MACHINE_ARN'] ?? '').split(':');
  return (
    `this may start workflows, which transcribe and are billed, and writes to the health record and the audit trail of ` +
    `AWS account ${account || 'unknown'} in ${env['AWS_REGION'] || region || 'unknown'}`
  );
}

function summaryOf({ findings, mended, runs }: Reconciled, mend: boolean): string {
  if (findings === 0) return `${counted(runs, 'run')}: everything agrees`;
  const differ = `${counted(runs, 'run')}: ${findings} ${findings === 1 ? 'differs' : 'differ'}`;
  return mend ? `${differ}, ${mended} mended` : `${differ}; nothing was changed`;
}

/** Whatever was started has ended, or is kept, when the stack is stopped. */
async function onStack(dataDir: string, run: (env: Env) => Promise<Reconciled>): Promise<Reconciled> {
  const { onKeptStack } = await import('../stack/kept.ts');
  return onKeptStack(dataDir, run);
}
