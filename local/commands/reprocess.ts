import { CommandError, counted, readArguments, runCommand } from '../commandLine.ts';
import type { Planned } from '../operate/reprocess.ts';
import type { Deployment } from '../replay/deployment.ts';

const usage = 'npm run reprocess -- <recordingId>... [--failed-since TIME] [--fresh] [--dry-run] [--yes] [--data DIR]';
const about = {
  does: 'Runs recordings again; the new runs adopt what earlier ones have paid for.',
  words: {
    '<recordingId>': 'rec- and 32 hexadecimal digits: the name of its execution; as many as you like',
  },
};

const options = {
  'failed-since': {
    type: 'string',
    value: 'TIME',
    help: 'all that failed since then: 2026-03-04T08:00Z, 90m, 24h or 7d',
  },
  fresh: { type: 'boolean', default: false, help: 'pay for everything anew: adopt nothing of earlier runs' },
  'dry-run': { type: 'boolean', default: false, help: 'say what would be done, and do nothing' },
  yes: { type: 'boolean', default: false, help: 'do it on AWS itself: account and price are accepted' },
  data: { type: 'string', value: 'DIR', help: 'the stack that keeps the recordings, instead of the environment' },
} as const;

type Env = Readonly<Record<string, string | undefined>>;
type Values = ReturnType<typeof readArguments<typeof options>>['values'];

await runCommand('reprocess', async () => {
  const { values, positionals } = readArguments(process.argv.slice(2), options, usage, about);
  const since = toTime(values['failed-since'], new Date());
  if (positionals.length === 0 && since === undefined)
    throw new CommandError(`no recording was named\nusage: ${usage}`, 2);
  for (const id of positionals) {
    if (!/^rec-[0-9a-f]{32}(-r\d+)?$/.test(id))
      throw new CommandError(`${id} is no recording id: rec- and 32 hexadecimal digits`, 2);
  }
  const { withDeployment } = await import('../operate/deployment.ts');
  return withDeployment(process.env, values.data, (deployment, env) =>
    reprocess(deployment, env, positionals, since, values),
  );
});

async function reprocess(
  deployment: Deployment,
  env: Env,
  named: readonly string[],
  since: Date | undefined,
  values: Values,
): Promise<number> {
  const { planRuns, startRun, toUsd } = await import('../operate/reprocess.ts');
  const planned = await planRuns(deployment, named, { since, fresh: values.fresh });
  const toStart = planned.flatMap((one) => ('input' in one ? [one] : []));
  for (const one of planned) if ('because' in one) say(`${one.recordingId} is not run again: ${one.because}`);
  const price = describePrice(planned, toUsd(planned), values.fresh);
  if (values['dry-run']) {
    for (const { after, input } of toStart) say(`${after} would be run again as ${input.recordingId}`);
    say(`nothing was done: ${counted(toStart.length, 'run')} would start, ${price}`);
    return 0;
  }
  const { place } = await import('../operate/deployment.ts');
  const where = place(env);
  if (where !== undefined && !values.yes && toStart.length > 0) {
    throw new CommandError(
      `this starts ${counted(toStart.length, 'run')} in ${where}, ${price}; add --yes to do it`,
      2,
    );
  }
  const outcomes = { started: 0, known: 0 };
  for (const [at, { after, input }] of toStart.entries()) {
    const outcome = await startRun(deployment, { after, input });
    outcomes[outcome] += 1;
    const did = outcome === 'started' ? 'is run again as' : 'was run again by somebody else, as';
    say(`${at + 1} of ${toStart.length}: ${after} ${did} ${input.recordingId}`);
  }
  if (values.data !== undefined) await awaitEnds(deployment, toStart);
  say(`${counted(outcomes.started, 'run')} started, ${planned.length - outcomes.started} not; ${price}`);
  return named.length > 0 && toStart.length === 0 ? 1 : 0;
}

/** A stack in a directory ends with this command: its runs end before. */
async function awaitEnds(
  deployment: Deployment,
  started: readonly { input: { recordingId: string } }[],
): Promise<void> {
  const { awaitExecution } = await import('../replay/execution.ts');
  for (const { input } of started) {
    const execution = await awaitExecution(deployment, input.recordingId, { pollMs: 50 });
    say(`${input.recordingId} has ended: ${execution?.error ?? execution?.status ?? 'unknown'}`);
  }
}

/** @throws CommandError for a text that is no time */
function toTime(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const minutes = { m: 1, h: 60, d: 1440 }[unit];
  const at = minutes === undefined ? Date.parse(text) : now.getTime() - Number(count) * minutes * 60_000;
  if (Number.isNaN(at))
    throw new CommandError(`--failed-since ${text} is no time: 2026-03-04T08:00Z, 90m, 24h or 7d`, 2);
  return new Date(at);
}

function describePrice(planned: readonly Planned[], usd: number, fresh: boolean): string {
  const unknown = planned.filter((one) => 'input' in one && one.durationMs === null).length;
  const most = fresh ? 'for about' : 'for at most';
  return (
    `${most} ${usd.toFixed(2)} USD at list prices${fresh ? '' : ', less what is adopted of earlier runs'}` +
    (unknown > 0 ? ` (${counted(unknown, 'recording')} whose length nobody knows yet not counted)` : '')
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
