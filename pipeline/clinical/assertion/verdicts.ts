import { type Kind, type Reading, readings } from './readings.ts';

/** A mention of a finding with the likelihood of each of its readings. */
export interface Weighed<Mention> {
  mention: Mention;
  likelihood: readonly number[];
  /** Whether the clinician decides in it that a medicine is to be stopped. */
  isStop?: boolean;
  /** Whether it only asks for an allergy, and what follows is no answer. */
  isPassedOver?: boolean;
}

/** What all mentions of one finding come to, and those that say so. */
export interface Verdict<Mention> {
  reading: Reading;
  /** The readings, the likeliest first, where choosing between them costs too much. */
  unsettled: readonly Reading[] | null;
  mentions: Mention[];
}

/**
 * The prices below were chosen on consultations left out of the fit: together they leave one in fifteen findings of real
 * talk to check, and an eighth of the messiest. Read as if it were the patient's, this may harm: so many times as bad as an
 * error that does no harm.
 */
const harm = 3;
/** The worst that can be missed. */
const missedAllergy = 6;
/** An allergy among what is only possible may be overlooked. */
const openAllergy = 4;
/** Called an allergy, a medicine may be withheld without need, and an illness is hidden. */
const seeming = 2;
/** Stopped, never taken, tried long ago: either way it is not taken. */
const alike = 0.6;
/** Two readings of a medicine that a clinician would tell apart at once. */
const nuisance = 2;
/** Leaving a finding to check costs less than being wrong, or nothing would ever be left. */
const toCheck = 0.75;

const notTaken: readonly Reading[] = [
  'stopped',
  'tried-before',
  'planned',
  'not-taking',
  'advised-against',
  'none',
  'family',
  'not-allergic',
];
const taken: readonly Reading[] = ['taking', 'planned'];
const past: readonly Reading[] = ['stopped', 'not-taking', 'tried-before', 'advised-against', 'not-allergic'];

/** What it costs to say `said` of a finding that is `true`: 0 where they agree, 1 for an error that does no harm. */
function costOf(kind: Kind, truth: Reading, said: Reading): number {
  if (truth === said) return 0;
  if (truth === 'allergic') return said === 'possible' ? openAllergy : missedAllergy;
  if (said === 'possible') return toCheck;
  if (said === 'allergic') return seeming;
  if (kind === 'medicine') {
    if (said === 'taking' && notTaken.includes(truth)) return harm;
    if (past.includes(truth) && past.includes(said)) return alike;
    return taken.includes(truth) && past.includes(said) ? nuisance : 1;
  }
  if (said === 'present' && (truth === 'absent' || truth === 'family')) return harm;
  if (kind === 'test') return 1;
  if (said === 'present' && truth === 'none') return harm;
  if (said === 'present' && truth === 'possible') return nuisance;
  if (said !== 'absent') return 1;
  return truth === 'present' ? harm : truth === 'historical' || truth === 'family' ? nuisance : 1;
}

/**
 * One finding has one home: the reading that costs least to be wrong about, over all its mentions. Only what a relative
 * has is told apart, and what is no finding at all (a warning, an example) counts for nothing.
 */
export function toVerdicts<Mention>(kind: Kind, weighed: readonly Weighed<Mention>[]): Verdict<Mention>[] {
  const likeliest = ({ likelihood }: Weighed<Mention>) => readings[kind][likelihood.indexOf(Math.max(...likelihood))];
  const family = weighed.filter((one) => likeliest(one) === 'family');
  const own = weighed.filter((one) => likeliest(one) !== 'family' && likeliest(one) !== 'none');
  const mentionsOf = (some: readonly Weighed<Mention>[]) => some.map(({ mention }) => mention);
  const none = weighed.filter((one) => likeliest(one) === 'none');
  const simply = (reading: Reading, some: readonly Weighed<Mention>[]): Verdict<Mention>[] =>
    some.length > 0 ? [{ reading, unsettled: null, mentions: mentionsOf(some) }] : [];
  const settled = own.length > 0 ? [{ ...settle(kind, own), mentions: mentionsOf(own) }] : [];
  return [...settled, ...simply('family', family), ...simply('none', none)];
}

/** Nothing is quite impossible. */
const unthinkable = 1e-4;
/** A mention that reads as no finding was left out already, so the others are less likely to be none. */
const seldom = 0.3;

/** The likelihood of each reading by all mentions: they repeat each other, so their log-odds grow with the root of their number. */
export function together(kind: Kind, weighed: readonly Weighed<unknown>[]): number[] {
  const sums = readings[kind].map((_, of) =>
    weighed.reduce((sum, { likelihood }) => sum + Math.log((likelihood[of] ?? 0) + unthinkable), 0),
  );
  const scaled = sums.map((sum) => sum / Math.sqrt(weighed.length));
  const most = Math.max(...scaled);
  const odds = scaled.map((sum, of) => Math.exp(sum - most) * (isNoneOfTheirs(readings[kind][of]) ? seldom : 1));
  const total = odds.reduce((sum, each) => sum + each, 0);
  return odds.map((each) => each / total);
}

const isNoneOfTheirs = (reading: Reading | undefined) => reading === 'family' || reading === 'none';

/** How likely a reading of a kind is; not at all, if the kind has no such reading. */
function chanceOf(kind: Kind): (reading: Reading, likelihood: readonly number[]) => number {
  return (reading, likelihood) => likelihood[(readings[kind] as readonly Reading[]).indexOf(reading)] ?? 0;
}

/** So likely that no plan and no dose makes it less of an allergy. */
const sureAllergy = 0.8;

/** Whether somebody names it as an allergy, and nobody takes that back. */
function isAllergy(kind: Kind, weighed: readonly Weighed<unknown>[]): boolean {
  const chance = chanceOf(kind);
  const at = weighed.findIndex(({ likelihood }) => chance('allergic', likelihood) > sureAllergy);
  return at >= 0 && !weighed.slice(at + 1).some(({ likelihood }) => chance('absent', likelihood) > 0.5);
}

/** What each reading that may be said of a finding costs on average, by how likely its readings are. */
export function costsOf(kind: Kind, likelihood: readonly number[]): [said: Reading, cost: number][] {
  const sayable: readonly Reading[] = readings[kind].filter((reading) => !isNoneOfTheirs(reading));
  return sayable.map((said) => [
    said,
    readings[kind].reduce((sum, truth, at) => sum + (likelihood[at] ?? 0) * costOf(kind, truth, said), 0),
  ]);
}

/** So likely that only a decision as sure undoes it. */
const sureStop = 0.6;
/** A later mention must say so much more surely that it is taken after all: most only explain the stop. */
const sureAgain = 0.8;

/** "I'd like you to stop the ramipril.": it stays stopped, whatever is explained of it, unless it is started again. */
function isStopped(kind: Kind, weighed: readonly Weighed<unknown>[]): boolean {
  if (kind !== 'medicine') return false;
  const chance = chanceOf(kind);
  const isTaken = ({ likelihood }: Weighed<unknown>) =>
    chance('planned', likelihood) + chance('taking', likelihood) > sureAgain;
  const at = weighed.findLastIndex((one) => one.isStop === true && chance('stopped', one.likelihood) > sureStop);
  return at >= 0 && !weighed.slice(at + 1).some(isTaken);
}

/** So likely that it is known: wondering about it later makes it no suspicion. */
const sureKnown = 0.75;

/** "I know she has heart failure. ... What I think is that it has got worse.": it stays, unless somebody says that it does not. */
function isKnown(kind: Kind, weighed: readonly Weighed<unknown>[]): boolean {
  const chance = chanceOf(kind);
  const isUndone = ({ likelihood }: Weighed<unknown>) =>
    chance('absent', likelihood) + chance('historical', likelihood) > 0.5;
  const at = weighed.findIndex(({ likelihood }) => chance('present', likelihood) > sureKnown);
  return kind === 'condition' && at >= 0 && !weighed.slice(at + 1).some(isUndone);
}

/** Somebody is allergic or not: the readings that a question leaves open which nobody answered. */
const leftOpen: Readonly<Record<Kind, readonly Reading[]>> = {
  condition: ['present', 'absent'],
  medicine: ['allergic', 'not-allergic'],
  test: ['present', 'absent'],
};

type Settled = Pick<Verdict<unknown>, 'reading' | 'unsettled'>;

function settle(kind: Kind, weighed: readonly Weighed<unknown>[]): Settled {
  const answered = weighed.filter((one) => one.isPassedOver !== true);
  if (isAllergy(kind, answered)) return { reading: 'allergic', unsettled: null };
  if (isStopped(kind, weighed)) return { reading: 'stopped', unsettled: null };
  if (isKnown(kind, weighed)) return { reading: 'present', unsettled: null };
  const cheapest = settleByCost(kind, together(kind, weighed));
  const isNamed = answered.some(({ likelihood }) => chanceOf(kind)('allergic', likelihood) > 0.5);
  // A question that nobody answered makes no allergy, however allergies are talked of around it.
  const isOnlyAsked = cheapest.reading === 'allergic' && answered.length < weighed.length && !isNamed;
  return isOnlyAsked ? { reading: 'possible', unsettled: leftOpen[kind] } : cheapest;
}

function settleByCost(kind: Kind, likelihood: readonly number[]): Settled {
  const costs = costsOf(kind, likelihood);
  const least = Math.min(...costs.map(([, cost]) => cost));
  const reading = costs.find(([, cost]) => cost === least)?.[0] ?? 'possible';
  const chance = chanceOf(kind);
  const likeliest = costs.map(([said]) => said).toSorted((a, b) => chance(b, likelihood) - chance(a, likelihood));
  // What was only suspected is possible too, but nothing is left to choose.
  const isOpen = reading === 'possible' && likeliest[0] !== 'possible';
  return { reading, unsettled: isOpen ? likeliest : null };
}
