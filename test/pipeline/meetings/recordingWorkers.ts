import type { RecordingFacts } from '../../../pipeline/meetings/capture.ts';
import { after, isStray, overReason } from '../../../pipeline/meetings/captureAfter.ts';
import { due } from '../../../pipeline/meetings/captureDue.ts';
import type { Command, Happening } from '../../../pipeline/meetings/recordingLife.ts';
import { Broken } from './pipelinesModel.ts';
import { consentVersion, ends, type RecordingWorld } from './recordingWorld.ts';

const minute = 60_000;
export const sweepMs = 5 * minute;
/** A function of AWS is ended then, wherever it is. */
const lifetimeMs = minute;

/** What was done has taken effect, and whoever asked for it never hears of it. */
class Lost extends Error {}

type Told = (facts: RecordingFacts) => Happening | undefined;

interface Worker {
  bornMs: number;
  goesOn: Generator<void, void, void>;
}

/** The functions that keep a recording: several at once, any of which may be slow, or end before its work is done. */
export class RecordingWorkers {
  readonly world: RecordingWorld;
  readonly longestMs: number;
  /** After how many more answers one is lost. */
  losesAfter = Infinity;
  /** By how many sweeps something may be late. */
  late = 0;
  /** Since when a capture has ended without anybody knowing. */
  #deafMs = Infinity;
  #slow: Worker[] = [];
  #nextSweepMs: number;

  constructor(world: RecordingWorld, longestMs: number, ignoresStops: number) {
    this.world = world;
    this.longestMs = longestMs;
    this.late = ignoresStops;
    this.#nextSweepMs = world.ms + sweepMs;
  }

  /** At once, from beginning to end, unless an answer is lost. */
  wake({ isSweep = false, told }: { isSweep?: boolean; told?: Told } = {}): void {
    const worker = { bornMs: this.world.ms, goesOn: this.#work(isSweep, told, true) };
    while (this.#step(worker));
  }

  /** One that stops after so many steps, and may go on. */
  wakeSlowly(steps: number, told?: Told): void {
    this.#slow.push({ bornMs: this.world.ms, goesOn: this.#work(false, told, false) });
    this.goOn(this.#slow.length - 1, steps);
  }

  goOn(which: number, steps: number): void {
    const worker = this.#slow[which % Math.max(1, this.#slow.length)];
    if (!worker) return;
    for (let n = 0; n < steps; n += 1) {
      if (!this.#step(worker)) this.#slow = this.#slow.filter((one) => one !== worker);
    }
  }

  #step({ goesOn }: Worker): boolean {
    try {
      return goesOn.next().done !== true;
    } catch (error) {
      if (error instanceof Lost) return false;
      throw error;
    } finally {
      this.check();
    }
  }

  *#work(isSweep: boolean, told: Told | undefined, isAlone: boolean): Generator<void, void, void> {
    const { world, longestMs } = this;
    let looks = isSweep;
    let news = told;
    for (let tries = 0; tries < 8; tries += 1) {
      const facts = world.facts();
      yield;
      const heard = news?.(facts);
      news = undefined;
      const settings = { records: true, consentVersion, longestMs, isHere: true, isSweep: looks };
      const command = heard ? undefined : due(facts, settings, world.now());
      if (!heard && !command) return;
      const happening = command ? this.#done(() => this.#carryOut(command, facts)) : heard;
      yield;
      const isLook = command?.do === 'look' || command?.do === 'lookJoin';
      if (isLook) looks = false;
      const capture = happening ? after(facts.capture, happening, world.now()) : null;
      if (happening && capture === facts.capture && command && !isLook) return;
      if (!happening || capture === null || capture === facts.capture) continue;
      const isKept = this.#done(() => world.keep(facts, capture, command?.do === 'reserve'));
      const isBegun = happening.what === 'started' || happening.what === 'found';
      if (!isKept && isBegun && isStray(world, happening.captureId)) this.#stop(happening.captureId);
    }
    if (isAlone) throw new Broken('it goes round in circles');
  }

  #done<Answer>(act: () => Answer): Answer {
    const answer = act();
    this.losesAfter -= 1;
    if (this.losesAfter >= 0) return answer;
    this.losesAfter = Infinity;
    this.late += 1;
    throw new Lost();
  }

  #stop(captureId: string): void {
    const { capture, unwantedMs, pipelines, ms } = this.world;
    const isLong = capture?.startedAt && ms >= Date.parse(capture.startedAt) + this.longestMs;
    const isWanted = capture?.captureId === captureId && unwantedMs === Infinity && !isLong;
    if (isWanted) throw new Broken('a capture is stopped that should go on');
    pipelines.stop(captureId, ms);
  }

  #carryOut(command: Command, facts: RecordingFacts): Happening | undefined {
    const { world } = this;
    const { pipelines, ms } = world;
    switch (command.do) {
      case 'reserve':
        return { what: 'reserved' };
      case 'refuse':
        return { what: 'refused', reason: command.reason };
      case 'settle':
        world.settle();
        return { what: 'settled' };
      case 'start':
        if (facts.isSpoilt || facts.isOver) throw new Broken('a capture is begun that nobody may begin');
        return pipelines.start(command.token, world.isOver, ms);
      case 'find':
        return pipelines.find();
      case 'stop':
        this.#stop(command.captureId);
        return { what: 'stopAsked', reason: command.reason };
      case 'look': {
        const state = pipelines.captures.find(({ id }) => id === command.captureId)?.state;
        if (state === 'runs') return { what: 'ran' };
        return { what: 'over', reason: state === 'failed' ? 'Failed' : overReason(facts), at: null };
      }
      case 'count': {
        const expectedMs = pipelines.capturedMs();
        return expectedMs === undefined ? { what: 'noChunks' } : { what: 'counted', expectedMs, gapMs: 0 };
      }
      case 'join':
        if (command.drops !== null) pipelines.drop(command.drops);
        return pipelines.join(command.token, ms);
      case 'lookJoin':
        return pipelines.lookJoin(command.concatenationId);
      case 'giveUp':
        if (command.drops !== null) pipelines.drop(command.drops);
        return { what: 'gaveUp' };
      case 'discard':
        pipelines.discard();
        return { what: 'discarded' };
      case 'stopCaptions':
        world.stopCaptions();
        return undefined;
    }
  }

  /** The second leg of everything. */
  sweep(): void {
    const { world, late } = this;
    this.wake({ isSweep: true });
    const running = world.pipelines.running();
    if (running && isStray(world, running.id)) this.#stop(running.id);
    else if (running && world.capture?.state === 'starting') this.wake({ told: () => world.pipelines.find() });
    if (this.late === late && world.unsettled().length > 0) throw new Broken('somebody is not as she should be');
    this.check();
  }

  pass(ms: number): void {
    const { world } = this;
    const until = world.ms + ms;
    while (world.ms < until) {
      world.ms = Math.min(until, this.#nextSweepMs, Math.max(world.ms + 1, world.pipelines.nextMs()));
      const alive = this.#slow.filter(({ bornMs }) => world.ms - bornMs < lifetimeMs);
      this.late += this.#slow.length - alive.length;
      this.#slow = alive;
      const { heard, failed } = world.pipelines.pass(world.ms);
      for (const id of failed) {
        this.wake({ told: ({ capture }) => (capture?.concatenationId === id ? { what: 'joinFailed' } : undefined) });
      }
      // Each is told of twice.
      for (const file of heard) {
        const verdict = world.recordJoined(file);
        if (world.recordJoined(file) !== verdict) throw new Broken('a file is judged anew');
        if (verdict === 'short') this.wake();
      }
      if (world.ms >= this.#nextSweepMs) {
        this.#nextSweepMs += sweepMs;
        this.sweep();
      }
    }
  }

  /** What holds at every moment. */
  check(): void {
    const { world, longestMs } = this;
    const { pipelines, capture, ms } = world;
    const graceMs = (1 + this.late) * sweepMs + minute;
    for (const { startMs, endMs } of pipelines.captures) {
      const until = Math.min(startMs + longestMs, Math.max(startMs, world.unwantedMs));
      if ((endMs ?? ms) > until + graceMs) throw new Broken('a capture does not stop');
    }
    const running = pipelines.running();
    // A request that was on its way when nothing was found: it is stopped when its answer arrives, or by the sweep.
    const isLate = running && isStray(world, running.id) && running.startMs >= world.refusedMs;
    if (running && isLate && this.#slow.length === 0 && this.late === 0) throw new Broken('a stray capture runs');
    if (running && isLate && ms > running.startMs + graceMs) throw new Broken('a stray capture does not stop');
    if (running && !isLate && world.heard().length > 0) throw new Broken('somebody is recorded who has not agreed');
    if (running && !isLate && isStray(world, running.id)) throw new Broken('nobody knows of a capture that runs');
    const hasEnded = capture?.state === 'running' && !running;
    this.#deafMs = hasEnded ? Math.min(this.#deafMs, ms) : Infinity;
    if (ms > this.#deafMs + graceMs) throw new Broken('it is not recorded, and seems to be');
    if (world.takenMs.length > 1) throw new Broken('two files of one meeting are processed');
    const isWhole = (world.takenMs[0] ?? 0) >= (capture?.expectedMs ?? 0) - 2_000;
    if (capture?.state === 'joined' && !isWhole) throw new Broken('half a recording counts as a whole one');
  }

  /** Everybody goes, every answer arrives, and the sweeps go on. */
  finish(): void {
    const { world } = this;
    this.losesAfter = Infinity;
    world.pipelines.isFull = false;
    if (!world.isOver) world.end();
    for (let hours = 0; hours < 12 && !this.#isQuiet(); hours += 1) this.pass(60 * minute);
    if (!this.#isQuiet()) throw new Broken('it comes to no end');
  }

  #isQuiet(): boolean {
    const { capture, pipelines, captionsOn } = this.world;
    const isAtEnd = capture === null || (ends.has(capture.state) && capture.isSettled);
    return isAtEnd && !pipelines.running() && !captionsOn && pipelines.nextMs() === Infinity;
  }
}
