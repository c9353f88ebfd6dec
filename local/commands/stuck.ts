import { CommandError, counted, readOptions, runCommand } from '../commandLine.ts';

const usage = 'npm run stuck [-- --hours N] [--data DIR]';
const about = {
  does: 'Lists executions that run for long, rows whose execution is gone, and messages that nobody could handle.',
};

const options = {
  hours: { type: 'string', default: '6', value: 'N', help: 'how long an execution may run before it is shown' },
  data: { type: 'string', value: 'DIR', help: 'the stack that keeps the recordings, instead of the environment' },
} as const;

await runCommand('stuck', async () => {
  const values = readOptions(process.argv.slice(2), options, usage, about);
  const hours = Number(values.hours);
  if (!(hours >= 0)) throw new CommandError(`--hours ${values.hours} is no number of hours`, 2);
  const { withDeployment } = await import('../operate/deployment.ts');
  const found = await withDeployment(process.env, values.data, async (deployment, env) => {
    const { findStuck } = await import('../operate/stuck.ts');
    const others = { JOB_QUEUE: 'jobs', MEETING_QUEUE: 'meetings', ATTACHMENT_QUEUE: 'files' };
    for (const [name, what] of Object.entries(others))
      if (!env[name]) process.stderr.write(`stuck: ${name} is not set: dead events of ${what} are not looked for\n`);
    const queues = ['RECORDING_QUEUE', ...Object.keys(others)].flatMap((name) => env[name] || []);
    return findStuck(deployment, { hours, queues, now: new Date() });
  });
  for (const { what, remedy } of found) process.stdout.write(`${what}\n  -> ${remedy}\n`);
  process.stdout.write(found.length === 0 ? 'nothing is stuck\n' : `${counted(found.length, 'thing')} stuck\n`);
  return found.length === 0 ? 0 : 1;
});
