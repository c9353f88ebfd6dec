import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import {
  type Claim,
  type Failure,
  failure,
  type Invocation,
  type Offer,
  type Report,
  take,
  toClaim,
} from './protocol.ts';

export type Answer = { payload: string } | Failure;

/** The thread took nothing for {@link STALL_MS}: some step keeps it. The invocation was not begun. */
export const stalled = Symbol('stalled');

interface Pending {
  answer: (answer: Answer | typeof stalled) => void;
  claim: Claim;
  invocation: Invocation;
  timer: NodeJS.Timeout;
}

/** Importing a step with its packages takes seconds on a busy machine, and is not part of the step's own time. */
const IMPORT_SECONDS = 60;

/** Longer than any step keeps the thread, be it at its import on a busy machine. */
const STALL_MS = 5_000;

/** One worker thread and the invocations under way in it. */
export class Sandbox {
  /** CPU time of the thread so far, as of its last report. */
  cpuMs = 0;
  /** True from the first sign that it must not be used again. */
  retired = false;
  readonly #worker: Worker;
  readonly #pending = new Map<string, Pending>();
  readonly #ready = Promise.withResolvers<void>();

  /**
   * @param speed how many times as fast as the machine's clock time passes in functions; their limits are real time
   * @param preload modules that are loaded before any function
   */
  constructor(env: Record<string, string>, onLog: (line: string) => void, speed = 1, preload: readonly URL[] = []) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env,
      execArgv: [],
      workerData: { speed, preload: preload.map(({ href }) => href) },
      stdout: true,
      stderr: true,
    });
    forEachLine(this.#worker.stdout, onLog);
    forEachLine(this.#worker.stderr, onLog);
    this.#worker.on('message', (report: Report) => this.#receive(report));
    this.#worker.on('error', (error) =>
      onLog(`The worker failed: ${error instanceof Error ? error.stack : String(error)}`),
    );
    this.#worker.on('exit', (code) => this.#lost(code));
  }

  invoke(invocation: Invocation): Promise<Answer | typeof stalled> {
    const claim = toClaim();
    return new Promise((answer) => {
      const timer = this.#limit(invocation, IMPORT_SECONDS);
      this.#pending.set(invocation.id, { answer, claim, invocation, timer });
      this.#worker.postMessage({ invocation, claim } satisfies Offer);
      void this.#ready.promise.then(() => setTimeout(() => this.#takeBack(invocation.id), STALL_MS).unref());
    });
  }

  /** Takes back what the thread has not begun, for another one to run. What it has begun ends there. */
  #takeBack(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending || !take(pending.claim)) return;
    this.retired = true;
    this.#settle(id, stalled);
  }

  /** Ends an invocation for its caller, as a dead process would; what it still does has to be kept from its services. */
  abandon(id: string, error: string): void {
    this.#settle(id, failure(error, `RequestId: ${id} Error: ${error}`));
  }

  async close(): Promise<void> {
    this.retired = true;
    await this.#worker.terminate();
  }

  #receive(report: Report): void {
    this.cpuMs = report.cpuMs;
    if (report.kind === 'ready') return this.#ready.resolve();
    const pending = this.#pending.get(report.id);
    if (!pending) return;
    if (report.kind === 'started') {
      clearTimeout(pending.timer);
      pending.timer = this.#limit(pending.invocation, pending.invocation.timeoutSeconds);
    } else {
      this.#settle(report.id, report.kind === 'done' ? report : { error: report.error, cause: report.cause });
    }
  }

  #limit({ id, timeoutSeconds }: Invocation, seconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      // A step that timed out may go on or even block the thread, so the thread is given up once the others have ended.
      this.retired = true;
      const message = `Task timed out after ${Math.max(seconds, timeoutSeconds).toFixed(2)} seconds`;
      this.#settle(id, failure('Sandbox.Timedout', message));
    }, seconds * 1000);
  }

  #settle(id: string, answer: Answer | typeof stalled): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    clearTimeout(pending.timer);
    this.#pending.delete(id);
    pending.answer(answer);
    if (this.retired && this.#pending.size === 0) void this.#worker.terminate();
  }

  #lost(code: number): void {
    this.retired = true;
    for (const id of this.#pending.keys()) {
      const message = `RequestId: ${id} Error: Runtime exited with error: exit status ${code}`;
      this.#settle(id, failure('Runtime.ExitError', message));
    }
  }
}

function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}
