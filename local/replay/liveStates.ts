import type { StateVisit } from './execution.ts';

/** Reports each visit to a Task state once, when it is over, from the visit on that has the index `from`. */
export function liveStates(say: (line: string) => void, from = 0): (visits: readonly StateVisit[]) => void {
  let told = from;
  return (visits) => {
    for (let next = visits[told]; next?.ms !== undefined; next = visits[told]) {
      const attempts = next.attempts > 1 ? `, ${next.attempts} attempts` : '';
      if (next.attempts > 0)
        say(`  ${next.name.padEnd(22)} ${next.ms.toLocaleString('en-US').padStart(9)} ms${attempts}`);
      told += 1;
    }
  };
}
