import * as v from 'valibot';
import { type Random, randomFor } from '../cases/random.ts';
import { forgetting, toCallFaults, toHiding } from './callFaults.ts';
import { CallPlan, callWithSilent, longCall, toCallPlan } from './callPlan.ts';
import { toChatFaults } from './chatFaults.ts';
import { withChat } from './chatPlan.ts';
import { numberOf, oneOf, weighted } from './draw.ts';
import { callHarms, eventHarms, Fault, minutesOf, otherHarms } from './harms.ts';

/** What a meeting's recordings are: of a kind, each in as many words of its own. */
const Kinds = v.picklist(['usual', 'twice', 'german', 'unwanted', 'unusable']);
export type Kind = v.InferOutput<typeof Kinds>;

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
  /** The call that is held and recorded meanwhile: for faults, its recording's number is {@link callNumber}. */
  call: v.optional(CallPlan),
});
export type Schedule = v.InferOutput<typeof Schedule>;

/** @throws Error when the text is no schedule */
export function parseSchedule(text: string): Schedule {
  return v.parse(Schedule, JSON.parse(text));
}

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
  const call = random() < 0.3 ? { call: toCallPlan(random) } : {};
  const ofCall = call.call ? toCallFaults(random, 1) : [];
  return { meetings, faults: [...faults, ...faulty, ...ofCall], redrive, ...crowd, ...call };
}

/** The schedule of one run of a seed in which a call is held, in half of them with a chat, and nothing else happens. */
export function toCallSchedule(seed: string, run: number): Schedule {
  const random = randomFor(`${seed}/call ${run}`);
  const rare = random();
  if (rare < 0.06) return { meetings: [], faults: toHiding(random), call: callWithSilent };
  if (rare < 0.1) return { meetings: [], faults: forgetting, call: longCall };
  const [faults, call] = [toCallFaults(random, 0), toCallPlan(random)];
  // Drawn by itself: the calls of a seed are the same with a chat beside them as without.
  const ofChat = randomFor(`${seed}/chat ${run}`);
  if (ofChat() < 0.5) return { meetings: [], faults, call };
  return { meetings: [], faults: [...faults, ...toChatFaults(ofChat)], call: withChat(ofChat, call) };
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
