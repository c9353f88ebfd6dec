import { type ChainReport, verifyChain } from '../../pipeline/audit.ts';
import { CommandError, counted, readArguments, runCommand } from '../commandLine.ts';

const usage = 'npm run audit -- verify <meetingId> [--data DIR]';

const options = {
  data: { type: 'string', value: 'DIR', help: 'the stack that keeps the trail, instead of the environment' },
} as const;

type Env = Readonly<Record<string, string | undefined>>;

await runCommand('audit', async () => {
  const { values, positionals } = readArguments(process.argv.slice(2), options, usage);
  const [verb, meetingId, ...more] = positionals;
  if (verb !== 'verify' || !meetingId || more.length > 0) throw new CommandError(`usage: ${usage}`, 2);
  const report = values.data ? await onStack(values.data, meetingId) : await verify(process.env, meetingId);
  for (const fault of report.faults) process.stdout.write(`${fault}\n`);
  if (report.entries === 0) throw new CommandError(`there are no audit entries for meeting ${meetingId}`);
  const verdict = report.faults.length === 0 ? 'is whole' : 'is BROKEN';
  const entries = counted(report.entries, 'entry', 'entries');
  process.stdout.write(`the audit chain of meeting ${meetingId} ${verdict} (${entries})\n`);
  return report.faults.length === 0 ? 0 : 1;
});

/** Reads every entry of a meeting and the head that the writers left, and checks them against one another. */
async function verify(env: Env, meetingId: string): Promise<ChainReport> {
  const { AUDIT_TABLE: auditTable, WORKFLOW_TABLE: workflowTable } = env;
  if (!auditTable || !workflowTable) {
    throw new CommandError(
      'the environment does not set AUDIT_TABLE and WORKFLOW_TABLE (or name the directory of a stack with --data)',
      2,
    );
  }
  // Loaded once the arguments are right: a refusal needs none of it.
  const { readAuditEntries, readChainHead } = await import('../../pipeline/edge/auditTrail.ts');
  const { connectClients } = await import('../stack/clients.ts');
  using clients = connectClients(env);
  const tables = { auditTable, workflowTable };
  const entries = await readAuditEntries(tables, meetingId, clients.dynamodb);
  return verifyChain(entries, await readChainHead(tables, meetingId, clients.dynamodb));
}

/** Verifies the audit trail that an earlier replay left in a directory. */
async function onStack(dataDir: string, meetingId: string): Promise<ChainReport> {
  const { startStack } = await import('../stack/stack.ts');
  const stack = await startStack({ dataDir });
  try {
    return await verify(stack.env, meetingId);
  } finally {
    await stack.stop();
  }
}
