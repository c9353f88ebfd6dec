import { type JsonObject, NotImplemented, type Operation, ServiceError } from '../jsonService.ts';
import type { Executions } from './executions.ts';
import { isObject } from './invalid.ts';
import type { Change, MachineRecord, Machines, Revision } from './machines.ts';
import { checkedName, oneOf, optionalString, page, requiredArn, requiredString, toSeconds } from './requests.ts';

export interface Account {
  region: string;
  accountId: string;
}

/** The operations on state machines. */
export function machineOperations(account: Account, machines: Machines, executions: Executions) {
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

    async UpdateStateMachine(input) {
      refuseVersions(input);
      const arn = requiredArn(input, 'stateMachineArn', 'stateMachine');
      const settings = settingsOf(input);
      const change: Change = {
        ...(input['definition'] !== undefined && { definition: requiredString(input, 'definition') }),
        ...(input['roleArn'] !== undefined && { roleArn: requiredRole(input) }),
        ...(Object.keys(settings).length > 0 && { settings }),
      };
      if (Object.keys(change).length === 0) {
        throw new ServiceError('MissingRequiredParameter', 'Nothing to update: name a definition, a role or a setting');
      }
      const { revision } = await machines.update(arn, change);
      return { updateDate: toSeconds(revision.updatedAt), revisionId: revision.revisionId };
    },

    DescribeStateMachine: (input) => describe(machines.get(requiredArn(input, 'stateMachineArn', 'stateMachine'))),

    DescribeStateMachineForExecution(input) {
      const { revision } = executions.get(requiredArn(input, 'executionArn', 'execution'));
      return { ...shared(revision), updateDate: toSeconds(revision.updatedAt) };
    },

    ListStateMachines(input) {
      const { items, ...next } = page(input, machines.all, ({ revision }) => revision.stateMachineArn);
      const stateMachines = items.map(({ revision: { stateMachineArn, name }, createdAt }) => {
        return { stateMachineArn, name, type: 'STANDARD', creationDate: toSeconds(createdAt) };
      });
      return { stateMachines, ...next };
    },

    async DeleteStateMachine(input) {
      const arn = requiredArn(input, 'stateMachineArn', 'stateMachine');
      // Deleting a machine that does not exist succeeds. Running executions may come to their end.
      if (!machines.all.some(({ revision }) => revision.stateMachineArn === arn)) return {};
      await (executions.isRunning(arn) ? machines.markDeleting(arn) : machines.remove(arn));
      return {};
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

function shared({ stateMachineArn, name, definition, roleArn, revisionId, settings }: Revision): JsonObject {
  return { stateMachineArn, name, definition, roleArn, revisionId, ...settings };
}

function describe({ revision, createdAt, deleting }: MachineRecord): JsonObject {
  const status = deleting ? 'DELETING' : 'ACTIVE';
  return { ...shared(revision), status, type: 'STANDARD', creationDate: toSeconds(createdAt) };
}
