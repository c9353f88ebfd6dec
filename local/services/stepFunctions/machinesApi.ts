import { type JsonObject, NotImplemented, type Operation, ServiceError } from '../jsonService.ts';
import type { MachineRecord, Machines } from './machines.ts';
import {
  checkedName,
  oneOf,
  optionalString,
  refuseOthers,
  requiredArn,
  requiredString,
  toSeconds,
} from './requests.ts';

export interface Account {
  region: string;
  accountId: string;
}

/** The operations on state machines. */
export function machineOperations(account: Account, machines: Machines) {
  const operations: Record<string, Operation> = {
    async CreateStateMachine(input) {
      refuseOthers('CreateStateMachine', input, ['name', 'definition', 'roleArn', 'type']);
      const name = checkedName(requiredString(input, 'name'));
      const type = oneOf(optionalString(input, 'type'), 'type', ['STANDARD', 'EXPRESS']);
      if (type === 'EXPRESS') throw new NotImplemented('a state machine of type EXPRESS');
      const stateMachineArn = `arn:aws:states:${account.region}:${account.accountId}:stateMachine:${name}`;
      const definition = requiredString(input, 'definition');
      const { createdAt } = await machines.create({ name, stateMachineArn, definition, roleArn: requiredRole(input) });
      return { stateMachineArn, creationDate: toSeconds(createdAt) };
    },

    DescribeStateMachine(input) {
      refuseOthers('DescribeStateMachine', input, ['stateMachineArn']);
      return describe(machines.get(requiredArn(input, 'stateMachineArn', 'stateMachine')));
    },
  };
  return operations;
}

const role = /^arn:aws(-cn|-us-gov)?:iam::\d{12}:role\/.+$/;

function requiredRole(input: JsonObject): string {
  const arn = requiredString(input, 'roleArn');
  if (role.test(arn)) return arn;
  throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}' is not the ARN of a role`);
}

function describe({ revision, createdAt }: MachineRecord): JsonObject {
  return {
    ...revision,
    status: 'ACTIVE',
    type: 'STANDARD',
    creationDate: toSeconds(createdAt),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}
