import type { Case } from '../cases/caseFolder.ts';
import type { Deployment } from './deployment.ts';
import type { StateVisit } from './execution.ts';
import type { Progress } from './progress.ts';
import { type Run, runCase } from './runCase.ts';
import { describeConsultation, describeOutcome } from './summary.ts';

export type Say = (line: string) => void;

/** Cases under way at once: more would only wait for one another. */
const sideBySide = 12;
const pollMs = 20;

/** Runs one case, reports its states as they end, and shows what the consultation says. */
export async function runOne(
  deployment: Deployment,
  given: Case,
  out: string,
  say: Say,
  progress?: Progress,
): Promise<Run> {
  progress?.begin(given.name);
  const run = await runCase(deployment, given, { out, pollMs, onStates: liveProgress(say) });
  progress?.end(given.name);
  say(describeOutcome(run.outcome));
  const { transcript, consultation } = run.collected;
  if (transcript && consultation) for (const line of describeConsultation(transcript, consultation)) say(line);
  return run;
}

/** Runs many cases side by side, one line each as they end. The runs come in the order of the cases. */
export async function runAll(
  deployment: Deployment,
  cases: readonly Case[],
  out: string,
  say: Say,
  progress?: Progress,
): Promise<Run[]> {
  const runs: Run[] = [];
  const waiting = cases.map((given, index) => ({ given, index }));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      progress?.begin(next.given.name);
      const run = await runCase(deployment, next.given, { out, pollMs: pollMs * sideBySide });
      progress?.end(next.given.name);
      runs[next.index] = run;
      say(describeOutcome(run.outcome));
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return runs;
}

/** Reports each visit to a Task state once, when it is over. */
function liveProgress(say: Say): (visits: StateVisit[]) => void {
  let told = 0;
  return (visits) => {
    for (let next = visits[told]; next?.ms !== undefined; next = visits[told]) {
      const attempts = next.attempts > 1 ? `, ${next.attempts} attempts` : '';
      if (next.attempts > 0) say(`  ${next.name.padEnd(22)} ${String(next.ms).padStart(6)} ms${attempts}`);
      told += 1;
    }
  };
}
