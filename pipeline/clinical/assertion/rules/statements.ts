import { isConsidered, isFeared, isHoped, isOfTest } from './considered.ts';
import { denied, isExcluded, isSetAside } from './denials.ts';
import { isAllergy, isStopped } from './medicines.ts';
import { isPast } from './past.ts';
import { isPlanned } from './proposals.ts';
import type { Decision, Rule, Stated } from './stated.ts';
import { ofSomebodyElse } from './whose.ts';

/** In the order in which they decide. */
const rules: readonly Rule[] = [
  isFeared,
  isHoped,
  isOfTest,
  ofSomebodyElse,
  isAllergy,
  isStopped,
  isPast,
  isExcluded,
  isSetAside,
  denied,
  isConsidered,
  isPlanned,
];

/** What the statement says of a finding, when it says more than that it is there. */
export function readStatement(stated: Stated): Decision | undefined {
  for (const rule of rules) {
    const decided = rule(stated);
    if (decided) return decided;
  }
  return undefined;
}
