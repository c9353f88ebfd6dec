import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeAppointment } from '../keep/appointment.ts';
import { writeEnvironment } from '../keep/environment.ts';
import type { Pages } from '../keep/server.ts';
import { CommandError, readOperations, readOptions, runCommand, toPort } from '../commandLine.ts';
import type { Deployment } from '../replay/deployment.ts';
import { Interrupt } from '../replay/interrupt.ts';
import { stepLog } from '../replay/log.ts';
import { realClock } from '../services/clock.ts';
import type { Stack } from '../stack/stack.ts';

const usage =
  'npm start -- [--keep | --call] [--data DIR] [--out DIR] [--port N] [--supabase-port N] [--database-port N] [--api-port N] [--page-port N] [--origin URL] [--job-seconds N]';
const about = {
  does: 'Starts the whole deployment on this machine and takes a ten-minute consultation through it.',
};
const example = join(import.meta.dirname, '../../fixtures/ten-minute-consultation');
/** A stack that stays up has the same ports each time, so that what is set up for it once stays right. */
const keptPorts = { port: 4610, 'supabase-port': 4611, 'database-port': 4612, 'api-port': 4613, 'page-port': 4614 };

const options = {
  keep: { type: 'boolean', default: false, help: 'stay up for other programs, and show each run as it goes' },
  call: {
    type: 'boolean',
    default: false,
    help: 'two people meet instead, and what is recorded of it becomes the consultation',
  },
  data: { type: 'string', value: 'DIR', help: 'keep the state of the stack, for later runs, record and audit' },
  out: { type: 'string', default: 'out', value: 'DIR', help: 'where the files go' },
  port: {
    type: 'string',
    value: 'N',
    help: `the port of the AWS services: with --keep ${keptPorts.port}, else a free one`,
  },
  'supabase-port': {
    type: 'string',
    value: 'N',
    help: `the port of Supabase: with --keep ${keptPorts['supabase-port']}, else a free one`,
  },
  'database-port': {
    type: 'string',
    value: 'N',
    help: `the port of Supabase's database, for psql: with --keep ${keptPorts['database-port']}, else a free one`,
  },
  'api-port': {
    type: 'string',
    value: 'N',
    help: `the port of the HTTP API: with --keep ${keptPorts['api-port']}, else a free one`,
  },
  'page-port': {
    type: 'string',
    value: 'N',
    help: `with --keep, the port of the page that lists the recordings: ${keptPorts['page-port']}, or this one`,
  },
  origin: {
    type: 'string',
    value: 'URL',
    help: 'with --keep, a page of yours that may ask Supabase and the HTTP API as well, such as http://localhost:3000',
  },
  'job-seconds': {
    type: 'string',
    value: 'N',
    help: 'how long a transcription job works, so that it can be looked at',
  },
} as const;

await runCommand('start', async () => {
  const values = readOptions(process.argv.slice(2), options, usage, about);
  if (values.call && values.keep) throw new CommandError('--call ends with the call: without --keep', 2);
  const operations = readOperations(process.env['OPERATIONS'], 'OPERATIONS');
  const portOf = (option: keyof typeof keptPorts) =>
    toPort(values[option], option) ?? (values.keep ? keptPorts[option] : undefined);
  const ports = {
    port: portOf('port'),
    'supabase-port': portOf('supabase-port'),
    'database-port': portOf('database-port'),
    'api-port': portOf('api-port'),
    'page-port': portOf('page-port'),
  };
  const pages = values.keep ? [`http://127.0.0.1:${ports['page-port']}`, ...toOrigins(values.origin)] : undefined;
  const jobDelayMs = toSeconds(values['job-seconds']) * 1000;
  const { out } = values;
  await mkdir(out, { recursive: true });
  await using log = stepLog(join(out, 'steps.log'));
  const envFile = join(out, 'stack.env');
  using interrupt = new Interrupt(() => {
    if (values.keep) rmSync(envFile, { force: true });
    say(`stopped: the ${values.call ? 'call' : 'consultation'} was not finished, and ${remains(values.data)}`);
  });
  say('Starting the embedded stack: S3, EventBridge, SQS, Step Functions, Lambda, DynamoDB, Transcribe,');
  say('Comprehend Medical and Supabase, all on this machine');
  // Loaded once the arguments are right: a refusal needs none of it.
  const { readCase } = await import('../cases/caseFolder.ts');
  const { connect } = await import('../replay/deployment.ts');
  const { pageName } = await import('../replay/page.ts');
  const { runOne } = await import('../replay/runAll.ts');
  const { startStack } = await import('../stack/stack.ts');
  const held = values.call ? (await import('../call/prepare.ts')).prepareCall(say) : undefined;
  const { meetingIdOf, peopleOf } = await import('../replay/session.ts');
  const started = performance.now();
  const wanted = {
    awsPort: ports.port,
    supabasePort: ports['supabase-port'],
    databasePort: ports['database-port'],
    apiPort: ports['api-port'],
    dataDir: values.data,
    codeTable: process.env['ICD10CM_TABLE'],
    operations,
    onLog: log.write,
    jobDelayMs,
    ...(values.keep ? { clock: realClock() } : {}),
    ...held?.stack,
    ...(pages ? { pages } : {}),
  };
  const stack = await onPorts(ports, () => startStack(wanted));
  interrupt.stop = () => stack.stop();
  try {
    say(`Ready in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    if (held) return (await Promise.race([held.hold(stack, out), stack.full])) ? 0 : 1;
    const given = await readCase(example);
    using deployment = connect(stack.env);
    await using kept = values.keep
      ? await onPorts(ports, () => keep(stack, deployment, ports['page-port']))
      : undefined;
    if (kept) {
      const people = peopleOf(given);
      const appointment = await makeAppointment(deployment.supabase, people);
      await writeEnvironment(stack, { meetingId: meetingIdOf(given), ...people, appointment }, envFile);
      say(`To use the stack from another terminal: source ${envFile}`);
      say(`To see its recordings, open ${kept.address}\n`);
    }
    say('Uploading the recording of a ten-minute consultation (fixtures/ten-minute-consultation)');
    const keptBy = values.keep ? '' : values.data && `--data ${values.data}`;
    const showing = { out, say, isVirtual: !values.keep, keptBy, resumed: new Set(stack.resumed) };
    const run = () => Promise.race([runOne(deployment, given, showing), stack.full]);
    const { outcome, folder } = await interrupt.quiet(run);
    say(`\nThe files are in ${folder}`);
    say('To replay your own: npm run replay -- <recording> --words <its words>');
    if (outcome.ok) say(`To read it, open ${join(folder, pageName)}`);
    if (kept) {
      say(`Its meeting is ${outcome.meetingId}`);
      interrupt[Symbol.dispose]();
      await stayUp(stack, deployment, { out, envFile, address: kept.address });
      say(`stopped: ${remains(values.data)}`);
    }
    return outcome.ok ? 0 : 1;
  } finally {
    // Nobody is to be led to a stack that is no longer there.
    if (values.keep) rmSync(envFile, { force: true });
    await stack.stop();
  }
});

/** What is left of the stack when somebody ends it. */
function remains(dataDir: string | undefined): string {
  return dataDir === undefined ? 'nothing of the stack was kept' : `${dataDir} keeps the state of the stack`;
}

/** @throws CommandError for anything that is no number of seconds up to an hour */
function toSeconds(text = '0'): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) > 3600) {
    throw new CommandError(`--job-seconds ${text} is not a number from 0 to 3600`, 2);
  }
  return Number(text);
}

/** The origin of a page, as a browser names it. @throws CommandError for anything else */
function toOrigins(text: string | undefined): string[] {
  if (text === undefined) return [];
  const { protocol, origin } = URL.parse(text) ?? {};
  if (origin === undefined || !/^https?:$/.test(protocol ?? '')) {
    throw new CommandError(`--origin ${text} is not the address of a page`, 2);
  }
  return [origin];
}

/** Starts what listens. @throws CommandError for a port that is taken, with what to do */
async function onPorts<Started>(
  ports: Readonly<Record<string, number | undefined>>,
  start: () => Promise<Started>,
): Promise<Started> {
  try {
    return await start();
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code !== 'EADDRINUSE' || port === undefined) throw error;
    const [option = 'port'] = Object.entries(ports).find(([, taken]) => taken === port) ?? [];
    throw new CommandError(
      `port ${port} is in use, perhaps by another stack: stop it, or choose another with --${option} N`,
    );
  }
}

/** Opens the page of a stack that stays up: the list of its recordings. */
async function keep(stack: Stack, deployment: Deployment, port: number | undefined): Promise<Pages> {
  const { servePages } = await import('../keep/server.ts');
  return servePages({ stack, deployment, port });
}

interface Kept {
  out: string;
  envFile: string;
  /** Of the list. */
  address: string;
}

/** Keeps the stack up for other programs until the terminal stops it, and shows what they run. */
async function stayUp({ env, full }: Stack, deployment: Deployment, { out, envFile, address }: Kept): Promise<void> {
  const { watch } = await import('../replay/watch.ts');
  say(
    `\nThe stack stays up until you press Ctrl-C: AWS at ${env['AWS_ENDPOINT_URL']}, Supabase at ${env['SUPABASE_URL']}.`,
  );
  say(`Its database: psql ${env['SUPABASE_DB_URL']}`);
  say(`Its HTTP API: ${env['API_URL']}`);
  say(`Its recordings, to see and to read: ${address}`);
  say('To use it from another terminal:\n');
  say(`    source ${envFile}`);
  say('    npm run replay -- <path> --attach\n');
  say('Each run is shown here:');
  const stopped = new AbortController();
  // One Ctrl-C comes twice, from the terminal and through `run.mjs`: the second must not cut the end short.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopped.abort());
  await Promise.race([watch(deployment, { out, say, pollMs: 250, signal: stopped.signal }), full]);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
