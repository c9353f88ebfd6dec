import { CommandError } from '../commandLine.ts';
import { connect, type Deployment } from './deployment.ts';

/** The deployment that the environment describes. @throws CommandError that says what is missing */
export function connectTo(env: Readonly<Record<string, string | undefined>>): Deployment {
  try {
    return connect(env);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the environment describes no deployment';
    throw new CommandError(`${reason} (or name the directory of a stack with --data)`, 2);
  }
}
