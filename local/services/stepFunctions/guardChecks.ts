import type { JsonObject } from '../jsonService.ts';
import { invalid } from './invalid.ts';

type Rules = Record<string, (value: unknown) => boolean>;

const whole = (least: number, most: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
const text = (value: unknown) => typeof value === 'string' && value !== '';
const names = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(text);
const anything = () => true;

const retrier: Rules = {
  ErrorEquals: names,
  IntervalSeconds: whole(1, 99_999_999),
  MaxAttempts: whole(0, 99_999_999),
  BackoffRate: (value) => typeof value === 'number' && value >= 1,
  // One year: no execution lasts longer.
  MaxDelaySeconds: whole(1, 31_622_399),
  JitterStrategy: (value) => value === 'FULL' || value === 'NONE',
  Comment: text,
};

const catcher: Rules = { ErrorEquals: names, Next: text, Assign: anything, Output: anything, Comment: text };

/** Checks every retrier of a state: fields, ranges, and `States.ALL` alone and last. Throws InvalidDefinition. */
export function checkRetry(state: JsonObject, name: string): void {
  const retriers = guards(state['Retry'], retrier, `Retry of state ${name}`);
  for (const { IntervalSeconds = 1, MaxDelaySeconds } of retriers) {
    if (MaxDelaySeconds !== undefined && Number(MaxDelaySeconds) <= Number(IntervalSeconds)) {
      throw invalid(`Retry of state ${name}: MaxDelaySeconds must be above IntervalSeconds`);
    }
  }
}

/** Checks every catcher of a state in the same way. Throws InvalidDefinition. */
export function checkCatch(state: JsonObject, name: string): void {
  guards(state['Catch'], catcher, `Catch of state ${name}`);
}

function guards(value: unknown, rules: Rules, where: string): JsonObject[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(`${where} is not an array`);
  const list = value as JsonObject[];
  for (const guard of list) {
    checkFields(guard, rules, where);
    checkErrors(guard['ErrorEquals'] as string[] | undefined, guard === list.at(-1), where);
  }
  return list;
}

function checkFields(guard: JsonObject, rules: Rules, where: string): void {
  for (const [field, content] of Object.entries(guard)) {
    const rule = rules[field];
    if (!rule) throw invalid(`${where} has the unknown field ${field}`);
    if (!rule(content)) throw invalid(`${where}: ${field} cannot be ${JSON.stringify(content)}`);
  }
}

function checkErrors(errors: string[] | undefined, isLast: boolean, where: string): void {
  if (!errors) throw invalid(`${where} has no ErrorEquals`);
  if (errors.includes('States.ALL') && (errors.length > 1 || !isLast)) {
    throw invalid(`${where}: States.ALL must be alone and last`);
  }
}
