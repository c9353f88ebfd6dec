/** How far a replay has come, for whoever interrupts it. */
export class Progress {
  readonly #names: readonly string[];
  readonly #begun = new Set<string>();
  readonly #ended = new Set<string>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  begin(name: string): void {
    this.#begun.add(name);
  }

  /** Its files are written. */
  end(name: string): void {
    this.#ended.add(name);
  }

  /**
   * What was done and what was not, in lines.
   * @param out the folder of the files, as the user typed it
   * @param remains what becomes of those under way
   */
  describe(out: string, remains: string): string[] {
    const done = this.#names.filter((name) => this.#ended.has(name));
    const underWay = this.#names.filter((name) => this.#begun.has(name) && !this.#ended.has(name));
    const left = this.#names.filter((name) => !this.#begun.has(name));
    return [
      `interrupted: ${done.length} of ${this.#names.length} done`,
      ...(done.length > 0 ? [`  done, with their files in ${out}: ${list(done)}`] : []),
      ...(underWay.length > 0 ? [`  under way, without files: ${list(underWay)}; ${remains}`] : []),
      ...(left.length > 0 ? [`  not begun: ${list(left)}`] : []),
    ];
  }
}

const most = 10;

function list(names: readonly string[]): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
