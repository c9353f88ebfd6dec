import type { Verified } from '../audit/verify.ts';
import { CommandError, counted, readArguments, runCommand } from '../commandLine.ts';

const usage = 'npm run audit -- verify <meetingId | sessionId> [--data DIR]';
const about = {
  does: "Proves that no audit entry of a meeting was changed, added or removed, and that its recordings' rows agree.",
  words: {
    '<meetingId | sessionId>':
      'a meeting, which stands in the keys of its recordings, recordings/<meetingId>/..., or a session: then all its meetings',
  },
};

const options = {
  data: { type: 'string', value: 'DIR', help: 'the stack that keeps the trail, instead of the environment' },
} as const;

type Env = Readonly<Record<string, string | undefined>>;

await runCommand('audit', async () => {
  const { values, positionals } = readArguments(process.argv.slice(2), options, usage, about);
  const [verb, id, ...more] = positionals;
  if (verb !== 'verify' || !id || more.length > 0) throw new CommandError(`usage: ${usage}`, 2);
  const verified = values.data ? await onStack(values.data, id) : await verify(process.env, id);
  for (const one of verified) print(one);
  const isEmpty = ({ report }: Verified) => report.entries === 0 && report.faults.length === 0;
  if (verified.every(isEmpty)) throw new CommandError(`there are no audit entries for meeting ${id}`);
  return verified.every(({ report }) => report.faults.length === 0) ? 0 : 1;
});

function print({ meetingId, report: { faults, notes, entries } }: Verified): void {
  for (const line of [...faults, ...notes]) process.stdout.write(`${line}\n`);
  if (entries === 0 && faults.length === 0) return;
  const verdict = faults.length === 0 ? 'is whole' : 'is BROKEN';
  process.stdout.write(
    `the audit chain of meeting ${meetingId} ${verdict} (${counted(entries, 'entry', 'entries')})\n`,
  );
}

// Everything that reads a deployment is loaded once the arguments are right: a refusal needs none of it.

async function verify(env: Env, id: string): Promise<Verified[]> {
  const { connectTo } = await import('../replay/connectTo.ts');
  using deployment = connectTo(env);
  const { verifyAll } = await import('../audit/verify.ts');
  return await verifyAll(deployment, id, new Date());
}

/** Verifies the audit trail that an earlier replay left in a directory. */
async function onStack(dataDir: string, id: string): Promise<Verified[]> {
  const { onKeptStack } = await import('../stack/kept.ts');
  return onKeptStack(dataDir, (env) => verify(env, id));
}
