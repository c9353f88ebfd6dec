import { SFNClient, SendTaskSuccessCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Config } from '../config.ts';
import type { Executions } from '../ports.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

export function toExecutions(config: Config, client = new SFNClient(withLimit('stepFunctions'))): Executions {
  return {
    async start(input) {
      if (!config.stateMachineArn) throw new Error('STATE_MACHINE_ARN is missing');
      try {
        await request('StepFunctions', () =>
          client.send(
            new StartExecutionCommand({
              stateMachineArn: config.stateMachineArn,
              name: input.recordingId,
              input: JSON.stringify(input),
            }),
          ),
        );
        return 'started';
      } catch (error) {
        if (isNamed(error, 'ExecutionAlreadyExists')) return 'known';
        throw error;
      }
    },
    async wake(token, output) {
      try {
        await request('StepFunctions', () =>
          client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) })),
        );
        return 'woken';
      } catch (error) {
        // The task has ended or timed out: either it was woken already, or its next entry checks the job itself.
        if (isNamed(error, 'TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken')) return 'stale';
        throw error;
      }
    },
  };
}
