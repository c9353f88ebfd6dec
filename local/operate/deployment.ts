import { CommandError } from '../commandLine.ts';
import { leadsToAws } from '../replay/attach.ts';
import { connect, type Deployment } from '../replay/deployment.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where something would be done, when that is AWS itself: the account and the region; undefined for any other endpoint. */
export function place(env: Env): string | undefined {
  if (!leadsToAws(env)) return undefined;
  const [, , , region, account] = (env['STATE_MACHINE_ARN'] ?? '').split(':');
  return `AWS account ${account || 'unknown'} in ${env['AWS_REGION'] || region || 'unknown'}`;
}

/**
 * Does something with the deployment that the environment describes, or with the stack whose state a directory keeps.
 * @throws CommandError that lists the variables that the environment lacks
 */
export async function withDeployment<T>(
  env: Env,
  dataDir: string | undefined,
  work: (deployment: Deployment, env: Env) => Promise<T>,
): Promise<T> {
  if (dataDir === undefined) {
    using deployment = connectTo(env);
    return await work(deployment, env);
  }
  const { onKeptStack } = await import('../stack/kept.ts');
  return onKeptStack(dataDir, async (kept) => {
    using deployment = connectTo(kept);
    return await work(deployment, kept);
  });
}

function connectTo(env: Env): Deployment {
  try {
    return connect(env);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the environment describes no deployment';
    throw new CommandError(`${reason} (or name the directory of a stack with --data)`, 2);
  }
}
