import type { Json, JsonObject } from '../jsonService.ts';
import { NotImplemented } from '../jsonService.ts';
import { checkCatch, checkRetry } from './guardChecks.ts';
import { invalid, isObject } from './invalid.ts';
import { expressionOf, expressionProblem } from './jsonata.ts';

/** The fields that the interpreter runs, by type of state. */
const common = ['Type', 'Comment', 'QueryLanguage'];
const step = [...common, 'Next', 'End', 'Assign', 'Output'];
const guarded = [...step, 'Retry', 'Catch'];
const fields: Record<string, string[]> = {
  Task: [...guarded, 'Resource', 'Arguments', 'TimeoutSeconds'],
  Map: [...guarded, 'Items', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency'],
  Pass: step,
  Wait: [...step, 'Seconds', 'Timestamp'],
  Choice: [...common, 'Choices', 'Default', 'Assign', 'Output'],
  Succeed: [...common, 'Output'],
  Fail: [...common, 'Error', 'Cause'],
};

/** The fields that the service has and the stand-in does not. */
const refused: Record<string, string[]> = {
  Task: ['Credentials', 'HeartbeatSeconds'],
  Map: ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label', 'ToleratedFailureCount', 'ToleratedFailurePercentage'],
};

/** The fields that may hold expressions, as a whole or inside. */
const templates = [
  'Arguments',
  'Assign',
  'Output',
  'Items',
  'ItemSelector',
  'MaxConcurrency',
  'TimeoutSeconds',
  'Seconds',
  'Timestamp',
  'Error',
  'Cause',
  'Condition',
];

/**
 * Checks a machine or a processor with all its states: fields, resources, retriers, catchers, expressions and
 * the scopes of variables. Targets, reachability and required fields are left to asl-validator, which covers them.
 *
 * @param outer the names of the variables that the scopes around this one assign
 */
export function checkBlock(block: JsonObject, where: string, outer: string[]): void {
  const states = block['States'];
  if (!isObject(states)) throw invalid(`${where} has no States`);
  const list = Object.entries(states).map(([name, state]) => {
    if (!isObject(state)) throw invalid(`state ${name} is not an object`);
    if (name.length > 80) throw invalid(`the name of state ${name} is longer than 80 characters`);
    const assigned = assignedNames(outcomes(state), name, outer);
    return { name, state, assigned, caught: assignedNames(objects(state['Catch']), name, outer) };
  });
  for (const { name, state } of list) {
    // A Catch assigns once the state is over: inside the state, the service lets its names be used again.
    const around = list.flatMap((other) => [...other.assigned, ...(other.name === name ? [] : other.caught)]);
    checkState(state, name, [...outer, ...around]);
  }
}

function checkState(state: JsonObject, name: string, assigned: string[]): void {
  checkFields(state, name);
  checkTemplates(state, `state ${name}`);
  checkRetry(state, name);
  checkCatch(state, name);
  for (const part of [...objects(state['Choices']), ...objects(state['Catch'])]) checkTemplates(part, `state ${name}`);
  if (state['Type'] === 'Task') checkTask(state, name);
  if (state['Type'] === 'Choice') checkChoice(state, name);
  if (state['Type'] === 'Map') checkMap(state, name, assigned);
}

function checkFields(state: JsonObject, name: string): void {
  const type = state['Type'];
  if (type === 'Parallel') throw new NotImplemented(`Parallel state ${name}`);
  const known = typeof type === 'string' ? fields[type] : undefined;
  if (typeof type !== 'string' || !known) throw invalid(`unknown Type ${JSON.stringify(type)} of state ${name}`);
  for (const field of Object.keys(state)) {
    if (refused[type]?.includes(field)) throw new NotImplemented(`field ${field} of ${type} state ${name}`);
    if (!known.includes(field)) throw invalid(`a ${type} state in JSONata has no field ${field} (state ${name})`);
  }
  if ((state['QueryLanguage'] ?? 'JSONata') !== 'JSONata') throw invalid(`state ${name} leaves JSONata`);
}

function checkTemplates(holder: JsonObject, where: string): void {
  for (const field of templates) {
    for (const [location, text] of strings(holder[field] ?? null, field)) {
      const expression = expressionOf(text);
      const problem = expression === undefined ? undefined : expressionProblem(expression);
      if (problem) throw invalid(`field ${location} of ${where}, expression '${expression}': ${problem}`);
    }
  }
}

function strings(template: Json, location: string): [string, string][] {
  if (typeof template === 'string') return [[location, template]];
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([key, part]) => strings(part ?? null, `${location}/${key}`));
}

const invoke = /^arn:aws(-cn|-us-gov)?:states:::lambda:invoke(\.waitForTaskToken)?$/;
const invokeArguments = ['FunctionName', 'Payload'];

function checkTask(state: JsonObject, name: string): void {
  const { Resource, Arguments } = state;
  if (typeof Resource !== 'string') throw invalid(`state ${name} has no Resource`);
  if (!invoke.test(Resource)) throw new NotImplemented(`Resource ${Resource} of state ${name}`);
  if (isObject(Arguments)) {
    if (!Arguments['FunctionName']) throw invalid(`state ${name} invokes a function and names none`);
    const other = Object.keys(Arguments).find((key) => !invokeArguments.includes(key));
    if (other) throw new NotImplemented(`argument ${other} of lambda:invoke (state ${name})`);
  } else if (expressionOf(Arguments) === undefined) {
    throw invalid(`state ${name} invokes a function without Arguments`);
  }
}

const ruleFields = ['Condition', 'Next', 'Assign', 'Output', 'Comment'];

function checkChoice(state: JsonObject, name: string): void {
  for (const rule of objects(state['Choices'])) {
    const other = Object.keys(rule).find((field) => !ruleFields.includes(field));
    if (other) throw invalid(`a rule of state ${name} has the field ${other}, which JSONata rules do not have`);
    const { Condition } = rule;
    if (typeof Condition === 'boolean' || expressionOf(Condition) !== undefined) continue;
    throw invalid(`a Condition of state ${name} is neither an expression nor a boolean`);
  }
}

const processorFields = ['StartAt', 'States', 'Comment', 'QueryLanguage', 'ProcessorConfig'];

function checkMap(state: JsonObject, name: string, assigned: string[]): void {
  const processor = state['ItemProcessor'];
  if (!isObject(processor)) throw invalid(`Map state ${name} has no ItemProcessor`);
  const config = processor['ProcessorConfig'] ?? {};
  if (!isObject(config)) throw invalid(`the ProcessorConfig of state ${name} is not an object`);
  if (config['Mode'] === 'DISTRIBUTED') throw new NotImplemented(`Mode DISTRIBUTED of Map state ${name}`);
  const other = Object.keys(config).find((field) => field !== 'Mode');
  if (other) throw new NotImplemented(`field ${other} in the ProcessorConfig of state ${name}`);
  const unknown = Object.keys(processor).find((field) => !processorFields.includes(field));
  if (unknown) throw invalid(`the field ${unknown} is unknown inside state ${name}`);
  if ((processor['QueryLanguage'] ?? 'JSONata') !== 'JSONata') throw invalid(`state ${name} leaves JSONata`);
  checkBlock(processor, `state ${name}`, assigned);
}

/** The state itself and its choice rules: everything that may assign, but for its catchers. */
function outcomes(state: JsonObject): JsonObject[] {
  return [state, ...objects(state['Choices'])];
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

const variableName = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

function assignedNames(outcomes: JsonObject[], name: string, outer: string[]): string[] {
  const names = outcomes.flatMap(({ Assign }) => (isObject(Assign) ? Object.keys(Assign) : []));
  for (const variable of names) {
    if (variable === 'states' || !variableName.test(variable)) throw invalid(`state ${name} assigns '${variable}'`);
    if (outer.includes(variable)) throw invalid(`state ${name} assigns $${variable}, a variable of an outer scope`);
  }
  return names;
}
