import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { type Failure, failure, type Invocation, type Report } from './protocol.ts';

export type Answer = { payload: string } | Failure;

interface Pending {
  answer: (answer: Answer) => void;
  invocation: Invocation;
  timer: NodeJS.Timeout;
}

/** Importing a step with its packages takes seconds on a busy machine, and is not part of the step's own time. */
const IMPORT_SECONDS = 60;

/** One worker thread and the invocations under way in it. */
export class Sandbox {
  /** CPU time of the thread so far, as of its last report. */
  cpuMs = 0;
  /** True from the first sign that it must not be used again. */
  retired = false;
  readonly #worker: Worker;
  readonly #pending = new Map<string, Pending>();

  /** @param speed how many times as fast as the machine's clock time passes in functions; their limits are real time */
  constructor(env: Record<string, string>, onLog: (line: string) => void, speed = 1) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env,
      execArgv: [],
      workerData: { speed },
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

  invoke(invocation: Invocation): Promise<Answer> {
    return new Promise((answer) => {
      const timer = this.#limit(invocation, IMPORT_SECONDS);
      this.#pending.set(invocation.id, { answer, invocation, timer });
      this.#worker.postMessage(invocation);
    });
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

  #settle(id: string, answer: Answer): void {
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
