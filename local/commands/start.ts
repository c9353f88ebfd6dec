import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readOperations, readOptions, runCommand, toPort } from '../commandLine.ts';
import { stepLog } from '../replay/log.ts';
import { realClock } from '../services/clock.ts';

const usage = 'npm start -- [--keep] [--data DIR] [--out DIR] [--port N] [--supabase-port N]';
const example = join(import.meta.dirname, '../../fixtures/ten-minute-consultation');

await runCommand('start', async () => {
  const values = readOptions(
    process.argv.slice(2),
    {
      keep: { type: 'boolean', default: false },
      data: { type: 'string' },
      out: { type: 'string', default: 'out' },
      port: { type: 'string' },
      'supabase-port': { type: 'string' },
    },
    usage,
  );
  const operations = readOperations(process.env['OPERATIONS'], 'OPERATIONS');
  const { out } = values;
  await mkdir(out, { recursive: true });
  await using log = stepLog(join(out, 'steps.log'));
  say('Starting the embedded stack: S3, EventBridge, SQS, Step Functions, Lambda, DynamoDB, Transcribe,');
  say('Comprehend Medical and Supabase, all on this machine');
  const awsPort = toPort(values.port, 'port');
  const supabasePort = toPort(values['supabase-port'], 'supabase-port');
  // Loaded once the arguments are right: a refusal needs none of it.
  const { readCase } = await import('../cases/caseFolder.ts');
  const { connect } = await import('../replay/deployment.ts');
  const { runOne } = await import('../replay/runAll.ts');
  const { startStack } = await import('../stack/stack.ts');
  const started = performance.now();
  const stack = await startStack({
    dataDir: values.data,
    awsPort,
    supabasePort,
    codeTable: process.env['ICD10CM_TABLE'],
    operations,
    onLog: log.write,
    ...(values.keep ? { clock: realClock() } : {}),
  });
  try {
    say(`Ready in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    say('Uploading the recording of a ten-minute consultation (fixtures/ten-minute-consultation)');
    using deployment = connect(stack.env);
    const { outcome, folder } = await runOne(deployment, await readCase(example), out, say);
    say(`\nThe files are in ${folder}`);
    say('To replay your own: npm run replay -- <recording> --words <its words>');
    if (values.keep) await keep(stack.env);
    return outcome.ok ? 0 : 1;
  } finally {
    await stack.stop();
  }
});

/** Keeps the stack up for other programs until the terminal stops it. */
async function keep(env: Readonly<Record<string, string>>): Promise<void> {
  say('\nThe stack stays up until you press Ctrl-C. Paste these lines into another terminal to use it from there, for');
  say('example with `npm run replay -- <path> --attach`:\n');
  for (const [name, value] of Object.entries(env)) if (value !== '') say(`export ${name}='${value}'`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
