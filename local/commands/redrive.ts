import { CommandError, counted, readArguments, runCommand } from '../commandLine.ts';
import type { DeadLetters } from '../operate/deadLetters.ts';
import type { Deployment } from '../replay/deployment.ts';

const usage = 'npm run redrive -- [<queue>...] [--move [--yes]] [--per-second N] [--data DIR]';
const about = {
  does: 'Shows what the dead-letter queues hold, and moves it back to where it can be handled, once the cause is mended.',
  words: { '<queue>': 'a dead-letter queue, or the queue that it belongs to; all of them unless named' },
};

const options = {
  move: { type: 'boolean', default: false, help: 'move the messages, instead of only counting them' },
  yes: { type: 'boolean', default: false, help: 'move them on AWS itself, too: account and price are accepted' },
  'per-second': { type: 'string', value: 'N', default: '5', help: 'how many messages are moved in a second' },
  data: { type: 'string', value: 'DIR', help: 'the stack that keeps the recordings, instead of the environment' },
} as const;

type Env = Readonly<Record<string, string | undefined>>;
type Values = ReturnType<typeof readArguments<typeof options>>['values'];

await runCommand('redrive', async () => {
  const { values, positionals } = readArguments(process.argv.slice(2), options, usage, about);
  const perSecond = Number(values['per-second']);
  if (!Number.isInteger(perSecond) || perSecond < 1 || perSecond > 500)
    throw new CommandError(`--per-second ${values['per-second']} is no whole number from 1 to 500`, 2);
  const { withDeployment } = await import('../operate/deployment.ts');
  return withDeployment(process.env, values.data, async (deployment, env) => {
    const found = await find(deployment, env, positionals);
    return run(deployment, env, found, { ...values, perSecond });
  });
});

/** The dead-letter queues that are meant. @throws CommandError for one that there is not */
async function find(deployment: Deployment, env: Env, named: readonly string[]): Promise<DeadLetters[]> {
  const { findDeadLetters } = await import('../operate/deadLetters.ts');
  const found: DeadLetters[] = [];
  for (const name of ['RECORDING_QUEUE', 'JOB_QUEUE', 'MEETING_QUEUE', 'ATTACHMENT_QUEUE']) {
    const queue = env[name];
    const dead = queue ? await findDeadLetters(deployment, queue) : undefined;
    if (dead) found.push(dead);
  }
  const isMeant = ({ name, queue }: DeadLetters) => named.includes(name) || named.includes(queue.name);
  const unknown = named.find((one) => !found.some(({ name, queue }) => one === name || one === queue.name));
  if (unknown !== undefined) {
    const there = found.map(({ name }) => name).join(', ') || 'none';
    throw new CommandError(
      `${unknown} has no messages to move: of the deployment's queues that have, there are ${there}`,
      2,
    );
  }
  return named.length === 0 ? found : found.filter(isMeant);
}

async function run(
  deployment: Deployment,
  env: Env,
  found: readonly DeadLetters[],
  { move, yes, perSecond }: Pick<Values, 'move' | 'yes'> & { perSecond: number },
): Promise<number> {
  for (const { name, queue, messages } of found)
    say(`${name} holds ${counted(messages, 'message')} that nobody could handle, from ${queue.name}`);
  const filled = found.filter(({ messages }) => messages > 0);
  const total = filled.reduce((sum, { messages }) => sum + messages, 0);
  if (total === 0) {
    say('nothing to move');
    return 0;
  }
  const { redrive, usualUsd } = await import('../operate/redrive.ts');
  const price = `each new recording among them is transcribed, for about ${usualUsd().toFixed(2)} USD per quarter of an hour at list prices`;
  if (!move) {
    say(`nothing was moved: with --move, ${counted(total, 'message')} would be; ${price}`);
    return 1;
  }
  const { place } = await import('../operate/deployment.ts');
  const where = place(env);
  if (where !== undefined && !yes)
    throw new CommandError(`this moves ${counted(total, 'message')} in ${where}, and ${price}; add --yes to do it`, 2);
  let moved = 0;
  for (const dead of filled) {
    let told = -1;
    const outcome = await redrive(
      deployment,
      dead,
      { perSecond, pollMs: where === undefined ? 100 : 2_000 },
      (at, of) => {
        if (at !== told) say(`${dead.name}: ${(told = at)} of ${of}`);
      },
    );
    moved += outcome.moved;
    if (outcome.because !== undefined) say(`${dead.name}: ${outcome.because}`);
  }
  say(`${moved} of ${counted(total, 'message')} moved`);
  return moved >= total ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
