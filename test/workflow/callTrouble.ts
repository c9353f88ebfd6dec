import type { Random } from '../../local/cases/random.ts';
import type { Disturbance, Disturber, InvocationFault, SeenCall } from '../../local/services/faults.ts';
import type { Stack } from '../../local/stack/stack.ts';

const minute = 60_000;

/** What goes wrong around a call while it lasts: functions die, Chime is too busy, the database is away for minutes. */
export class Trouble implements Disturber {
  readonly #stack: Stack;
  #random: Random | undefined;
  #awayUntil = 0;
  readonly #dead = new Set<string>();

  constructor(stack: Stack) {
    this.#stack = stack;
    stack.faults.disturber = this;
  }

  begin(random: Random): void {
    this.#random = random;
  }

  end(): void {
    this.#random = undefined;
    this.#awayUntil = 0;
  }

  call({ target, invocation }: SeenCall): Disturbance | undefined {
    if (invocation === undefined || this.#random === undefined) return undefined;
    if (this.#dead.has(invocation)) return { when: 'before', kind: 'reset' };
    const now = this.#stack.clock.now();
    const random = this.#random();
    if (target === 'supabase') {
      if (random < 0.01) this.#awayUntil = now + 4 * minute * this.#random();
      if (now < this.#awayUntil) return { when: 'before', kind: 'refuse', error: 'ServiceUnavailable', status: 503 };
    }
    if (target === 'chime' && random > 0.9) {
      return { when: 'before', kind: 'refuse', error: 'ThrottlingException', status: 429 };
    }
    if (random > 0.02 && random < 0.05) {
      this.#dead.add(invocation);
      this.#stack.lambda.abandon(invocation, 'Runtime.ExitError');
      return { when: random < 0.035 ? 'before' : 'after', kind: 'reset' };
    }
    return undefined;
  }

  outcome(): void {
    // The rows and the meetings are looked at, not the calls.
  }

  invocation(): InvocationFault | undefined {
    if (this.#random === undefined || this.#random() > 0.04) return undefined;
    return { when: this.#random() < 0.5 ? 'before' : 'after', error: 'Runtime.ExitError' };
  }

  event(): readonly number[] {
    return [0];
  }
}
