import { PipelineError } from '../../pipeline/errors.ts';
import type { Ports } from '../../pipeline/ports.ts';
import { awaitPlace } from '../../pipeline/steps/awaitPlace.ts';
import { awaitTranscription } from '../../pipeline/steps/awaitTranscription.ts';
import { inspectRecording } from '../../pipeline/steps/inspectRecording.ts';
import { recordFailure } from '../../pipeline/steps/recordFailure.ts';
import { resumeWorkflow } from '../../pipeline/steps/resumeWorkflow.ts';
import { startTranscription } from '../../pipeline/steps/startTranscription.ts';
import { startWorkflow } from '../../pipeline/steps/startWorkflow.ts';
import type { Json } from '../services/jsonService.ts';
import type { InvokeResult } from '../services/stepFunctions/run.ts';
import type { Account } from './account.ts';
import { overheadMs } from './latency.ts';

type AnyStep = (ports: Ports) => (input: never) => Promise<unknown>;

const admission: Readonly<Record<string, AnyStep>> = {
  startWorkflow,
  inspectRecording,
  startTranscription,
  awaitPlace,
  awaitTranscription,
  resumeWorkflow,
  recordFailure,
};

/** The functions of the deployment: as many at once as the account may have, the others are refused. */
export class Functions {
  readonly #account: Account;
  readonly #ports: Ports;
  readonly #steps: Readonly<Record<string, AnyStep>>;
  #running = 0;
  mostRunning = 0;
  refused = 0;
  invocations = 0;
  /** Of all invocations together. */
  lambdaMs = 0;

  /** @param clinical the steps whose work is a recorded one */
  constructor(account: Account, ports: Ports, clinical: Readonly<Record<string, AnyStep>>) {
    this.#account = account;
    this.#ports = ports;
    this.#steps = { ...admission, ...clinical };
  }

  /** As a state sees it. */
  async invoke(name: string, payload: Json): Promise<InvokeResult> {
    const step = this.#steps[name];
    if (!step) throw new Error(`a burst has no function ${name}`);
    if (this.#running >= this.#account.quota.functions) {
      this.refused += 1;
      return { error: 'Lambda.TooManyRequestsException', cause: '{}' };
    }
    return this.#run(async () => {
      const answer: unknown = await step(this.#ports)(payload as never);
      return { payload: answer === undefined ? null : (JSON.parse(JSON.stringify(answer)) as Json) };
    });
  }

  /** As an event source mapping does: the messages in their turn; answers those that failed. */
  async handle(name: string, messages: readonly Json[]): Promise<Json[]> {
    if (this.#running >= this.#account.quota.functions) {
      this.refused += 1;
      return [...messages];
    }
    const failed: Json[] = [];
    const step = this.#steps[name];
    await this.#run(async () => {
      for (const message of messages) await step?.(this.#ports)(message as never).catch(() => failed.push(message));
      return { payload: null };
    });
    return failed;
  }

  async #run(work: () => Promise<InvokeResult>): Promise<InvokeResult> {
    this.#running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.#running);
    this.invocations += 1;
    this.#account.clock.enter();
    const began = this.#account.clock.now();
    try {
      await this.#account.pause(overheadMs);
      return await work();
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      const { name, message } = error;
      return { error: name, cause: JSON.stringify({ errorType: name, errorMessage: message, trace: [] }) };
    } finally {
      this.#account.clock.leave();
      this.#running -= 1;
      this.lambdaMs += this.#account.clock.now() - began;
    }
  }
}
