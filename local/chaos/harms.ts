import * as v from 'valibot';
import type { Random } from '../cases/random.ts';
import { oneOf } from './draw.ts';

/** What happens at one point: to a call, to a call that carries words, to an invocation or to an event. */
const harms = {
  throttled: 'call',
  failed: 'call',
  reset: 'call',
  hang: 'call',
  slow: 'call',
  /** The effect is done, and then the answer is an error, none, or silence. */
  'failed-after': 'call',
  'lost-after': 'call',
  'hang-after': 'call',
  /** The stack's clock is set forward by minutes between the effect and its answer. */
  'jump-after': 'call',
  /** The function dies while it makes the call. */
  'exit-before': 'call',
  'exit-after': 'call',
  'memory-after': 'call',
  /** Someone stops the execution while the call is made; at the end it is redriven. */
  stop: 'call',
  /** The call's service is away from now on, for minutes. */
  away: 'call',
  /** The service refuses a call that carries words, and repeats them in its message. */
  echo: 'words',
  'dead-before': 'invocation',
  'dead-after': 'invocation',
  'timeout-after': 'invocation',
  /** The function throws what no rule knows. */
  broken: 'invocation',
  twice: 'event',
  late: 'event',
  'twice-late': 'event',
  never: 'event',
  /** A message that nobody can read lies in the queue beside the event. */
  poison: 'event',
} as const;
export type Harm = keyof typeof harms;

export const Fault = v.object({
  /**
   * The number of the recording, the function, the service or its operation (none for a call that carries words), and the
   * number of its call, invocation or event for that recording.
   */
  at: v.tuple([v.number(), v.string(), v.number()]),
  do: v.picklist(Object.keys(harms) as [Harm, ...Harm[]]),
  minutes: v.optional(v.number()),
  /** Of `away`: the service, unless it is that of the call. */
  service: v.optional(v.string()),
});
export type Fault = v.InferOutput<typeof Fault>;

/** What is done to the call is counted as of a recording of this number. */
export const callNumber = -1;

export type Level = (typeof harms)[Harm];

export const levelOf = (harm: Harm): Level => harms[harm];

/** After these, a recording may fail: nothing says that trying again could help. */
export const isFinal = ({ do: harm }: Fault): boolean => harm === 'echo' || harm === 'broken';

/** How often each happens. */
export const callHarms: [Harm, number][] = [
  ['throttled', 3],
  ['failed', 3],
  ['reset', 3],
  ['failed-after', 3],
  ['lost-after', 5],
  ['jump-after', 4],
  ['slow', 1],
  ['hang', 0.4],
  ['hang-after', 0.4],
  ['exit-before', 2],
  ['exit-after', 4],
  ['memory-after', 1],
  ['away', 1.5],
  ['stop', 1.5],
];
export const otherHarms: [Harm, number][] = [
  ['dead-before', 2],
  ['dead-after', 2],
  ['timeout-after', 2],
];
export const eventHarms: [Harm, number][] = [
  ['twice', 2],
  ['late', 1],
  ['twice-late', 2],
  ['never', 1],
];

export const minutesOf = (random: Random) => oneOf(random, [1, 1, 2, 5, 10, 30]);
