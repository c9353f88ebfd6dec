import { usdOfMachinery } from '../../infra/machinery.ts';
import type { Account } from './account.ts';
import type { Functions } from './functions.ts';
import type { Jobs } from './jobs.ts';
import type { Load } from './quotas.ts';
import { boundOf } from './quotas.ts';

export interface Report {
  recordings: number;
  completed: number;
  /** Ended otherwise. */
  failed: number;
  /** Without an end. */
  lost: number;
  /** From the first upload to the end of the last, in seconds of virtual time. */
  makespan: number;
  bound: { name: string; seconds: number };
  /** At most so many were under way at once. */
  underWay: number;
  /** How often those that were uploaded later would have asked for their place while they waited. */
  asksLeftOut: number;
  startCalls: { all: number; perRecording: number };
  machinery: { transitions: number; invocations: number; lambdaMs: number; usd: number };
  /** By service; `Step Functions` without the machine's own. */
  services: Record<string, number>;
  /** By service and operation. */
  calls: Record<string, number>;
  refused: Record<string, number>;
  mostJobs: number;
  mostFunctions: number;
  functionsRefused: number;
  /** The recordings in the order of their ends, each by its place in the order of their starts. */
  ends: number[];
}

/** What was counted while the recordings came to their ends. */
export class Tally {
  completed = 0;
  transitions = 0;
  uploaded = 0;
  underWay = 0;
  asksLeftOut = 0;
  readonly ends: number[] = [];

  upload(): void {
    this.uploaded += 1;
    this.underWay = Math.max(this.underWay, this.uploaded - this.ends.length);
  }
}

interface Counted {
  tally: Tally;
  account: Account;
  jobs: Jobs;
  functions: Functions;
  load: Load;
  makespan: number;
  memoryMb: number;
}

/** @param counted what is left of a burst that has ended */
export function toReport({ tally, account, jobs, functions, load, makespan, memoryMb }: Counted): Report {
  const { recordings } = load;
  const { completed, transitions, ends, underWay, asksLeftOut } = tally;
  const calls = Object.fromEntries(account.calls);
  const starts = sumOf(calls, /^Transcribe Start/);
  const { invocations, lambdaMs } = functions;
  // One event reports the recording, another the end of its job.
  const used = { transitions, invocations, lambdaMs, memoryMb, messages: 2 * recordings, calls };
  return {
    recordings,
    completed,
    failed: ends.length - completed,
    lost: recordings - ends.length,
    makespan,
    bound: boundOf(load, account.quota),
    underWay,
    asksLeftOut,
    startCalls: { all: starts, perRecording: starts / recordings },
    machinery: { transitions, invocations, lambdaMs, usd: usdOfMachinery(used) },
    services: byService(calls),
    calls,
    refused: Object.fromEntries(account.refused),
    mostJobs: jobs.mostRunning,
    mostFunctions: functions.mostRunning,
    functionsRefused: functions.refused,
    ends,
  };
}

function sumOf(calls: Readonly<Record<string, number>>, pattern: RegExp): number {
  return Object.entries(calls).reduce((sum, [name, count]) => sum + (pattern.test(name) ? count : 0), 0);
}

function byService(calls: Readonly<Record<string, number>>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of Object.entries(calls)) {
    const service = name.slice(0, name.lastIndexOf(' '));
    sums[service] = (sums[service] ?? 0) + count;
  }
  return sums;
}
