import { type Account, Arena } from './arena.ts';
import type { Violation } from './checks.ts';
import type { Result } from './result.ts';
import { type Functions, type Schedule, toCallSchedule, toSchedule } from './schedule.ts';
import { shrink } from './shrink.ts';

/** A schedule that broke a promise. */
export interface Finding {
  /** The run of the seed; undefined for a schedule that was given. */
  run: number | undefined;
  violations: Violation[];
  /** What is left of it, or the whole when it broke nothing a second time. */
  smallest: Schedule;
  /** Whether it broke the same promise again. */
  isRepeatable: boolean;
}

export interface Summary {
  runs: number;
  recordings: number;
  ends: Readonly<Record<string, number>>;
  faults: { planned: number; hit: number };
  /** Texts that were paid for again, because their answers were lost. */
  paidAgain: number;
  findings: Finding[];
  seconds: number;
}

export interface CampaignOptions {
  onRun?: (done: number, findings: number) => void;
  /** Gets what a run broke, before its schedule is shrunk. */
  onFinding?: (run: number, violations: readonly Violation[]) => void;
  /** Ends with the first finding, which is not shrunk. */
  isFirstEnough?: boolean;
  /** In each run a call is held, and nothing else happens. */
  areCalls?: boolean;
}

/** A stack keeps everything that happened on it: after so many schedules the next one is opened. */
const playsOfAStack = 100;
const tries = 3;

/** Schedules of one account are played on one stack. */
const nameOf = ({ jobs, discards = false }: Account) => `${jobs} ${discards}`;
const accountOf = ({ jobs, call }: Schedule): Account => ({ jobs, discards: call?.discards });

/** Plays schedules on stacks that it opens as it needs them: one for each account that they are played in. */
class Stage implements AsyncDisposable {
  readonly #isMeasured: boolean;
  #functions: Functions | undefined;
  readonly #open = new Map<string, { arena: Arena; plays: number }>();

  constructor(isMeasured: boolean) {
    this.#isMeasured = isMeasured;
  }

  async play(toPlay: (functions: Functions) => Schedule): Promise<{ schedule: Schedule; result: Result }> {
    this.#functions ??= (await this.#arena({})).functions;
    const schedule = toPlay(this.#functions);
    const arena = await this.#arena(accountOf(schedule));
    try {
      return { schedule, result: await arena.play(schedule) };
    } catch (error) {
      // Nothing can be said of a stack that stands still or has failed itself.
      await this.#close(nameOf(accountOf(schedule))).catch(() => undefined);
      const what = error instanceof Error ? error.message : String(error);
      return {
        schedule,
        result: { violations: [{ rule: 'it comes to rest', what }], ends: {}, hits: 0, paidAgain: 0 },
      };
    }
  }

  async #arena(account: Account): Promise<Arena> {
    const name = nameOf(account);
    const open = this.#open.get(name);
    if (open && (open.plays >= playsOfAStack || open.arena.isCrowded)) await this.#close(name);
    const { arena, plays } = this.#open.get(name) ?? { arena: await Arena.open(account, this.#isMeasured), plays: 0 };
    this.#open.set(name, { arena, plays: plays + 1 });
    return arena;
  }

  async #close(name: string): Promise<void> {
    const open = this.#open.get(name);
    this.#open.delete(name);
    await open?.arena.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#open.keys()) await this.#close(name);
  }
}

/** Plays the runs of a seed. */
export function campaign(seed: string, runs: number, options: CampaignOptions = {}): Promise<Summary> {
  const { areCalls } = options;
  const play = (run: number) => (functions: Functions) =>
    areCalls ? toCallSchedule(seed, run) : toSchedule(seed, run, functions);
  return playAll(
    Array.from({ length: runs }, (_, n) => play(n + 1)),
    options,
  );
}

/** Plays schedules that are given, such as those of an earlier finding. */
export function replay(schedules: readonly Schedule[], options: CampaignOptions = {}): Promise<Summary> {
  return playAll(
    schedules.map((schedule) => () => schedule),
    options,
  );
}

async function playAll(
  all: readonly ((functions: Functions) => Schedule)[],
  options: CampaignOptions,
): Promise<Summary> {
  await using stage = new Stage(options.areCalls !== true);
  const started = performance.now();
  const summary = { runs: 0, recordings: 0, faults: { planned: 0, hit: 0 }, paidAgain: 0 };
  const ends: Record<string, number> = {};
  const findings: Finding[] = [];
  for (const toPlay of all) {
    const { schedule, result } = await stage.play(toPlay);
    summary.runs += 1;
    summary.paidAgain += result.paidAgain;
    summary.faults.planned += schedule.faults.length;
    summary.faults.hit += result.hits;
    for (const [status, count] of Object.entries(result.ends)) {
      ends[status] = (ends[status] ?? 0) + count;
      summary.recordings += count;
    }
    if (result.violations.length > 0) {
      options.onFinding?.(summary.runs, result.violations);
      findings.push(await toFinding(stage, summary.runs, schedule, result.violations, options));
      if (options.isFirstEnough) break;
    }
    options.onRun?.(summary.runs, findings.length);
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { ...summary, ends, findings, seconds };
}

async function toFinding(
  stage: Stage,
  run: number,
  schedule: Schedule,
  violations: Violation[],
  { isFirstEnough }: CampaignOptions,
): Promise<Finding> {
  if (isFirstEnough) return { run, violations, smallest: schedule, isRepeatable: false };
  const rules = new Set(violations.map(({ rule }) => rule));
  let isRepeatable = false;
  const breaks = async (smaller: Schedule) => {
    for (let n = 0; n < tries; n += 1) {
      const { result } = await stage.play(() => smaller);
      if (result.violations.some(({ rule }) => rules.has(rule))) return (isRepeatable = true);
    }
    return false;
  };
  const smallest = await shrink(schedule, breaks);
  return { run, violations, smallest, isRepeatable };
}

const services = {
  S3: 's3',
  Supabase: 'supabase',
  DynamoDB: 'DynamoDB_20120810',
  Transcribe: 'Transcribe',
  'Comprehend Medical': 'ComprehendMedical_20181030',
  'Step Functions': 'AWSStepFunctions',
  'Secrets Manager': 'secretsmanager',
};

/** Each service in turn is away for six hours, from before the upload on. */
export function outages(): Schedule[] {
  const meetings: Schedule['meetings'] = [
    { kind: 'usual', recordings: 1 },
    { kind: 'twice', recordings: 1 },
    { kind: 'german', recordings: 1 },
  ];
  return Object.values(services).map((service) => ({
    meetings,
    faults: [{ at: [0, '', 0], do: 'away', service, minutes: 360 }],
  }));
}
