import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Json, JsonService } from '../jsonService.ts';
import type { ExecutionRecord } from './executionRecord.ts';
import { Executions } from './executions.ts';
import { executionOperations, taskOperations } from './executionsApi.ts';
import { type MachineRecord, Machines } from './machines.ts';
import { machineOperations } from './machinesApi.ts';
import type { InvokeResult } from './run.ts';
import { folderStore, noStore } from './store.ts';

export type { InvokeResult } from './run.ts';

export interface StepFunctionsOptions {
  /** Waits, retry delays, timeouts and heartbeats run on it. */
  clock: Clock;
  region: string;
  accountId: string;
  /** Runs a function. A rejection is a fault of the stack and ends the execution with States.Runtime. */
  invoke: (functionArn: string, payload: Json) => Promise<InvokeResult>;
  /** From 0 up to 1; for the jitter of retries and for `$random`. */
  random?: () => number;
  /** The folder that keeps state machines and executions; without it they live as long as the process. */
  dataDir?: string;
  /** Gets what a write to that folder failed with; by default it is printed. */
  onBroken?: (error: unknown) => void;
}

export interface StepFunctions {
  service: JsonService;
  /**
   * Lets the executions go on that ran when their process ended, and returns their names. To be called once the functions
   * are there.
   */
  resume(): string[];
  /** Stops the running executions where they are and waits until everything is on disk. */
  close(): Promise<void>;
  /** Resolves when no execution is running; one that waits for a task token is running. */
  idle(): Promise<void>;
  /** How many executions run. */
  running(): number;
}

/** A stand-in for AWS Step Functions: Standard workflows in JSONata, with Lambda tasks and task tokens. */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { clock, region, accountId, invoke, random = Math.random, dataDir, onBroken = console.error } = options;
  const store = <T>(name: string) =>
    dataDir === undefined ? noStore<T>() : folderStore<T>(join(dataDir, name), clock, onBroken);
  const machineStore = store<MachineRecord>('stateMachines');
  const machines = new Machines(clock, machineStore);
  const executions = new Executions({
    clock,
    region,
    random,
    machines,
    store: store<ExecutionRecord>('executions'),
    invoke: (functionName, payload) => invoke(functionArn(functionName, region, accountId), payload),
  });
  const operations = {
    ...machineOperations({ region, accountId }, machines),
    ...executionOperations(clock, machines, executions),
    ...taskOperations(executions),
  };
  return {
    service: { target: 'AWSStepFunctions', protocol: '1.0', operations },
    resume: () => executions.resume(),
    idle: () => executions.idle(),
    running: () => executions.running,
    close: async () => {
      await executions.shutDown();
      await machineStore.settled();
    },
  };
}

/** `lambda:invoke` takes a name as well as an ARN. */
function functionArn(name: string, region: string, accountId: string): string {
  return name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}
