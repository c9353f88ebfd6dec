import { randomUUID } from 'node:crypto';
import { type JsonObject, NotImplemented, type Operation, ServiceError } from '../jsonService.ts';
import { type ExecutionRecord, redriveObstacle, statuses } from './executionRecord.ts';
import type { Executions } from './executions.ts';
import { dataLimit } from './failure.ts';
import { withoutData } from './history.ts';
import type { Machines } from './machines.ts';
import { checkedName, oneOf, optionalString, page, refuse, requiredArn, toSeconds } from './requests.ts';

/** The operations on executions. `now` is milliseconds since the epoch. */
export function executionOperations(machines: Machines, executions: Executions, now: () => number) {
  const operations: Record<string, Operation> = {
    StartExecution(input) {
      const { revision, deleting } = machines.get(requiredArn(input, 'stateMachineArn', 'stateMachine'));
      const machineArn = revision.stateMachineArn;
      if (deleting) throw new ServiceError('StateMachineDeleting', `State Machine is being deleted: '${machineArn}'`);
      const name = checkedName(optionalString(input, 'name') ?? randomUUID());
      const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const text = checkedInput(optionalString(input, 'input') ?? '{}');
      const started = executions.start(arn, name, revision, text, optionalString(input, 'traceHeader'));
      return { executionArn: started.arn, startDate: toSeconds(started.startedAt) };
    },

    DescribeExecution(input) {
      const record = executions.get(requiredArn(input, 'executionArn', 'execution'));
      const { input: text, output, error, cause, traceHeader } = record;
      const obstacle = redriveObstacle(record, now());
      return {
        ...summary(record),
        input: text,
        inputDetails: { included: true },
        error,
        cause,
        traceHeader,
        ...(output !== undefined && { output, outputDetails: { included: true } }),
        redriveStatus: obstacle === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
        redriveStatusReason: obstacle,
      };
    },

    ListExecutions(input) {
      if (input['mapRunArn']) throw new NotImplemented('ListExecutions by mapRunArn');
      const { revision } = machines.get(requiredArn(input, 'stateMachineArn', 'stateMachine'));
      const status = oneOf(optionalString(input, 'statusFilter'), 'statusFilter', statuses);
      const redriven = oneOf(optionalString(input, 'redriveFilter'), 'redriveFilter', ['REDRIVEN', 'NOT_REDRIVEN']);
      const wanted = executions.all.filter(
        (record) =>
          record.revision.stateMachineArn === revision.stateMachineArn &&
          (status === undefined || record.status === status) &&
          (redriven === undefined || record.redriveCount > 0 === (redriven === 'REDRIVEN')),
      );
      const newestFirst = wanted.reverse().sort((a, b) => b.startedAt - a.startedAt);
      const { items, ...next } = page(input, newestFirst, ({ arn }) => arn);
      return { executions: items.map(summary), ...next };
    },

    StopExecution(input) {
      const error = bounded(input, 'error', 256);
      const cause = bounded(input, 'cause', 32_768);
      const record = executions.stop(requiredArn(input, 'executionArn', 'execution'), { ...error, ...cause });
      return { stopDate: toSeconds(record.stoppedAt) };
    },

    GetExecutionHistory(input) {
      const { events } = executions.get(requiredArn(input, 'executionArn', 'execution'));
      const ordered = input['reverseOrder'] === true ? [...events].reverse() : events;
      const { items, ...next } = page(input, ordered, ({ id }) => id);
      return { events: input['includeExecutionData'] === false ? items.map(withoutData) : items, ...next };
    },

    RedriveExecution(input) {
      const arn = requiredArn(input, 'executionArn', 'execution');
      return { redriveDate: toSeconds(executions.redrive(arn, optionalString(input, 'clientToken')).redrivenAt) };
    },
  };
  return operations;
}

/** The operations with which a worker answers its task. */
export function taskOperations({ tokens }: Executions) {
  const operations: Record<string, Operation> = {
    SendTaskSuccess(input) {
      tokens.succeed(input['taskToken'], input['output']);
      return {};
    },
    SendTaskFailure(input) {
      tokens.fail(input['taskToken'], input['error'], input['cause']);
      return {};
    },
    SendTaskHeartbeat(input) {
      tokens.heartbeat(input['taskToken']);
      return {};
    },
  };
  return operations;
}

function summary(record: ExecutionRecord): JsonObject {
  return {
    executionArn: record.arn,
    stateMachineArn: record.revision.stateMachineArn,
    name: record.name,
    status: record.status,
    startDate: toSeconds(record.startedAt),
    stopDate: toSeconds(record.stoppedAt),
    redriveCount: record.redriveCount,
    redriveDate: toSeconds(record.redrivenAt),
  };
}

function checkedInput(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > dataLimit) throw refuse(`input has ${bytes} bytes, the limit is ${dataLimit}`);
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const why = (error as Error).message;
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
  }
}

function bounded(input: JsonObject, field: 'error' | 'cause', most: number): { error?: string; cause?: string } {
  const value = optionalString(input, field);
  if (value === undefined) return {};
  if (value.length > most) throw refuse(`${field} is longer than ${most} characters`);
  return { [field]: value };
}
