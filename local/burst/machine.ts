import { transitionsOf } from '../../infra/machinery.ts';
import type { Json } from '../services/jsonService.ts';
import { Executions } from '../services/stepFunctions/executions.ts';
import type { ExecutionRecord } from '../services/stepFunctions/executionRecord.ts';
import { Machines } from '../services/stepFunctions/machines.ts';
import type { InvokeResult } from '../services/stepFunctions/run.ts';
import { noStore } from '../services/stepFunctions/store.ts';
import type { Deployment } from '../stack/template.ts';
import type { Account } from './account.ts';
import type { Machine } from './ports.ts';

/** An execution that is over. */
export interface Ended {
  recordingId: string;
  hasSucceeded: boolean;
  /** Its place in the order of the starts, from 0. */
  position: number;
  transitions: number;
}

interface Watched {
  region: string;
  invoke: (name: string, payload: Json) => Promise<InvokeResult>;
  ended: (execution: Ended) => void;
}

/** The packaged definition in the stand-in for Step Functions, which forgets what has ended. */
export async function machineOf(deployment: Deployment, account: Account, watched: Watched): Promise<Machine> {
  const { region, invoke, ended } = watched;
  const { name, arn, definition } = deployment.stateMachine;
  const { clock } = account;
  const machines = new Machines(clock, noStore());
  const roleArn = `arn:aws:iam::${arn.split(':')[4]}:role/machine`;
  const revision = { name, stateMachineArn: arn, definition, roleArn };
  await machines.create(revision);
  const nameOf = new Map(deployment.functions.map((one) => [one.arn, one.name]));
  const positions = new Map<string, number>();
  let started = 0;
  const executions = new Executions({
    clock,
    region,
    random: account.random,
    machines,
    invoke: (functionArn, payload) => invoke(nameOf.get(functionArn) ?? functionArn, payload),
    store: {
      ...noStore<ExecutionRecord>(),
      save: async (_, record) => {
        if (record.status === 'RUNNING') return;
        const position = positions.get(record.name) ?? -1;
        const transitions = transitionsOf(record.events);
        positions.delete(record.name);
        executions.forget(record.arn);
        ended({ recordingId: record.name, hasSucceeded: record.status === 'SUCCEEDED', position, transitions });
      },
    },
  });
  return {
    start(input) {
      if (positions.has(input.recordingId)) return 'known';
      positions.set(input.recordingId, started);
      started += 1;
      const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${input.recordingId}`;
      executions.start(executionArn, input.recordingId, revision, JSON.stringify(input));
      return 'started';
    },
    wake(token, output) {
      try {
        void executions.tokens.succeed(token, JSON.stringify(output));
        return 'woken';
      } catch {
        return 'stale';
      }
    },
  };
}
