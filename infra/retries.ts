import { refusal } from './refusal.ts';

/** A state machine, or the part of one inside a Map or a branch: only the fields that its retries need. */
interface Machine {
  States: Readonly<Record<string, State>>;
}

interface State {
  Type?: string;
  Retry?: unknown;
  ItemProcessor?: Machine;
  Branches?: readonly Machine[];
}

export type RetryRules = Readonly<Record<string, unknown>>;

/**
 * A state machine's definition with its retries written out: the rule itself replaces its name in a `Retry`.
 * @throws TemplateInvalid for a name that is not among the rules
 */
export function fillRetries<T extends Machine>(machine: T, rules: RetryRules): T {
  const states = Object.entries(machine.States).map(([name, state]) => [name, fillState(name, state, rules)]);
  return { ...machine, States: Object.fromEntries(states) as T['States'] };
}

function fillState(name: string, state: State, rules: RetryRules): State {
  const { Retry, ItemProcessor, Branches } = state;
  if (Retry !== undefined && !Array.isArray(Retry)) throw refusal('TemplateInvalid', `${name}: its Retry is no list`);
  return {
    ...state,
    ...(Retry && { Retry: Retry.map((rule: unknown) => (typeof rule === 'string' ? find(rule, name, rules) : rule)) }),
    ...(ItemProcessor && { ItemProcessor: fillRetries(ItemProcessor, rules) }),
    ...(Branches && { Branches: Branches.map((branch) => fillRetries(branch, rules)) }),
  };
}

function find(rule: string, state: string, rules: RetryRules): unknown {
  if (Object.hasOwn(rules, rule)) return rules[rule];
  const known = Object.keys(rules).join(', ');
  throw refusal('TemplateInvalid', `${state} names the retry rule ${rule}, which does not exist; there are ${known}`);
}
