import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

export interface StepLog extends AsyncDisposable {
  write: (line: string) => void;
}

/**
 * Appends what the steps log to a file, as CloudWatch would keep it. Disposing of it waits until everything is written.
 */
export function stepLog(path: string): StepLog {
  const file = createWriteStream(path, { flags: 'a' });
  return {
    write: (line) => file.write(`${line}\n`),
    async [Symbol.asyncDispose]() {
      file.end();
      await finished(file);
    },
  };
}
