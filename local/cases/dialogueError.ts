/** An error in a dialogue file, with its line. */
export class DialogueError extends Error {
  override readonly name = 'DialogueError';
  /** From 1. */
  readonly line: number;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.line = line;
  }
}
