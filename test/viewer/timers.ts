/** Time that passes when a test says so. */
export class Timers {
  now = 0;
  #waiting: { due: number; callBack: () => void }[] = [];

  readonly after = (ms: number, callBack: () => void): (() => void) => {
    const timer = { due: this.now + ms, callBack };
    this.#waiting.push(timer);
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== timer);
    };
  };

  /** Calls back what is due meanwhile, in its order, and lets promises settle after each. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (;;) {
      const [next] = this.#waiting.toSorted((a, b) => a.due - b.due);
      if (!next || next.due > end) break;
      this.#waiting = this.#waiting.filter((one) => one !== next);
      this.now = next.due;
      next.callBack();
      await settle();
    }
    this.now = end;
  }
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
