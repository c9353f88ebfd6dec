import { createRequire } from 'node:module';
import type { Json, JsonObject } from '../jsonService.ts';
import { NotImplemented } from '../jsonService.ts';
import { checkBlock } from './checks.ts';
import { invalid, isObject } from './invalid.ts';

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
}

/** The changes that a state may make to its variables and its output once it knows where it goes. */
export interface Outcome {
  Assign?: JsonObject;
  Output?: Json;
}

export interface Catcher extends Outcome {
  ErrorEquals: string[];
  Next: string;
}

export interface Rule extends Outcome {
  Condition: Json;
  Next: string;
}

interface Step extends Outcome {
  Next?: string;
}

interface Guarded extends Step {
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface TaskState extends Guarded {
  Type: 'Task';
  Resource: string;
  Arguments: Json;
  TimeoutSeconds?: Json;
}

export interface MapState extends Guarded {
  Type: 'Map';
  Items?: Json;
  ItemSelector?: Json;
  MaxConcurrency?: Json;
  ItemProcessor: Block;
}

export interface WaitState extends Step {
  Type: 'Wait';
  Seconds?: Json;
  Timestamp?: Json;
}

export interface ChoiceState extends Outcome {
  Type: 'Choice';
  Choices: Rule[];
  Default?: string;
}

export type GuardedState = TaskState | MapState;
export type State =
  | GuardedState
  | WaitState
  | ChoiceState
  | ({ Type: 'Pass' } & Step)
  | { Type: 'Succeed'; Output?: Json }
  | { Type: 'Fail'; Error?: Json; Cause?: Json };

/** A machine or the processor of a Map. */
export interface Block {
  StartAt: string;
  States: Record<string, State>;
}

export interface Machine extends Block {
  TimeoutSeconds?: number;
}

/** asl-validator ships no types. It writes into the definition it is given. */
const validate = createRequire(import.meta.url)('asl-validator') as (
  definition: unknown,
  options: { checkPaths: boolean; checkArn: boolean },
) => { isValid: boolean; errorsText(separator?: string): string };

const topFields = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const largestDefinition = 1024 * 1024;

/**
 * Reads a definition in JSONata mode. Anything that the interpreter would not run exactly as the service does is
 * refused here: with NotImplemented when the service has it and the stand-in does not, with InvalidDefinition when the
 * service refuses it too.
 */
export function parseDefinition(text: string): Machine {
  const bytes = Buffer.byteLength(text);
  if (bytes > largestDefinition) throw invalid(`the definition has ${bytes} bytes, the limit is ${largestDefinition}`);
  const definition = parseObject(text);
  refuseOtherLanguages(definition);
  for (const field of Object.keys(definition)) {
    if (!topFields.includes(field)) throw invalid(`unknown field ${field} of the state machine`);
  }
  checkBlock(definition, 'the state machine', []);
  const verdict = validate(checkable(definition), { checkPaths: true, checkArn: true });
  if (!verdict.isValid) throw invalid(verdict.errorsText('; '));
  return definition as unknown as Machine;
}

/**
 * A copy for asl-validator, which refuses some of what the service runs: an Output other than an object or an
 * expression, an Output of a Choice state, a Condition that is the literal true or false. checkBlock covers these.
 */
function checkable(definition: JsonObject): JsonObject {
  const isState = (value: Json) => isObject(value) && 'Type' in value;
  const text = JSON.stringify(definition, (key, value: Json) => {
    if (key === 'Condition' && typeof value === 'boolean') return '{% true %}';
    return key === 'Output' && !isState(value) ? undefined : value;
  });
  return JSON.parse(text) as JsonObject;
}

function parseObject(text: string): JsonObject {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw invalid(`not JSON: ${(error as Error).message}`);
  }
  if (!isObject(definition)) throw invalid('the definition is not a JSON object');
  return definition;
}

function refuseOtherLanguages(definition: JsonObject): void {
  const language = definition['QueryLanguage'] ?? 'JSONPath';
  if (language === 'JSONPath') throw new NotImplemented('QueryLanguage JSONPath (the default when none is named)');
  if (language !== 'JSONata') throw invalid(`unknown QueryLanguage ${JSON.stringify(language)}`);
}
