import type { Statement } from '../../../local/services/iam/evaluate.ts';

/** The smallest thing that a statement allows: one action on one resource under one value of each condition. */
export interface Grant extends Statement {
  Action: string;
  Resource: string;
  Condition: Record<string, Record<string, string>>;
}

/** A role's Allow statements taken apart: to take a grant away is to take away nothing else. */
export function grantsOf(statements: readonly Statement[]): Grant[] {
  return statements.flatMap(({ Sid, Effect, Action = [], NotAction, Resource, Condition = {} }) => {
    if (Effect !== 'Allow' || NotAction !== undefined) throw new Error(`${Sid} is no list of grants`);
    return [Action].flat().flatMap((action) =>
      [Resource].flat().flatMap((resource) =>
        alternatives(Condition).map((condition) => ({
          ...(Sid === undefined ? {} : { Sid }),
          Effect,
          Action: action,
          Resource: resource,
          Condition: condition,
        })),
      ),
    );
  });
}

type Values = string | string[];

function alternatives(condition: Record<string, Record<string, Values>>): Grant['Condition'][] {
  const flat = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: [values].flat() })),
  );
  return flat.reduce<Grant['Condition'][]>(
    (made, { operator, key, values }) =>
      made.flatMap((one) => values.map((value) => ({ ...one, [operator]: { ...one[operator], [key]: value } }))),
    [{}],
  );
}

/** A grant in a line, for people. */
export function describeGrant({ Sid, Action, Resource, Condition }: Grant): string {
  const conditions = Object.values(Condition).flatMap((keys) => Object.entries(keys).map((pair) => pair.join('=')));
  return [`${Sid}: ${Action} on ${Resource}`, ...conditions].join(', ');
}
