import { toChart } from '../../pipeline/reading/draw.ts';
import type { ChartFinding } from '../../pipeline/reading/chart.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import type { FindingList } from '../../pipeline/clinical/finding.ts';
import { allOf } from '../../viewer/order.ts';

/** A finding of a consultation as it is drawn, by its label. */
export function drawn(opened: Opened, label: string): ChartFinding {
  const found = allOf(toChart(opened)).find((finding) => finding.label === label);
  if (!found) throw new Error(`no ${label}`);
  return found;
}

/** A consultation in which one finding was found otherwise. */
export function foundAs(
  opened: Opened,
  label: string,
  facts: { toCheck?: ['present', 'possible']; contradictedBy?: FindingList[] },
): Opened {
  const { toCheck, contradictedBy } = facts;
  const problems = opened.consultation.problems.map((finding) =>
    finding.label === label
      ? { ...finding, ...(toCheck && { toCheck: { readings: toCheck } }), ...(contradictedBy && { contradictedBy }) }
      : finding,
  );
  return { ...opened, consultation: { ...opened.consultation, problems } };
}
