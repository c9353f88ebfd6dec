import type { MeetingReport } from '../audit/verify.ts';
import { CommandError, counted, readArguments, runCommand } from '../commandLine.ts';

const usage = 'npm run audit -- verify <meetingId | sessionId> [--data DIR]';
const about = {
  does: "Proves that no audit entry of a meeting was changed, added or removed, and that its recordings' rows agree.",
  words: {
    '<meetingId>': 'the meeting: it stands in the keys of its recordings, recordings/<meetingId>/...',
    '<sessionId>': 'the visit, with all its meetings: video_call_sessions.id',
  },
};

const options = {
  data: { type: 'string', value: 'DIR', help: 'the stack that keeps the trail, instead of the environment' },
} as const;

type Env = Readonly<Record<string, string | undefined>>;

await runCommand('audit', async () => {
  const { values, positionals } = readArguments(process.argv.slice(2), options, usage, about);
  const [verb, meetingId, ...more] = positionals;
  if (verb !== 'verify' || !meetingId || more.length > 0) throw new CommandError(`usage: ${usage}`, 2);
  const report = values.data ? await onStack(values.data, meetingId) : await verify(process.env, meetingId);
  for (const line of [...report.faults, ...report.notes]) process.stdout.write(`${line}\n`);
  if (report.entries === 0 && report.faults.length === 0) {
    throw new CommandError(`there are no audit entries for meeting ${meetingId}`);
  }
  const verdict = report.faults.length === 0 ? 'is whole' : 'is BROKEN';
  const entries = counted(report.entries, 'entry', 'entries');
  process.stdout.write(`the audit chain of meeting ${meetingId} ${verdict} (${entries})\n`);
  return report.faults.length === 0 ? 0 : 1;
});

// Everything that reads a deployment is loaded once the arguments are right: a refusal needs none of it.

async function verify(env: Env, meetingId: string): Promise<MeetingReport> {
  const { connectTo } = await import('../replay/connectTo.ts');
  using deployment = connectTo(env);
  const { verifyVisit } = await import('../audit/verify.ts');
  return await verifyVisit(deployment, meetingId, new Date());
}

/** Verifies the audit trail that an earlier replay left in a directory. */
async function onStack(dataDir: string, meetingId: string): Promise<MeetingReport> {
  const { onKeptStack } = await import('../stack/kept.ts');
  return onKeptStack(dataDir, (env) => verify(env, meetingId));
}
