import { burst, type Report } from '../burst/burst.ts';
import { type QuotaName, quotas } from '../burst/quotas.ts';
import { CommandError, readOptions, runCommand } from '../commandLine.ts';

const usage = 'npm run burst -- [--recordings 1000] [--quotas default] [--json]';
const about = {
  does: "Uploads many recordings at once against the services' quotas, on virtual time.",
};

await runCommand('burst', () => main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const values = readOptions(
    args,
    {
      recordings: { type: 'string', default: '1000', value: 'N', help: 'how many are uploaded at once' },
      quotas: {
        type: 'string',
        default: 'default',
        value: 'NAME',
        help: `of which account: ${Object.keys(quotas).join(', ')}`,
      },
      json: { type: 'boolean', default: false, help: 'print the report as JSON' },
    },
    usage,
    about,
  );
  const recordings = Number(values.recordings);
  if (!Number.isInteger(recordings) || recordings < 1) {
    throw new CommandError(`--recordings ${values.recordings} is not a whole number above 0`, 2);
  }
  if (!Object.hasOwn(quotas, values.quotas)) {
    throw new CommandError(`--quotas ${values.quotas} is none of ${Object.keys(quotas).join(', ')}`, 2);
  }
  const began = performance.now();
  const report = await burst({ recordings, quota: quotas[values.quotas as QuotaName], onEnd: progress(recordings) });
  const seconds = (performance.now() - began) / 1_000;
  const { ends: _, ...shown } = report;
  process.stdout.write(values.json ? `${JSON.stringify({ ...shown, seconds })}\n` : toText(report, seconds));
  return report.failed + report.lost === 0 ? 0 : 1;
}

function progress(recordings: number) {
  const step = Math.max(1, Math.floor(recordings / 10));
  return (ended: number) => {
    if (ended % step === 0) process.stderr.write(`${ended} of ${recordings} have ended\n`);
  };
}

function toText(report: Report, seconds: number): string {
  const { bound, makespan, startCalls } = report;
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
  const rows = Object.entries(report.calls)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => {
      const refused = report.refused[name];
      return `  ${name.padEnd(48)} ${String(count).padStart(9)}${refused ? `  (${refused} refused)` : ''}`;
    });
  const lines = [
    `${report.recordings} recordings at once: ${report.completed} completed, ${report.failed} failed, ${report.lost} lost`,
    `makespan ${makespan.toFixed(0)} s, ${(makespan / bound.seconds).toFixed(3)} x the bound of ${bound.seconds.toFixed(0)} s that the quota "${bound.name}" sets`,
    `start calls ${startCalls.all}, ${startCalls.perRecording.toFixed(2)} per recording`,
    `at most ${report.mostJobs} jobs and ${report.mostFunctions} functions at once; ${report.functionsRefused} invocations refused`,
    'calls:',
    ...rows,
    `${seconds.toFixed(0)} s of real time, ${memory} MiB`,
  ];
  return `${lines.join('\n')}\n`;
}
