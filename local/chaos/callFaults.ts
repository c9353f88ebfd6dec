import type { Random } from '../cases/random.ts';
import { numberOf, oneOf, weighted } from './draw.ts';
import { callHarms, callNumber, eventHarms, type Fault, minutesOf, otherHarms } from './harms.ts';

/** So many that a call is mostly held. */
export const toCallFaults = (random: Random, least: number): Fault[] =>
  Array.from({ length: least + Math.floor(5 * random() ** 1.5) }, () => toCallFault(random));

/** What stands in the way of people who meet, and of what is recorded and written down of it. */
function toCallFault(random: Random): Fault {
  if (random() < 0.3) {
    const harm = weighted(random, eventHarms);
    const isLate = harm === 'late' || harm === 'twice-late';
    const [name, events] = weighted(random, callEvents);
    const at: Fault['at'] = [callNumber, name, 1 + numberOf(random, events)];
    return { at, do: harm, ...(isLate && { minutes: minutesOf(random) }) };
  }
  const [name, calls] = oneOf(random, callPlaces);
  const at: Fault['at'] = [callNumber, name, 1 + numberOf(random, calls)];
  if (random() < 0.2 && functionNames.has(name)) return { at, do: weighted(random, otherHarms) };
  const harm = weighted(
    random,
    callHarms.filter(([one]) => one !== 'stop' && one !== 'jump-after'),
  );
  return { at, do: harm, ...(harm === 'away' && { minutes: minutesOf(random) }) };
}

/** Where a call can be hit: a function, a service, or an operation of it; and at how many of its calls. */
const callPlaces: [name: string, calls: number][] = [
  ['meetings', 40],
  ['followMeeting', 60],
  ['sweepMeetings', 12],
  ['chime', 60],
  ['supabase', 60],
  ['s3', 6],
  ['CreateMediaCapturePipeline', 2],
  ['CreateMediaCapturePipeline', 1],
  ['DeleteMediaCapturePipeline', 2],
  ['CreateMediaConcatenationPipeline', 2],
  ['UpdateAttendeeCapabilities', 3],
  ['record_consent', 4],
  ['keep_capture', 9],
  ['record_joined', 2],
];
const functionNames = new Set(['meetings', 'followMeeting', 'sweepMeetings']);

/** The functions whose events may be lost, late or doubled, how many there are, and how often it happens. */
const callEvents: [[name: string, events: number], number][] = [
  [['followMeeting', 14], 8],
  [['followMeeting', 5], 2],
  [['startWorkflow', 1], 1],
];

/**
 * For a call with somebody silent: nobody hears that a third one is there, and whoever is to silence her dies. Three times
 * before, attendees are brought to what their rows allow.
 */
export const toHiding = (random: Random): Fault[] => [
  { at: [callNumber, 'followMeeting', 3], ...(random() < 0.5 ? { do: 'never' } : { do: 'late', minutes: 30 }) },
  { at: [callNumber, 'UpdateAttendeeCapabilities', 4], do: 'exit-before' },
  // Nor does what Chime tells of a beginning wake anybody.
  { at: [callNumber, 'followMeeting', 6], do: 'never' },
  { at: [callNumber, 'followMeeting', 7], do: 'never' },
];

/** For a call of two: whoever has begun its capture dies before anybody knows of it, and what Chime tells of it is lost. */
export const forgetting: Fault[] = [
  { at: [callNumber, 'CreateMediaCapturePipeline', 1], do: 'exit-after' },
  { at: [callNumber, 'followMeeting', 5], do: 'never' },
  { at: [callNumber, 'followMeeting', 6], do: 'never' },
];
