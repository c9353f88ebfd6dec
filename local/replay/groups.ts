import type { Case } from '../cases/caseFolder.ts';
import { defaultOperations, type Operation, operationNames } from '../../pipeline/clinical/operations.ts';

/** Cases that one stack can run. */
export interface Group {
  /** The Comprehend Medical operations that its deployment calls. */
  operations: readonly Operation[];
  cases: Case[];
}

/**
 * Groups the cases by the operations that their deployment calls: those that the case names, else the given ones.
 * Groups come in the order of their first case.
 */
export function toGroups(cases: readonly Case[], otherwise: readonly Operation[] = defaultOperations): Group[] {
  const groups = new Map<string, Group>();
  for (const given of cases) {
    const wanted = given.session?.operations ?? otherwise;
    const operations = operationNames.filter((name) => wanted.includes(name));
    const group = groups.get(operations.join()) ?? { operations, cases: [] };
    group.cases.push(given);
    groups.set(operations.join(), group);
  }
  return [...groups.values()];
}
