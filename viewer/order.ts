import type { Chart, ChartFinding } from '../pipeline/reading/chart.ts';
import { lists } from '../pipeline/clinical/finding.ts';

/** The groups of findings, in the order in which they are read: first what needs a decision, then what is acted on. */
export const groups = [
  'check',
  'contradicted',
  'allergies',
  'changes',
  'problems',
  'medicines',
  'tests',
  'procedures',
  'possible',
  'denied',
  'family',
  'past',
  'social',
] as const;

export type Group = (typeof groups)[number];

/** The group of each list, unless something of a finding is more urgent. */
export const groupOfList = {
  allergies: 'allergies',
  problems: 'problems',
  medications: 'medicines',
  tests: 'tests',
  procedures: 'procedures',
  possible: 'possible',
  ruledOut: 'denied',
  familyHistory: 'family',
  pastHistory: 'past',
  socialHistory: 'social',
} as const satisfies Record<ChartFinding['list'], Group>;

/** The group of a finding as it stands. */
export function groupOf(finding: ChartFinding): Group {
  if (finding.toCheck) return 'check';
  if (finding.contradictedBy.length > 0) return 'contradicted';
  return finding.list === 'medications' && changeOf(finding) !== null ? 'changes' : groupOfList[finding.list];
}

/** What this consultation changes about a medicine. The clinician's own status says it, where the machine's does not hold. */
export function changeOf({ list, status, foundAs, found }: ChartFinding): 'new' | 'stopped' | 'dose-changed' | null {
  if (list !== 'medications') return null;
  if (status === foundAs) return 'change' in found ? found.change : null;
  if (status === 'planned') return 'new';
  return status === 'stopped' ? 'stopped' : null;
}

/** Every finding of a chart, in reading order, those that were called wrong included. */
export const allOf = ({ findings, dropped }: Chart) => [...lists.flatMap((list) => findings[list]), ...dropped];

/**
 * The place of each finding, by its id. It is taken once, when the consultation is opened: a line that moved under the
 * hands while it is decided on would be lost.
 */
export function toOrder(chart: Chart): Map<Group, string[]> {
  const grouped = Map.groupBy(allOf(chart), groupOf);
  return new Map(
    groups.flatMap((group) => {
      const ids = (grouped.get(group) ?? []).map(({ id }) => id);
      return ids.length > 0 ? [[group, ids] as const] : [];
    }),
  );
}
