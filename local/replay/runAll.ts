import type { Case } from '../cases/caseFolder.ts';
import type { Deployment } from './deployment.ts';
import { liveStates } from './liveStates.ts';
import type { Progress } from './progress.ts';
import { type Run, runCase, type RunOptions } from './runCase.ts';
import { describeIds, describeOutcome, outcomeHeading, outcomeRow } from './outcomeLines.ts';
import { describeConsultation } from './summary.ts';

export type Say = (line: string) => void;

/** How the runs are shown, and where their files go. */
export interface Showing {
  out: string;
  say: Say;
  /** The stack's clock skips what is only waiting. */
  isVirtual: boolean;
  /** The option by which `record` and `audit` find the recording later: `--data DIR`, or `''` for an environment. */
  keptBy: string | undefined;
  /** The executions of an earlier process that go on. */
  resumed?: ReadonlySet<string>;
  /** Learns which cases begin and end. */
  progress?: Progress;
}

/** Cases under way at once: more would only wait for one another. */
const sideBySide = 12;
const pollMs = 20;

/** Runs one case, reports its states as they end, and shows what the consultation says. */
export async function runOne(deployment: Deployment, given: Case, showing: Showing): Promise<Run> {
  const { say } = showing;
  const run = await follow(deployment, given, showing, { pollMs, onStates: liveStates(underVirtualTime(showing)) });
  tell(describeOutcome(run.outcome), run, showing);
  const { transcript, consultation } = run.collected;
  if (transcript && consultation) for (const line of describeConsultation(transcript, consultation)) say(line);
  return run;
}

/** Explains the times above the first state; a duplicate has no states, and nothing to explain. */
function underVirtualTime({ say, isVirtual }: Showing): Say {
  let explained = !isVirtual;
  return (line) => {
    if (!explained) say('  (each state in virtual time: the clock of the stack skips what is only waiting)');
    explained = true;
    say(line);
  };
}

/** Runs many cases side by side, one line each as they end. The runs come in the order of the cases. */
export async function runAll(deployment: Deployment, cases: readonly Case[], showing: Showing): Promise<Run[]> {
  const runs: Run[] = [];
  const nameWidth = Math.max(...cases.map(({ name }) => name.length));
  showing.say(outcomeHeading(nameWidth));
  const waiting = cases.map((given, index) => ({ given, index }));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const run = await follow(deployment, next.given, showing, { pollMs: pollMs * sideBySide });
      runs[next.index] = run;
      tell(outcomeRow(run.outcome, nameWidth), run, showing);
      const mark = showing.progress?.mark;
      if (mark !== undefined) showing.say(mark);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return runs;
}

/** Runs a case between the two notes of its progress. */
async function follow(
  deployment: Deployment,
  given: Case,
  { out, progress, resumed }: Showing,
  options: Omit<RunOptions, 'out'>,
): Promise<Run> {
  progress?.begin(given.name);
  const run = await runCase(deployment, given, { out, ...options, ...(resumed && { resumed }) });
  progress?.end(run.outcome);
  return run;
}

function tell(line: string, { outcome }: Run, { say, keptBy }: Showing): void {
  say(line);
  if (keptBy !== undefined) for (const line of describeIds(outcome, keptBy)) say(line);
}
