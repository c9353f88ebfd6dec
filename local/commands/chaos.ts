import { join } from 'node:path';
import { campaign, type Finding, outages, replay, type Summary } from '../chaos/campaign.ts';
import type { Violation } from '../chaos/checks.ts';
import { judge, mutants } from '../chaos/mutants.ts';
import { parseSchedule, type Schedule } from '../chaos/schedule.ts';
import { CommandError, counted, readOptions, runCommand } from '../commandLine.ts';

const usage =
  'npm run chaos -- [--runs N] [--seed S] [--calls] [--outages | --mutants | --schedule JSON] [--first] [--json]';
const about = {
  does: 'Plays random faults on the embedded stack and checks that nothing is lost, paid twice or hidden.',
};

const options = {
  runs: { type: 'string', value: 'N', help: 'how many schedules are played', default: '100' },
  seed: { type: 'string', value: 'S', help: 'what the schedules are drawn from', default: '1' },
  calls: { type: 'boolean', help: 'in each run a call is held and recorded, and nothing else happens' },
  outages: { type: 'boolean', help: 'each service in turn is away for six hours, instead' },
  mutants: { type: 'boolean', help: 'whether the runs see that a safeguard is missing, one at a time, in a copy' },
  schedule: { type: 'string', value: 'JSON', help: 'this schedule, as a finding prints it' },
  first: { type: 'boolean', help: 'ends with the first finding' },
  json: { type: 'boolean', help: 'standard output is one JSON summary' },
} as const;

await runCommand('chaos', async () => {
  const values = readOptions(process.argv.slice(2), options, usage, about);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new CommandError(`--runs ${values.runs} is not a number of runs`, 2);
  if (values.mutants) return judgeAll(values.seed, runs, values);
  const isFirstEnough = values.first === true;
  const play = { isFirstEnough, areCalls: values.calls === true, onRun: progress, onFinding: found };
  const given = values.schedule === undefined ? undefined : [toSchedule(values.schedule)];
  const schedules = values.outages ? outages() : given;
  const summary = schedules ? await replay(schedules, play) : await campaign(values.seed, runs, play);
  process.stdout.write(values.json ? `${JSON.stringify(summary)}\n` : toText(summary));
  return summary.findings.length === 0 ? 0 : 1;
});

function toSchedule(text: string): Schedule {
  try {
    return parseSchedule(text);
  } catch {
    throw new CommandError('--schedule is not a schedule: it is printed with each finding', 2);
  }
}

function progress(done: number, findings: number): void {
  if (done % 100 === 0) process.stderr.write(`chaos: ${done} runs, ${counted(findings, 'finding')}\n`);
}

function found(run: number, [first]: readonly Violation[]): void {
  process.stderr.write(
    `chaos: run ${run}: ${first?.rule}: ${first?.what}; what of the schedule is needed is looked for\n`,
  );
}

async function judgeAll(seed: string, runs: number, of: { calls?: boolean; json?: boolean }): Promise<number> {
  const { calls = false, json = false } = of;
  const root = join(import.meta.dirname, '../..');
  const verdicts = [];
  for (const mutant of mutants.filter(({ ofCalls }) => !calls || ofCalls)) {
    const verdict = await judge(root, mutant, seed, runs);
    verdicts.push(verdict);
    const found = verdict.run === undefined ? 'NOT FOUND' : `run ${verdict.run}`;
    if (!json) process.stdout.write(`${mutant.name.padEnd(40)} ${found.padEnd(10)} ${verdict.rule ?? ''}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(verdicts)}\n`);
  return verdicts.every(({ run }) => run !== undefined) ? 0 : 1;
}

function toText({ runs, recordings, ends, faults, paidAgain, findings, seconds }: Summary): string {
  const perMinute = Math.round((60 * runs) / seconds);
  const statuses = Object.entries(ends).map(([status, count]) => `${count} ${status}`);
  const lines = [
    `${counted(runs, 'run')}, ${counted(recordings, 'recording')} (${statuses.join(', ')}), in ${seconds} s: ${perMinute} a minute`,
    `${faults.hit} of ${counted(faults.planned, 'fault')} met their call; ${counted(paidAgain, 'text')} paid again for a lost answer`,
    ...findings.flatMap(toLines),
    findings.length === 0
      ? 'no promise was broken'
      : counted(findings.length, 'schedule broke a promise', 'schedules broke a promise'),
  ];
  return `${lines.join('\n')}\n`;
}

function toLines({ run, violations, smallest, isRepeatable }: Finding): string[] {
  return [
    '',
    `run ${run}${isRepeatable ? '' : ', which broke nothing when it was played again'}:`,
    ...violations.map(({ rule, what }) => `  ${rule}: ${what}`),
    `  npm run chaos -- --schedule '${JSON.stringify(smallest)}'`,
  ];
}
