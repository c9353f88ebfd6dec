import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type JsonObject, type Operation, ServiceError } from '../jsonService.ts';
import { type ExecutionRecord, statuses } from './executionRecord.ts';
import type { Executions } from './executions.ts';
import { dataLimit } from './failure.ts';
import { withoutData } from './history.ts';
import type { Machines } from './machines.ts';
import { notRedrivable } from './redrive.ts';
import {
  checkedName,
  oneOf,
  optionalString,
  page,
  paging,
  refuse,
  refuseOthers,
  requiredArn,
  toSeconds,
} from './requests.ts';

/** The operations on executions. */
export function executionOperations(clock: Clock, machines: Machines, executions: Executions) {
  const operations: Record<string, Operation> = {
    async StartExecution(input) {
      refuseOthers('StartExecution', input, ['stateMachineArn', 'name', 'input']);
      const { revision } = machines.get(requiredArn(input, 'stateMachineArn', 'stateMachine'));
      const name = checkedName(optionalString(input, 'name') ?? randomUUID());
      const arn = `${revision.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const text = checkedInput(optionalString(input, 'input') ?? '{}');
      const started = executions.start(arn, name, revision, text);
      await executions.saved();
      return { executionArn: started.arn, startDate: toSeconds(started.startedAt) };
    },

    DescribeExecution(input) {
      refuseOthers('DescribeExecution', input, ['executionArn', 'includedData']);
      const isWhole =
        oneOf(optionalString(input, 'includedData'), 'includedData', ['ALL_DATA', 'METADATA_ONLY']) !== 'METADATA_ONLY';
      const record = executions.get(requiredArn(input, 'executionArn', 'execution'));
      const { input: text, output, error, cause } = record;
      return {
        ...summary(record),
        ...(isWhole && { input: text, error, cause }),
        inputDetails: { included: isWhole },
        ...(output !== undefined && { ...(isWhole && { output }), outputDetails: { included: isWhole } }),
        ...redriveStatus(record, clock.now()),
      };
    },

    async StopExecution(input) {
      refuseOthers('StopExecution', input, ['executionArn', 'error', 'cause']);
      const arn = requiredArn(input, 'executionArn', 'execution');
      const [error, cause] = [optionalString(input, 'error'), optionalString(input, 'cause')];
      if ((error?.length ?? 0) > 256) throw refuse('error is longer than 256 characters');
      if ((cause?.length ?? 0) > 32_768) throw refuse('cause is longer than 32768 characters');
      const named = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      const { stoppedAt } = executions.stop(arn, named);
      await executions.saved();
      return { stopDate: toSeconds(stoppedAt) };
    },

    async RedriveExecution(input) {
      refuseOthers('RedriveExecution', input, ['executionArn', 'clientToken']);
      const arn = requiredArn(input, 'executionArn', 'execution');
      const { redrive } = executions.redrive(arn, optionalString(input, 'clientToken'));
      await executions.saved();
      return { redriveDate: toSeconds(redrive?.at) };
    },

    ListExecutions(input) {
      refuseOthers('ListExecutions', input, ['stateMachineArn', 'statusFilter', ...paging]);
      const { revision } = machines.get(requiredArn(input, 'stateMachineArn', 'stateMachine'));
      const status = oneOf(optionalString(input, 'statusFilter'), 'statusFilter', [...statuses, 'PENDING_REDRIVE']);
      const wanted = executions.all.filter(
        (record) =>
          record.revision.stateMachineArn === revision.stateMachineArn &&
          (status === undefined || record.status === status),
      );
      const newestFirst = wanted.reverse().sort((a, b) => b.startedAt - a.startedAt);
      const { items, ...next } = page(input, newestFirst, ({ arn }) => arn);
      return { executions: items.map(summary), ...next };
    },

    GetExecutionHistory(input) {
      refuseOthers('GetExecutionHistory', input, ['executionArn', 'includeExecutionData', 'reverseOrder', ...paging]);
      const { events } = executions.get(requiredArn(input, 'executionArn', 'execution'));
      const ordered = input['reverseOrder'] === true ? [...events].reverse() : events;
      const { items, ...next } = page(input, ordered, ({ id }) => id);
      return { events: input['includeExecutionData'] === false ? items.map(withoutData) : items, ...next };
    },
  };
  return operations;
}

/** The operation with which a worker answers its task. */
export function taskOperations({ tokens }: Executions) {
  const operations: Record<string, Operation> = {
    async SendTaskSuccess(input) {
      refuseOthers('SendTaskSuccess', input, ['taskToken', 'output']);
      await tokens.succeed(input['taskToken'], input['output']);
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
    redriveCount: record.redrive?.count ?? 0,
    redriveDate: toSeconds(record.redrive?.at),
  };
}

function redriveStatus(record: ExecutionRecord, now: number): JsonObject {
  const redriveStatusReason = notRedrivable(record, now);
  if (redriveStatusReason === undefined) return { redriveStatus: 'REDRIVABLE' };
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
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
