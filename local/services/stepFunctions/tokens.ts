import { randomBytes } from 'node:crypto';
import type { Json } from '../jsonService.ts';
import { ServiceError } from '../jsonService.ts';
import { dataLimit } from './failure.ts';

/** A task that waits for its token. Created before the task is submitted, so an answer can never come too early. */
export interface Callback {
  readonly token: string;
  /** Resolves with the output of SendTaskSuccess. */
  readonly result: Promise<Json>;
  /** From then on the token is answered with TaskTimedOut. */
  close(): void;
}

interface Waiting extends Callback {
  succeed(output: Json): void;
  /** Resolves once the answer would outlive the process. */
  keep(token: string, output: Json): Promise<void>;
}

const largestToken = 2048;

/** The task tokens of all executions. A token names its execution, so it is still known after a restart. */
export class Tokens {
  readonly #waiting = new Map<string, Waiting>();
  readonly #isExecution: (arn: string) => boolean;

  /** @param isExecution tells executions that exist, running or closed, from those that never did */
  constructor(isExecution: (arn: string) => boolean) {
    this.#isExecution = isExecution;
  }

  /**
   * @param keep gets an answer before its sender is told that it has arrived
   * @param kept the token that was issued before the process died
   */
  issue(executionArn: string, keep: Waiting['keep'], kept?: string): Callback {
    const fresh = () => JSON.stringify([executionArn, randomBytes(24).toString('hex')]);
    const token = kept ?? Buffer.from(fresh()).toString('base64');
    const { promise: result, resolve: succeed } = Promise.withResolvers<Json>();
    const close = () => void this.#waiting.delete(token);
    const waiting: Waiting = { token, result, succeed, close, keep };
    this.#waiting.set(token, waiting);
    return waiting;
  }

  /**
   * Hands the answer over at once, and resolves when it is kept. Throws what the service answers otherwise.
   *
   * @param output JSON text of at most 256 KiB
   */
  succeed(token: unknown, output: unknown): Promise<void> {
    if (typeof output !== 'string') throw new ServiceError('ValidationException', 'output is required');
    if (Buffer.byteLength(output) > dataLimit) {
      throw new ServiceError('ValidationException', `output is longer than ${dataLimit} bytes`);
    }
    const waiting = this.#find(token);
    const answer = parseOutput(output);
    const kept = waiting.keep(waiting.token, answer);
    waiting.succeed(answer);
    waiting.close();
    return kept;
  }

  #find(token: unknown): Waiting {
    if (typeof token !== 'string' || token === '')
      throw new ServiceError('ValidationException', 'taskToken is required');
    if (token.length > largestToken) throw new ServiceError('ValidationException', 'taskToken is too long');
    const waiting = this.#waiting.get(token);
    if (waiting) return waiting;
    const arn = executionOf(token);
    if (arn === undefined) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
    if (this.#isExecution(arn)) {
      throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new ServiceError('TaskDoesNotExist', "Task does not exist: 'Provided task does not exist'");
  }
}

function executionOf(token: string): string | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (Array.isArray(parts) && parts.length === 2 && typeof parts[0] === 'string') return parts[0];
  } catch {
    // Not a token of ours: the caller refuses it.
  }
  return undefined;
}

function parseOutput(output: string): Json {
  try {
    return JSON.parse(output) as Json;
  } catch {
    throw new ServiceError('InvalidOutput', "Invalid Output: 'Invalid JSON output'");
  }
}
