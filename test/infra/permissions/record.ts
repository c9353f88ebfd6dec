import { join } from 'node:path';
import type { ObservedCall } from '../../../local/services/gateway.ts';
import type { Place } from '../../../local/stack/resolver.ts';
import type { StackOptions } from '../../../local/stack/stack.ts';
import { readDeployment } from '../../../local/stack/template.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { executionCalls, invocationCalls } from './attendants.ts';
import { toIamCalls } from './calls.ts';
import type { IamCall } from '../../../local/services/iam/evaluate.ts';
import type { Policies } from './policies.ts';
import { codeTableKey } from './scenarios.ts';

const root = join(import.meta.dirname, '../../..');

export interface Recorded {
  /** Every call that was made with a role, each kind once. */
  calls: IamCall[];
  /** How many there were on the wire. */
  observed: number;
  /** How each scenario ended. */
  ends: Map<string, string>;
}

/**
 * Runs scenarios on an embedded stack, and writes down who asks IAM for what.
 * @param run answers how each scenario ended
 */
export async function record(
  policies: Policies,
  place: Place,
  run: (product: TestStack) => Promise<Map<string, string>>,
  { stepEnv, ...options }: Pick<StackOptions, 'operations' | 'stepEnv'> = {},
): Promise<Recorded> {
  const observed: ObservedCall[] = [];
  const { environment } = readDeployment(root, place);
  const product = await TestStack.start({
    region: place.region,
    ...options,
    // A minute's work, so that no slow machine sees a job end before its execution waits for it.
    jobDelayMs: 60_000,
    // Two jobs at once, so that recordings wait for their turn.
    stepEnv: {
      ICD10CM_TABLE: `s3://${environment['MEDICAL_DATA_BUCKET']}/${codeTableKey}`,
      MEDICAL_JOBS: '2',
      ...stepEnv,
    },
    onCall: (call) => observed.push(call),
  });
  try {
    const ends = await run(product);
    const own = observed.filter(({ accessKeyId }) => policies.roleOf.has(accessKeyId));
    const calls = [
      ...own.flatMap((call) => toIamCalls(call, place, policies)),
      ...invocations(product, policies, place),
      ...executionCalls(await invoked(product), product.stack.deployment.stateMachine.arn, policies, place),
    ];
    return { calls: distinct(calls), observed: own.length, ends };
  } finally {
    await product.stop();
  }
}

/** What two stacks have shown. */
export function together(one: Recorded, other: Recorded): Recorded {
  return {
    calls: distinct([...one.calls, ...other.calls]),
    observed: one.observed + other.observed,
    ends: new Map([...one.ends, ...other.ends]),
  };
}

function invocations({ stack }: TestStack, policies: Policies, place: Place): IamCall[] {
  const { functions } = stack.lambda.usage();
  return stack.deployment.functions
    .filter(({ name }) => functions[name]?.invocations)
    .flatMap((one) => invocationCalls(one.name, one, policies, place));
}

/** The functions that the executions' histories say were invoked. */
async function invoked(product: TestStack): Promise<Set<string>> {
  const functions = new Set<string>();
  for (const name of await product.executions()) {
    for (const { taskScheduledEventDetails: task } of await product.history(name)) {
      if (!task) continue;
      const { FunctionName } = JSON.parse(task.parameters ?? '') as { FunctionName: string };
      functions.add(FunctionName);
    }
  }
  return functions;
}

function distinct(calls: readonly IamCall[]): IamCall[] {
  return [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()];
}
