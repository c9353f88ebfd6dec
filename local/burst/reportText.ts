import type { Report } from './report.ts';

/** What the burst itself has used of the machine. */
export interface Used {
  seconds: number;
  peakMiB: number;
}

/** The report as it is printed. */
export function toText(report: Report, used: Used): string {
  const { bound, makespan, startCalls } = report;
  const isSampled = report.underWay < report.recordings;
  const lines = [
    `${report.recordings} recordings${isSampled ? '' : ' at once'}: ${report.completed} completed, ${report.failed} failed, ${report.lost} lost`,
    ...(isSampled ? sampled(report) : []),
    `makespan ${makespan.toFixed(0)} s, ${(makespan / bound.seconds).toFixed(3)} x the bound of ${bound.seconds.toFixed(0)} s that the quota "${bound.name}" sets`,
    `start calls ${startCalls.all}, ${startCalls.perRecording.toFixed(2)} per recording`,
    `at most ${report.mostJobs} jobs and ${report.mostFunctions} functions at once; ${report.functionsRefused} invocations refused`,
    machinery(report),
    'calls:',
    ...calls(report),
    `${used.seconds.toFixed(0)} s of real time, at most ${used.peakMiB.toFixed(0)} MiB`,
  ];
  return `${lines.join('\n')}\n`;
}

function sampled({ underWay, asksLeftOut }: Report): string[] {
  return [
    `sampled: at most ${underWay} were under way at once, and each of the others was uploaded when one had ended.`,
    `  Uploaded with the first, they would have asked for their places ${asksLeftOut} times more while they waited.`,
  ];
}

function machinery({ recordings, machinery: { transitions, invocations, lambdaMs, usd } }: Report): string {
  const each = (all: number, digits: number) => (all / recordings).toFixed(digits);
  const parts = [
    `${each(transitions, 1)} transitions`,
    `${each(invocations, 1)} invocations`,
    `${each(lambdaMs / 1_000, 2)} s of Lambda`,
    `${each(usd, 6)} USD`,
  ];
  return `machinery per recording: ${parts.join(', ')}`;
}

function calls(report: Report): string[] {
  return Object.entries(report.calls)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => {
      const refused = report.refused[name];
      return `  ${name.padEnd(48)} ${String(count).padStart(9)}${refused ? `  (${refused} refused)` : ''}`;
    });
}
