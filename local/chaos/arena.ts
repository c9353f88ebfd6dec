import { setTimeout as pause } from 'node:timers/promises';
import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { randomFor } from '../cases/random.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { connect, type Deployment } from '../replay/deployment.ts';
import { describe, executionArn } from '../replay/execution.ts';
import type { Uploaded } from '../replay/upload.ts';
import { virtualClock, type VirtualClock } from '../services/clock.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Call } from './call.ts';
import { captureMinutes } from './callLimits.ts';
import { decide } from './decide.ts';
import { Chaos } from './disturber.ts';
import { chainOf, type Evidence, placesOf, type Traces, tracesOf } from './evidence.ts';
import { plan, type Planned, upload } from './meetings.ts';
import { type Result, toResult } from './result.ts';
import type { Functions, Schedule } from './schedule.ts';

/** What a schedule asks of the account that it is played in. */
export interface Account {
  jobs?: number | undefined;
  discards?: boolean | undefined;
}

/** How many times as fast time passes in functions: what hangs for seconds does so for tenths. */
const speed = 6;
/** A job's work, in milliseconds on the stack's clock. */
const jobDelayMs = 30_000;
const pollMs = 4;
const settleMs = 150;
/** Of real time, in which no call is made and the stack's clock stands: then it does so for ever. */
const patienceMs = 60_000;

/** The stack lacks what the rest of a schedule needs. */
class Unplayable extends Error {}

/** One embedded stack on which schedules are played one after the other, each in meetings of its own. */
export class Arena {
  functions: Functions;
  /** Whether the next schedule would not find all places free. */
  isCrowded = false;
  readonly #stack: Stack;
  readonly #deployment: Deployment;
  readonly #logs: string[];
  readonly #random: { draw: () => number };
  #runs = 0;
  /** Messages that were given up in earlier runs. */
  #known = 0;

  private constructor(stack: Stack, logs: string[], random: { draw: () => number }) {
    this.#stack = stack;
    this.#logs = logs;
    this.#random = random;
    this.#deployment = connect(stack.env);
    // Routes are called by people, and nobody reads here.
    const all = stack.deployment.functions.filter(({ routes }) => routes.length === 0).map(({ name }) => name);
    const fed = stack.deployment.functions.filter(({ queue }) => queue !== undefined);
    const isIntake = ({ queue }: (typeof fed)[number]) => queue?.arn.endsWith(`:${stack.env['RECORDING_QUEUE']}`);
    const intake = fed.find(isIntake)?.name ?? '';
    const woken = fed.map(({ name }) => name).filter((name) => name !== intake);
    this.functions = { all, calls: {}, intake, woken };
  }

  /**
   * @param jobs how many jobs of each engine the account runs at once; by default as many as is usual
   * @param discards whether what was recorded of a call is discarded when somebody withdraws
   * @param isMeasured whether faults are to be drawn by what recordings do
   */
  static async open({ jobs, discards = false }: Account = {}, isMeasured = true): Promise<Arena> {
    const logs: string[] = [];
    const random = { draw: Math.random };
    const stack = await startStack({
      clock: virtualClock(),
      jobDelayMs,
      jobs,
      speed,
      random: () => random.draw(),
      onLog: (line) => logs.push(line),
      // One attempt of the SDK each: its pauses are real.
      stepEnv: {
        AWS_MAX_ATTEMPTS: '1',
        RECORDS: 'on',
        CAPTURE_MINUTES: String(captureMinutes),
        CONSENT_WITHDRAWN: discards ? 'discard' : 'keep',
      },
    });
    // Who is told to ask again asks at once, by the database's clock.
    await stack.sql(`insert into pipeline.settings values ('requests_a_minute', '999999')
      on conflict (name) do update set value = excluded.value`);
    const arena = new Arena(stack, logs, random);
    if (isMeasured) await arena.#measure();
    return arena;
  }

  async close(): Promise<void> {
    this.#deployment[Symbol.dispose]();
    await this.#stack.stop();
  }

  /** Counts the calls of each function while nothing is disturbed, so that faults are drawn where there are calls. */
  async #measure(): Promise<void> {
    const meetings: Schedule['meetings'] = [
      { kind: 'usual', recordings: 1 },
      { kind: 'unusable', recordings: 1 },
    ];
    const { chaos } = await this.run({ meetings, faults: [] });
    const count = (name: string, number: number) =>
      chaos.seen.filter((call) => call.functionName === name && call.recording === number).length;
    const calls = this.functions.all.map((name) => [name, Math.max(count(name, 0), count(name, 1))] as const);
    this.functions = { ...this.functions, calls: Object.fromEntries(calls) };
  }

  /** Plays a schedule and says what it broke. */
  async play(schedule: Schedule): Promise<Result> {
    try {
      const { chaos, evidence } = await this.run(schedule);
      return toResult(evidence, chaos);
    } catch (error) {
      if (error instanceof Unplayable) return { violations: [], ends: {}, hits: 0, paidAgain: 0 };
      throw error;
    }
  }

  /** Plays a schedule and gathers everything that can be seen of it. */
  async run(schedule: Schedule): Promise<{ chaos: Chaos; evidence: Evidence }> {
    this.#runs += 1;
    this.#logs.length = 0;
    // Those of a run that could not be played to its end are nobody's.
    this.#dead();
    const name = `chaos-${this.#runs}`;
    this.#random.draw = randomFor(JSON.stringify(schedule));
    const planned = plan(schedule, name);
    const ids: [recording: number, recordingId: string][] = [];
    const stop = (recording: number) => {
      const own = ids.filter(([number]) => number === recording);
      for (const [, recordingId] of own) void this.#stop(recordingId);
    };
    const chaos = new Chaos(this.#stack, schedule, stop);
    for (const { number, key } of planned) chaos.name(number, key);
    const clock = this.#stack.clock as VirtualClock;
    this.#stack.faults.disturber = chaos;
    const uploadedAt = clock.now();
    const release = clock.hold();
    const uploaded = await upload(this.#deployment, planned).finally(release);
    for (const { number, recordingId } of uploaded) {
      ids.push([number, recordingId]);
      chaos.name(number, recordingId);
    }
    const held = schedule.call && { name, plan: schedule.call };
    const call = held && new Call(this.#stack, this.#deployment, chaos, held);
    await call?.hold();
    await this.#quiet(chaos);
    const isStopped = schedule.faults.some(({ do: harm }) => harm === 'stop');
    const redriven = (schedule.redrive === true || isStopped) && (await this.#redrive(chaos, uploaded));
    // Somebody may stop it once more. Each stop of a schedule happens once.
    for (let left = await this.#aborted(uploaded); left.length > 0; left = await this.#aborted(uploaded)) {
      if (!(await this.#redrive(chaos, left))) break;
    }
    const decided = await decide(this.#stack, this.#deployment, uploaded);
    await this.#quiet(chaos);
    await call?.sweep();
    await this.#quiet(chaos);
    this.#stack.faults.disturber = undefined;
    const traces = call && { call: await call.traces() };
    const evidence = await this.#evidence(schedule, chaos, uploaded, { uploadedAt, redriven, decided, ...traces });
    return { chaos, evidence };
  }

  /** Until nothing moves any more. */
  async #quiet(chaos: Chaos): Promise<void> {
    let moved = performance.now();
    let before = '';
    for (let quiet = 0; quiet < 3; ) {
      const { messages, executions, ticks } = this.#stack.underWay();
      const state = [messages, executions, ticks, chaos.pending, chaos.seen.length, this.#stack.clock.now()].join(' ');
      if (state !== before) moved = performance.now();
      before = state;
      if (performance.now() - moved > patienceMs) {
        throw new Error(
          `${messages} messages, ${executions} executions and ${chaos.pending} events never come to rest`,
        );
      }
      quiet = messages + executions + ticks + chaos.pending === 0 ? quiet + 1 : 0;
      await pause(pollMs);
    }
  }

  /** Sends the failed executions on from where they failed, as the operator does who has mended the cause. */
  async #redrive(chaos: Chaos, uploaded: readonly (Planned & Uploaded)[]): Promise<boolean> {
    let redriven = false;
    // A function that makes a call for a stopped execution goes on alone.
    await pause(settleMs);
    for (const { recordingId } of uploaded) {
      const command = new RedriveExecutionCommand({ executionArn: executionArn(this.#deployment, recordingId) });
      try {
        await this.#deployment.clients.sfn.send(command);
        redriven = true;
      } catch (error) {
        // Most have succeeded. The stand-in cannot go on within a Map, as the service can.
        if (isNamed(error, 'NotImplemented')) throw new Unplayable();
      }
    }
    if (redriven) await this.#quiet(chaos);
    return redriven;
  }

  async #aborted(uploaded: readonly (Planned & Uploaded)[]): Promise<(Planned & Uploaded)[]> {
    const statuses = await Promise.all(
      uploaded.map(async ({ recordingId }) => (await describe(this.#deployment, recordingId))?.status),
    );
    return uploaded.filter((_, at) => statuses[at] === 'ABORTED');
  }

  async #stop(recordingId: string): Promise<void> {
    const command = new StopExecutionCommand({ executionArn: executionArn(this.#deployment, recordingId) });
    // There is none yet, or it has ended.
    await this.#deployment.clients.sfn.send(command).catch(() => undefined);
  }

  async #evidence(
    schedule: Schedule,
    chaos: Chaos,
    uploaded: readonly (Planned & Uploaded)[],
    facts: Pick<Evidence, 'uploadedAt' | 'redriven' | 'decided' | 'call'>,
  ): Promise<Evidence> {
    const called = (facts.call?.meetings ?? []).map((row) => String(row['meeting_id']));
    const meetings = [...new Set([...uploaded.map(({ meetingId }) => meetingId), ...called])];
    const chains = await Promise.all(meetings.map((meetingId) => chainOf(this.#deployment, meetingId)));
    const entries = new Map(meetings.map((meetingId, at) => [meetingId, chains[at]?.entries ?? []]));
    const recordings: Traces[] = [];
    for (const one of uploaded) recordings.push(await tracesOf(this.#deployment, one, entries));
    const places = await placesOf(this.#deployment);
    this.isCrowded = schedule.jobs !== undefined && places.held.length + places.waiting.length > 0;
    return {
      schedule,
      functions: this.functions,
      recordings,
      chains: chains.map(({ report }) => report),
      trail: chains.flatMap(({ entries: own }) => own),
      calls: chaos.seen,
      hits: [...chaos.hits],
      unanswered: chaos.unanswered,
      logs: [...this.#logs],
      messages: chaos.messages,
      dead: this.#dead(),
      places,
      ...facts,
    };
  }

  /** What has come to the dead-letter queues since the last look. */
  #dead(): string[] {
    const queues = this.#stack.deployment.queues.filter(({ deadLetterArn }) => deadLetterArn === undefined);
    const bodies = queues.flatMap(({ arn }) => this.#stack.bodies(arn));
    const fresh = bodies.slice(this.#known);
    this.#known = bodies.length;
    return fresh;
  }
}
