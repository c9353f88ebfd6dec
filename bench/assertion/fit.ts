import { scaleOf, type Weights } from '../../pipeline/clinical/assertion/likelihood.ts';
import { type Kind, readings } from '../../pipeline/clinical/assertion/readings.ts';

/** A labelled mention: its cues, and the index of the reading that a clinician gives it. */
export interface Sample {
  consultation: string;
  kind: Kind;
  cues: ReadonlySet<string>;
  label: number;
  /** Readings that another clinician could defend. */
  accepted: ReadonlySet<number>;
  weight: number;
}

/** Tenths of the consultations, each left out of the fit in turn. */
const folds = 10;

/** The samples to fit on and the samples to judge on, for each tenth. */
export function foldsOf(samples: readonly Sample[]): { train: Sample[]; test: Sample[]; consultations: string[] }[] {
  const ids = [...new Set(samples.map((one) => one.consultation))].sort();
  return Array.from({ length: Math.min(folds, ids.length) }, (_, fold) => {
    const consultations = ids.filter((__, at) => at % folds === fold);
    const isOut = ({ consultation }: Sample) => consultations.includes(consultation);
    return { train: samples.filter((one) => !isOut(one)), test: samples.filter(isOut), consultations };
  });
}

/** Cues that fewer samples have are left out: they would only remember a consultation. */
const fewest = 16;
/** A cue whose weights are all smaller says nothing. */
const least = 0.08;
/** Ridge, steps and step size of the descent. */
const ridge = 0.002;
const steps = 120;
const stepSize = 0.05;

/** A softmax over the readings of each kind. Plain arithmetic in a fixed order: the same samples give the same weights. */
export function fit(samples: readonly Sample[]): Weights {
  const kinds = Object.keys(readings) as Kind[];
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      fitKind(
        samples.filter((one) => one.kind === kind),
        readings[kind].length,
      ),
    ]),
  ) as unknown as Weights;
}

function fitKind(samples: readonly Sample[], classes: number): Record<string, number[]> {
  const names = frequent(samples);
  const indexOf = new Map(names.map((name, at) => [name, at]));
  const rows = samples.map(({ cues, label, weight }) => ({
    at: Int32Array.from([...cues].flatMap((cue) => indexOf.get(cue) ?? []).sort((a, b) => a - b)),
    scale: scaleOf(cues.size),
    label,
    weight,
  }));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const theta = descend(rows, names.length, classes, total);
  const table = names.map(
    (name, at) => [name, [...theta.subarray(at * classes, (at + 1) * classes)].map(round)] as const,
  );
  return Object.fromEntries(table.filter(([, row]) => row.some((weight) => Math.abs(weight) >= least)));
}

function frequent(samples: readonly Sample[]): string[] {
  const counts = new Map<string, number>();
  for (const { cues } of samples) for (const cue of cues) counts.set(cue, (counts.get(cue) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= fewest)
    .map(([name]) => name)
    .sort();
}

interface Row {
  at: Int32Array;
  /** What each of its cues counts. */
  scale: number;
  label: number;
  weight: number;
}

/** Gradient descent with a step of its own for each weight (Adam: Kingma and Ba, 2015). */
function descend(rows: readonly Row[], cues: number, classes: number, total: number): Float64Array {
  const theta = new Float64Array(cues * classes);
  const [mean, spread, slope] = [theta.slice(), theta.slice(), theta.slice()];
  const odds = new Float64Array(classes);
  for (let step = 1; step <= steps; step += 1) {
    for (let at = 0; at < theta.length; at += 1) slope[at] = ridge * theta[at]!;
    for (const row of rows) addSlope(row, theta, slope, odds, total);
    const [fade, fadeSpread] = [1 - 0.9 ** step, 1 - 0.99 ** step];
    for (let at = 0; at < theta.length; at += 1) {
      mean[at] = 0.9 * mean[at]! + 0.1 * slope[at]!;
      spread[at] = 0.99 * spread[at]! + 0.01 * slope[at]! * slope[at]!;
      theta[at] = theta[at]! - (stepSize * (mean[at]! / fade)) / (Math.sqrt(spread[at]! / fadeSpread) + 1e-6);
    }
  }
  return theta;
}

function addSlope(
  { at, scale, label, weight }: Row,
  theta: Float64Array,
  slope: Float64Array,
  odds: Float64Array,
  total: number,
): void {
  const classes = odds.length;
  odds.fill(0);
  for (const cue of at)
    for (let of = 0; of < classes; of += 1) odds[of] = odds[of]! + scale * theta[cue * classes + of]!;
  const most = Math.max(...odds);
  let sum = 0;
  for (let of = 0; of < classes; of += 1) sum += odds[of] = Math.exp(odds[of]! - most);
  for (let of = 0; of < classes; of += 1) {
    const miss = ((scale * weight) / total) * (odds[of]! / sum - (of === label ? 1 : 0));
    for (const cue of at) slope[cue * classes + of] = slope[cue * classes + of]! + miss;
  }
}

const round = (weight: number) => Math.round(weight * 100) / 100;
