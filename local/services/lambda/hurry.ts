import { Socket } from 'node:net';

/**
 * A function whose service hangs waits for seconds of real time. In a hurry its timers run faster, all by the same
 * factor, and its dates begin at the time that the stack gives: whatever limits a call, and whatever repeats it, keeps
 * its proportions.
 */
export function hurry(speed: number): void {
  const own = { setTimeout: globalThis.setTimeout, timeout: AbortSignal.timeout.bind(AbortSignal) };
  const wait = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    own.setTimeout(work, ms / speed, ...args);
  globalThis.setTimeout = Object.assign(wait, own.setTimeout);
  AbortSignal.timeout = (ms) => own.timeout(Math.ceil(ms / speed));
  const { setTimeout: silence } = Socket.prototype as { setTimeout: (this: Socket, ...given: Silence) => Socket };
  Socket.prototype.setTimeout = function (ms, callback) {
    return silence.call(this, Math.ceil(ms / speed), callback);
  };
  globalThis.Date = datesOf(() => base + Math.floor(speed * (performance.now() - since)));
}

type Silence = Parameters<Socket['setTimeout']>;

let base = 0;
let since = 0;

/** Sets the time from which dates are counted. */
export function setTime(now: number): void {
  base = now;
  since = performance.now();
}

function datesOf(now: () => number): DateConstructor {
  const own = globalThis.Date;
  return new Proxy(own, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new own(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
  });
}
