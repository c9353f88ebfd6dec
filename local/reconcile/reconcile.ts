import { counted } from '../commandLine.ts';
import type { Deployment } from '../replay/deployment.ts';
import { type Finding, findingOf, remedies } from './findings.ts';
import { lookAt, type Period } from './look.ts';
import { toMender } from './mend.ts';

export interface Reconciled {
  runs: number;
  findings: number;
  mended: number;
}

/**
 * Compares bucket, executions, health record and audit trail, says what differs, and mends it when it is told to.
 * @param say gets a line for each finding, and for what became of it
 */
export async function reconcile(
  deployment: Deployment,
  options: { period: Period; mend: boolean; now: () => Date },
  say: (line: string) => void,
): Promise<Reconciled> {
  const runs = await lookAt(deployment, options.period);
  const findings = runs.map(findingOf).filter((finding) => finding !== undefined);
  say(`looked at ${counted(runs.length, 'run')}`);
  const mend = toMender(deployment, options.now);
  let mended = 0;
  for (const [at, finding] of findings.entries()) {
    say(`${at + 1}/${findings.length} ${finding.text}`);
    if (!options.mend) {
      say(`    ${remedyOf(finding)}`);
      continue;
    }
    const outcome = await mend(finding);
    if (outcome === 'mended') mended += 1;
    say(`    ${outcome}`);
  }
  return { runs: runs.length, findings: findings.length, mended };
}

function remedyOf({ kind }: Finding): string {
  return kind === 'unclear' ? 'a person has to look' : `with --mend, ${remedies[kind]}`;
}
