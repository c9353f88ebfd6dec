import type { StateVisit } from './execution.ts';

/** Reports each visit to a Task state once, when it is over. */
export function liveStates(say: (line: string) => void): (visits: readonly StateVisit[]) => void {
  let told = 0;
  return (visits) => {
    for (let next = visits[told]; next?.ms !== undefined; next = visits[told]) {
      const attempts = next.attempts > 1 ? `, ${next.attempts} attempts` : '';
      if (next.attempts > 0)
        say(`  ${next.name.padEnd(22)} ${next.ms.toLocaleString('en-US').padStart(9)} ms${attempts}`);
      told += 1;
    }
  };
}
