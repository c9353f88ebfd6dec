import {
  DescribeExecutionCommand,
  SFNClient,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Config } from '../config.ts';
import type { Executions, ExecutionStatus } from '../ports.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

/** Everything else is under way: it runs, or it is about to be redriven. */
const statuses: Readonly<Record<string, ExecutionStatus>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'failed',
};

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
    async statusOf(recordingId) {
      if (!config.stateMachineArn) throw new Error('STATE_MACHINE_ARN is missing');
      const executionArn = `${config.stateMachineArn.replace(':stateMachine:', ':execution:')}:${recordingId}`;
      try {
        // Without its input and output, which are encrypted: nobody needs the key for this.
        const { status = '' } = await request('StepFunctions', () =>
          client.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' })),
        );
        return statuses[status] ?? 'running';
      } catch (error) {
        if (isNamed(error, 'ExecutionDoesNotExist')) return undefined;
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
