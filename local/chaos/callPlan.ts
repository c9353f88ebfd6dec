import * as v from 'valibot';
import type { Random } from '../cases/random.ts';
import { chatDeeds } from './chatDeeds.ts';
import { numberOf, oneOf, weighted } from './draw.ts';

const People = v.picklist(['provider', 'patient', 'third']);
export type Who = v.InferOutput<typeof People>;

const Deeds = v.picklist([
  /** Asks for the meeting, and so has an attendee in it. */
  'asks',
  /** Goes in with what the last answer gave, after asking where there was none. */
  'enters',
  /** The provider lets in whoever has asked. */
  'admits',
  'agrees',
  'refuses',
  'withdraws',
  /** Is cut off. */
  'drops',
  /** Has a network again, or asks once more. */
  'returns',
  'leaves',
  /** Chime ends the meeting by itself. */
  'loses the meeting',
  'ends',
  'stays',
  ...chatDeeds,
]);

const Act = v.object({ who: People, does: Deeds, /** Until the next one. */ seconds: v.number() });
export type Act = v.InferOutput<typeof Act>;

const SpoilNames = v.picklist([
  'neverBegins',
  'captureFails',
  'interrupted',
  'endsUnsaid',
  'half',
  'lastChunkMissing',
  'neverEnds',
  'joinFails',
]);

/** How media pipelines of the first meeting go wrong. */
const Spoiled = v.object({ name: SpoilNames, times: v.number(), afterMs: v.number() });

/** What the people of a call do, one after the other, and how its recording goes wrong at Chime. */
export const CallPlan = v.object({
  acts: v.array(Act),
  spoils: v.optional(v.array(Spoiled), []),
  /** Whether what was recorded is discarded when somebody withdraws. */
  discards: v.optional(v.boolean(), false),
});
export type CallPlan = v.InferOutput<typeof CallPlan>;

/** Both come and agree, and a while later the provider ends it. */
export const plainCall: CallPlan = {
  acts: [...opening(['provider', 'patient']), act('provider', 'stays', 60), act('provider', 'ends', 5)],
  spoils: [],
  discards: false,
};

function act(who: Who, does: Act['does'], seconds = 5): Act {
  return { who, does, seconds };
}

function opening([first, second]: readonly [Who, Who]): Act[] {
  return [
    act(first, 'asks'),
    act(first, 'enters'),
    act(second, 'asks'),
    act(second, 'agrees'),
    act(second, 'enters'),
    act('provider', 'admits'),
    act(first, 'agrees'),
  ];
}

/** The same, for so long that a sweep comes. */
export const longCall: CallPlan = {
  ...plainCall,
  acts: plainCall.acts.toSpliced(-2, 1, act('provider', 'stays', 700)),
};

/** Somebody is there early and says nothing to its recording. */
export const callWithSilent: CallPlan = {
  ...plainCall,
  acts: [
    ...opening(['provider', 'patient']).filter(({ does }) => does !== 'agrees'),
    act('third', 'asks'),
    act('provider', 'admits'),
    act('third', 'enters'),
    act('patient', 'agrees'),
    act('provider', 'agrees'),
    act('provider', 'stays', 400),
    act('provider', 'ends'),
  ],
};

/** The call of a run. */
export function toCallPlan(random: Random): CallPlan {
  const third = random() < 0.6 ? toThird(random) : { early: [], later: [] };
  const acts = [
    ...toOpening(random, third.early),
    act('provider', 'stays', oneOf(random, [10, 20, 60])),
    ...third.later,
    ...toMiddle(random),
    act('provider', 'stays', weighted(random, stays)),
    ...toEnd(random),
  ];
  const spoils = random() < 0.5 ? [toSpoil(random)] : [];
  return { acts, spoils, discards: random() < 0.4 };
}

/** Seconds: most calls are short, some outlast what may be recorded of them. */
const stays: [seconds: number, weight: number][] = [
  [20, 3],
  [90, 3],
  [400, 2],
  [900, 4],
];

/** @param early what a third one does before the last of the two has agreed */
function toOpening(random: Random, early: readonly Act[]): Act[] {
  const order: [Who, Who] = random() < 0.6 ? ['provider', 'patient'] : ['patient', 'provider'];
  const all = opening(order);
  const when = random();
  // Given before joining; asked for inside; or by somebody who thinks about it for minutes, or says nothing.
  if (when < 0.4) return [...all.slice(0, -1), ...early, ...all.slice(-1)];
  const inside = all.filter(({ does }) => does !== 'agrees');
  const [one, other] = [act(order[0], 'agrees', 20), act(order[1], 'agrees', 20)];
  if (when < 0.7) return [...inside, one, ...early, other];
  const late = act('patient', 'stays', oneOf(random, [150, 240]));
  return [...inside, one, ...early, late, ...(when < 0.95 ? [other] : [])];
}

/** Somebody who is named by the provider: an attendee made early may come when all others are recorded already. */
function toThird(random: Random): { early: Act[]; later: Act[] } {
  const asks = [act('third', 'asks'), act('provider', 'admits')];
  const enters = act('third', 'enters', oneOf(random, [5, 40]));
  const says = random();
  const stay = act('third', 'stays', oneOf(random, [30, 90, 400]));
  const word = act('third', says < 0.8 ? 'agrees' : 'refuses', 30);
  if (says < 0.15) return { early: [], later: [...asks, word, enters] };
  const later = [enters, stay, ...(says < 0.35 ? [] : [word])];
  return random() < 0.5 ? { early: asks, later } : { early: [], later: [...asks, ...later] };
}

/** How long the two are away: shorter than a call outlasts its people. */
const absences = [20, 100, 150];

function toMiddle(random: Random): Act[] {
  const who = oneOf<Who>(random, ['patient', 'patient', 'provider']);
  const happens = random();
  if (happens < 0.2) return [act(who, random() < 0.8 ? 'withdraws' : 'refuses', oneOf(random, [30, 600]))];
  if (happens < 0.35) return [act(who, 'drops', oneOf(random, absences)), act(who, 'returns', 30)];
  if (happens < 0.55) {
    const gone = act('provider', random() < 0.5 ? 'drops' : 'leaves', 5);
    const both = [gone, act('third', 'leaves'), act('patient', 'drops', oneOf(random, absences))];
    return [...both, act('patient', 'returns'), act('provider', 'returns', 60)];
  }
  if (happens < 0.75) {
    const again = [act('provider', 'returns'), act('patient', 'returns'), act('provider', 'admits')];
    const agree = [act('provider', 'agrees'), ...(random() < 0.8 ? [act('patient', 'agrees', 60)] : [])];
    const back = random() < 0.4 ? [act('third', 'returns', 30)] : [];
    return [act('provider', 'loses the meeting', oneOf(random, [5, 60])), ...again, ...agree, ...back];
  }
  return [];
}

function toEnd(random: Random): Act[] {
  const how = random();
  if (how < 0.6) return [act('provider', 'ends')];
  const goes = how < 0.8 ? 'leaves' : 'drops';
  return [act('provider', goes), act('third', goes), act('patient', goes)];
}

type Spoiled = v.InferOutput<typeof Spoiled>;

const names: [Spoiled['name'], weight: number][] = [
  ['neverBegins', 1],
  ['captureFails', 2],
  ['interrupted', 2],
  ['endsUnsaid', 2],
  ['half', 4],
  ['lastChunkMissing', 2],
  ['neverEnds', 1],
  ['joinFails', 2],
];

function toSpoil(random: Random): Spoiled {
  const afterMs = 1_000 * (5 + numberOf(random, 60));
  const name = weighted(random, names);
  // Each of these takes an hour of sweeps.
  return { name, times: name === 'neverEnds' ? 1 : oneOf(random, [1, 1, 1, 2, 3]), afterMs };
}
