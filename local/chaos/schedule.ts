import * as v from 'valibot';
import { type Random, randomFor } from '../cases/random.ts';

/** What a meeting's recordings are: of a kind, each in as many words of its own. */
const Kinds = v.picklist(['usual', 'twice', 'german', 'unwanted', 'unusable']);
export type Kind = v.InferOutput<typeof Kinds>;

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

const Fault = v.object({
  /**
   * The number of the recording, the function or the service (none for a call that carries words), and the number of its
   * call, invocation or event for that recording.
   */
  at: v.tuple([v.number(), v.string(), v.number()]),
  do: v.picklist(Object.keys(harms) as [Harm, ...Harm[]]),
  minutes: v.optional(v.number()),
  /** Of `away`: the service, unless it is that of the call. */
  service: v.optional(v.string()),
});
export type Fault = v.InferOutput<typeof Fault>;

/**
 * What is uploaded and what is done to it. Executions that were stopped are redriven at the end, those that have failed
 * where `redrive` says so.
 */
const Schedule = v.object({
  meetings: v.array(v.object({ kind: Kinds, recordings: v.number() })),
  faults: v.array(Fault),
  redrive: v.optional(v.boolean()),
  /** How many jobs of each engine the account runs at once, where that may be fewer than there are recordings. */
  jobs: v.optional(v.number()),
  /** Whether two people hold a call meanwhile: for faults, its recording's number is {@link callNumber}. */
  call: v.optional(v.boolean()),
});
export type Schedule = v.InferOutput<typeof Schedule>;

/** What is done to the call is counted as of a recording of this number. */
export const callNumber = -1;

/** @throws Error when the text is no schedule */
export function parseSchedule(text: string): Schedule {
  return v.parse(Schedule, JSON.parse(text));
}

export type Level = (typeof harms)[Harm];

export const levelOf = (harm: Harm): Level => harms[harm];

/** After these, a recording may fail: nothing says that trying again could help. */
export const isFinal = ({ do: harm }: Fault): boolean => harm === 'echo' || harm === 'broken';

/** The functions that are there to be disturbed, and those of them that a queue feeds. */
export interface Functions {
  all: readonly string[];
  /** How many calls each makes for a recording that nothing disturbs. */
  calls: Readonly<Record<string, number>>;
  /** The queue of new recordings: an event that is lost there is a recording that nobody knows of. */
  intake: string;
  woken: readonly string[];
}

/** The schedule of one run of a seed: few faults in most, an outage of hours in some. */
export function toSchedule(seed: string, run: number, functions: Functions): Schedule {
  const random = randomFor(`${seed}/${run}`);
  const jobs = random() < 0.12 ? oneOf(random, [1, 1, 2]) : undefined;
  const meetings = toMeetings(random, jobs !== undefined);
  const recordings = meetings.flatMap(({ kind, recordings }) => Array<Kind>(recordings).fill(kind));
  const count = 1 + Math.floor(8 * random() ** 1.5);
  // Bytes whose execution was stopped are taken up by their next upload: to let the stopped one go on as well makes two.
  const isTakenUp = ({ at: [number], do: harm }: Fault) => harm === 'stop' && recordings[number] === 'twice';
  const faults = Array.from({ length: count }, () => toFault(random, recordings.length, functions)).filter(
    (fault) => !isTakenUp(fault),
  );
  const faulty = random() < 0.2 ? [toFinal(random, recordings, functions)].flat() : [];
  const rare = random();
  if (rare < 0.02) faults.push({ at: [0, functions.intake, 1], do: 'poison' });
  if (rare > 0.96) faults.push({ ...somewhere(random, recordings.length, functions), do: 'away', minutes: 360 });
  faults.push(...toWaiting(random, recordings, jobs).filter((fault) => !isTakenUp(fault)));
  const crowd = jobs === undefined ? {} : { jobs };
  const redrive = random() < 0.7;
  const call = random() < 0.3 ? { call: true } : {};
  const ofCall = call.call ? Array.from({ length: 1 + numberOf(random, 4) }, () => toCallFault(random)) : [];
  return { meetings, faults: [...faults, ...faulty, ...ofCall], redrive, ...crowd, ...call };
}

/**
 * What waiting has to stand: the job ends between the question for it and its answer, and an execution is stopped while it
 * keeps others waiting.
 */
function toWaiting(random: Random, recordings: readonly Kind[], jobs: number | undefined): Fault[] {
  const [overtaken, stopped] = [random() < 0.12, jobs !== undefined && random() < 0.6];
  const [at, call] = [numberOf(random, recordings.length), 1 + numberOf(random, 2)];
  return [
    ...(overtaken ? [{ at: [at, 'Transcribe', 2], do: 'jump-after', minutes: shortJump } satisfies Fault] : []),
    ...(stopped ? [{ at: [at, 'Transcribe', call], do: 'stop' } satisfies Fault] : []),
  ];
}

/** Longer than a job, and shorter than it takes to ask again for one whose end was missed. */
const shortJump = 0.6;

const kinds: Kind[] = ['usual', 'usual', 'usual', 'twice', 'twice', 'german', 'unwanted', 'unusable'];

function toMeetings(random: Random, isCrowded: boolean): Schedule['meetings'] {
  if (isCrowded) {
    const recordings = 2 + numberOf(random, 3);
    return [
      { kind: 'usual', recordings },
      { kind: oneOf(random, kinds), recordings: 1 },
    ];
  }
  if (random() < 0.02) return [{ kind: 'usual', recordings: 10 }];
  const meetings = [{ kind: 'usual' as Kind, recordings: random() < 0.3 ? 2 : 1 }];
  while (meetings.length < 2 || (meetings.length < 3 && random() < 0.4)) {
    meetings.push({ kind: oneOf(random, kinds), recordings: 1 });
  }
  return meetings;
}

const callHarms: [Harm, number][] = [
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
const otherHarms: [Harm, number][] = [
  ['dead-before', 2],
  ['dead-after', 2],
  ['timeout-after', 2],
];
const eventHarms: [Harm, number][] = [
  ['twice', 2],
  ['late', 1],
  ['twice-late', 2],
  ['never', 1],
];

function toFault(random: Random, recordings: number, functions: Functions): Fault {
  const place = random();
  if (place < 0.14) {
    const name = oneOf(random, [functions.intake, ...functions.woken]);
    const drawn = weighted(random, eventHarms);
    // Whoever loses the event of a new recording loses the recording: S3 and EventBridge promise to do neither.
    const harm = drawn === 'never' && name === functions.intake ? 'late' : drawn;
    const isLate = harm === 'late' || harm === 'twice-late';
    return { at: [numberOf(random, recordings), name, 1], do: harm, ...(isLate && { minutes: minutesOf(random) }) };
  }
  const { at } = somewhere(random, recordings, functions);
  if (place < 0.28) return { at: [at[0], at[1], random() < 0.8 ? 1 : 2], do: weighted(random, otherHarms) };
  const harm = weighted(random, callHarms);
  const lasts = harm === 'away' || harm === 'jump-after';
  return { at, do: harm, ...(lasts && { minutes: minutesOf(random) }) };
}

/** What stands in the way of two people who meet, and of what is written down of it. */
function toCallFault(random: Random): Fault {
  if (random() < 0.3) {
    const harm = weighted(random, eventHarms);
    const isLate = harm === 'late' || harm === 'twice-late';
    const at: Fault['at'] = [callNumber, 'followMeeting', 1 + numberOf(random, 4)];
    return { at, do: harm, ...(isLate && { minutes: minutesOf(random) }) };
  }
  const [name, calls] = oneOf(random, callPlaces);
  const at: Fault['at'] = [callNumber, name, 1 + numberOf(random, calls)];
  if (random() < 0.2 && name !== 'chime') return { at, do: weighted(random, otherHarms) };
  const harm = weighted(
    random,
    callHarms.filter(([one]) => one !== 'stop' && one !== 'jump-after'),
  );
  return { at, do: harm, ...(harm === 'away' && { minutes: minutesOf(random) }) };
}

/** Where a call can be hit, and at how many of its calls. */
const callPlaces: [name: string, calls: number][] = [
  ['meetings', 12],
  ['followMeeting', 4],
  ['chime', 6],
];

/** One fault after which the recording may fail: only where its failure can then be shown. */
function toFinal(random: Random, recordings: readonly Kind[], functions: Functions): Fault[] {
  const usual = recordings.flatMap((kind, at) => (kind === 'unusable' ? [] : [at]));
  const recording = oneOf(random, usual);
  if (random() < 0.6) return [{ at: [recording, '', 1 + numberOf(random, 4)], do: 'echo' }];
  return [{ at: [recording, oneOf(random, functions.all), 1], do: 'broken' }];
}

function somewhere(random: Random, recordings: number, { all, calls }: Functions): Pick<Fault, 'at'> {
  const name = oneOf(random, all);
  return { at: [numberOf(random, recordings), name, 1 + numberOf(random, (calls[name] ?? 3) + 1)] };
}

const minutesOf = (random: Random) => oneOf(random, [1, 1, 2, 5, 10, 30]);
const numberOf = (random: Random, count: number) => Math.floor(random() * count);

function oneOf<T>(random: Random, all: readonly T[]): T {
  return all[numberOf(random, all.length)] as T;
}

function weighted(random: Random, all: readonly [Harm, number][]): Harm {
  let left = random() * all.reduce((sum, [, weight]) => sum + weight, 0);
  return (all.find(([, weight]) => (left -= weight) < 0) ?? all[0] ?? ['reset'])[0];
}
