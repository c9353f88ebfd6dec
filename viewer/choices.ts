import type { AssertionStatus } from '../pipeline/clinical/entities.ts';
import type { ChartFinding } from '../pipeline/reading/chart.ts';
import { listOfStatus } from '../pipeline/reading/statuses.ts';

export interface Choice {
  status: string;
  /** One of the two readings between which the machine could not choose. */
  isLikely: boolean;
  isFound: boolean;
}

/** The statuses that a finding may be given: the likely ones first, where the machine names them. */
export function choicesOf(finding: ChartFinding): Choice[] {
  const { kind, foundAs } = finding;
  const likely = likelyOf(finding);
  const all = [...new Set([...likely, ...Object.keys(listOfStatus[kind])])];
  return all
    .filter((status) => status in listOfStatus[kind])
    .map((status) => ({ status, isLikely: likely.includes(status), isFound: status === foundAs }));
}

/** The statuses between which the machine could not choose, or that two mentions contradict each other in. */
function likelyOf({ kind, foundAs, found }: ChartFinding): string[] {
  if (found.toCheck) return found.toCheck.readings.map((reading) => meaning[kind][reading] ?? reading);
  const lists = found.contradictedBy ?? [];
  const others = Object.entries(listOfStatus[kind]).filter(([, list]) => lists.includes(list));
  // A list of medicines holds them in many statuses: which of them is meant is for the clinician to say.
  return others.length === 0 ? [] : [foundAs, ...(others.length === lists.length ? others.map(([one]) => one) : [])];
}

/** A reading in the words of what the finding is about, where they differ. */
const meaning: Record<ChartFinding['kind'], Partial<Record<AssertionStatus, string>>> = {
  condition: {},
  medicine: { present: 'taking', absent: 'not-taking', historical: 'tried-before' },
  test: {},
  procedure: {},
  habit: { present: 'current', absent: 'never', historical: 'former' },
};
