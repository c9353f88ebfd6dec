import type { Outcome } from './outcome.ts';

/** How far a replay has come, for those who wait for it and for whoever interrupts it. */
export class Progress {
  readonly #names: readonly string[];
  readonly #begun = new Set<string>();
  readonly #ended = new Map<string, Outcome>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  begin(name: string): void {
    this.#begun.add(name);
  }

  /** Its files are written. */
  end(outcome: Outcome): void {
    this.#ended.set(outcome.name, outcome);
  }

  /** The outcomes so far, in the order of the cases. */
  get outcomes(): Outcome[] {
    return this.#names.flatMap((name) => this.#ended.get(name) ?? []);
  }

  /** A line after every so many cases, as long as there are more to come. */
  get mark(): string | undefined {
    const [done, all] = [this.#ended.size, this.#names.length];
    return done % markEvery === 0 && done > 0 && done < all ? `  ${done} of ${all} done` : undefined;
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

const markEvery = 25;
const most = 10;

function list(names: readonly string[]): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
