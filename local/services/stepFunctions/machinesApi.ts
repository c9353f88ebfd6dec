import { type JsonObject, NotImplemented, type Operation, ServiceError } from '../jsonService.ts';
import { isObject } from './invalid.ts';
import type { MachineRecord, Machines } from './machines.ts';
import { checkedName, oneOf, optionalString, requiredArn, requiredString, toSeconds } from './requests.ts';

export interface Account {
  region: string;
  accountId: string;
}

/** The operations on state machines. */
export function machineOperations(account: Account, machines: Machines) {
  const operations: Record<string, Operation> = {
    async CreateStateMachine(input) {
      refuseVersions(input);
      const name = checkedName(requiredString(input, 'name'));
      const type = oneOf(optionalString(input, 'type'), 'type', ['STANDARD', 'EXPRESS']);
      if (type === 'EXPRESS') throw new NotImplemented('a state machine of type EXPRESS');
      const { createdAt } = await machines.create({
        name,
        stateMachineArn: `arn:aws:states:${account.region}:${account.accountId}:stateMachine:${name}`,
        definition: requiredString(input, 'definition'),
        roleArn: requiredRole(input),
        settings: { ...usualSettings, ...settingsOf(input) },
      });
      return {
        stateMachineArn: `arn:aws:states:${account.region}:${account.accountId}:stateMachine:${name}`,
        creationDate: toSeconds(createdAt),
      };
    },

    DescribeStateMachine: (input) => describe(machines.get(requiredArn(input, 'stateMachineArn', 'stateMachine'))),
  };
  return operations;
}

const role = /^arn:aws(-cn|-us-gov)?:iam::\d{12}:role\/.+$/;

function requiredRole(input: JsonObject): string {
  const arn = requiredString(input, 'roleArn');
  if (role.test(arn)) return arn;
  throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}' is not the ARN of a role`);
}

const usualSettings: JsonObject = {
  loggingConfiguration: { level: 'OFF', includeExecutionData: false },
  tracingConfiguration: { enabled: false },
};

/** Settings are kept and shown, but have no effect: the stack has no CloudWatch, no X-Ray and no keys. */
function settingsOf(input: JsonObject): JsonObject {
  const names = ['loggingConfiguration', 'tracingConfiguration', 'encryptionConfiguration'];
  return Object.fromEntries(names.filter((name) => isObject(input[name])).map((name) => [name, input[name]]));
}

function refuseVersions(input: JsonObject): void {
  if (input['publish'] === true) throw new NotImplemented('publish (versions of state machines)');
}

function describe({ revision, createdAt }: MachineRecord): JsonObject {
  const { stateMachineArn, name, definition, roleArn, revisionId, settings } = revision;
  const state = { status: 'ACTIVE', type: 'STANDARD', creationDate: toSeconds(createdAt) };
  return { stateMachineArn, name, definition, roleArn, revisionId, ...settings, ...state };
}
