import { type Kind, type Reading, readings } from './likelihood.ts';

/** A mention of a finding with the likelihood of each of its readings. */
export interface Weighed<Mention> {
  mention: Mention;
  likelihood: readonly number[];
}

/** What all mentions of one finding come to, and those that say so. */
export interface Verdict<Mention> {
  reading: Reading;
  mentions: Mention[];
}

/** Read as if it were the patient's, this may harm: so many times as bad as a finding that is left to check. */
const harm = 3;
/** The worst that can be missed. */
const missedAllergy = 6;
/** Two readings of a medicine that a clinician would tell apart at once. */
const nuisance = 2;
/** Leaving a finding to check costs less than being wrong, or nothing would ever be left. */
const toCheck = 0.92;

const notTaken: readonly Reading[] = [
  'stopped',
  'tried-before',
  'planned',
  'not-taking',
  'advised-against',
  'none',
  'family',
];
const taken: readonly Reading[] = ['taking', 'planned'];
const past: readonly Reading[] = ['stopped', 'not-taking', 'tried-before', 'advised-against'];

/** What it costs to say `said` of a finding that is `true`: 0 where they agree, 1 for an error that does no harm. */
function costOf(kind: Kind, truth: Reading, said: Reading): number {
  if (truth === said) return 0;
  if (truth === 'allergic') return said === 'possible' ? nuisance : missedAllergy;
  if (said === 'possible') return toCheck;
  if (kind === 'medicine') {
    if (said === 'taking' && notTaken.includes(truth)) return harm;
    if (said === 'allergic') return nuisance;
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
  return [
    ...(own.length > 0 ? [{ reading: cheapest(kind, together(kind, own)), mentions: mentionsOf(own) }] : []),
    ...(family.length > 0 ? [{ reading: 'family' as const, mentions: mentionsOf(family) }] : []),
  ];
}

/** The last word on a medicine counts more than what was said of it before. */
const lastWord = 1.5;
/** A mention that reads as no finding was left out already, so the others are less likely to be none. */
const seldom = 0.3;

/** The likelihood of each reading by all mentions: they repeat each other, so their log-odds grow with the root of their number. */
function together(kind: Kind, weighed: readonly Weighed<unknown>[]): number[] {
  const sums = readings[kind].map(() => 0);
  let count = 0;
  for (const [at, { likelihood }] of weighed.entries()) {
    const weight = kind === 'medicine' && at === weighed.length - 1 ? lastWord : 1;
    for (const [of, each] of likelihood.entries()) sums[of] = (sums[of] ?? 0) + weight * Math.log(each + 1e-4);
    count += weight;
  }
  const scaled = sums.map((sum) => sum / Math.sqrt(count));
  const most = Math.max(...scaled);
  const odds = scaled.map((sum, of) => Math.exp(sum - most) * (isNoneOfTheirs(readings[kind][of]) ? seldom : 1));
  const total = odds.reduce((sum, each) => sum + each, 0);
  return odds.map((each) => each / total);
}

const isNoneOfTheirs = (reading: Reading | undefined) => reading === 'family' || reading === 'none';

function cheapest(kind: Kind, likelihood: readonly number[]): Reading {
  const sayable = readings[kind].filter((reading) => !isNoneOfTheirs(reading));
  const costs = sayable.map((said) =>
    readings[kind].reduce((sum, truth, at) => sum + (likelihood[at] ?? 0) * costOf(kind, truth, said), 0),
  );
  return sayable[costs.indexOf(Math.min(...costs))] ?? 'possible';
}
