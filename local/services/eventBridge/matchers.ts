import { type Json, NotImplemented, ServiceError } from '../jsonService.ts';

/** Tests one value of the event or, for `exists: false`, fits when there is none. */
export type Match = { absent: true } | { absent?: false; value: (value: Json) => boolean };

type Test = (value: Json) => boolean;
type Compile = (operand: Json, path: string) => Test;

const ignoringCase: Compile = (operand, path) => {
  const lower = string(operand, path).toLowerCase();
  return (value) => typeof value === 'string' && value.toLowerCase() === lower;
};
const prefix: Compile = (operand, path) => affix(operand, path, (value, part) => value.startsWith(part));
const suffix: Compile = (operand, path) => affix(operand, path, (value, part) => value.endsWith(part));
const wildcard: Compile = (operand, path) => {
  const pattern = wildcardPattern(string(operand, path), path);
  return (value) => typeof value === 'string' && pattern.test(value);
};

const compilers: Record<string, Compile> = {
  prefix,
  suffix,
  wildcard,
  numeric,
  'equals-ignore-case': ignoringCase,
  'anything-but': anythingBut,
};

/** Compiles one member of a pattern's list: a plain value or an object that names one matcher. */
export function compileMatcher(choice: Json, path: string): Match {
  if (Array.isArray(choice)) throw invalid(`${path}: a list within a list`);
  if (typeof choice !== 'object' || choice === null) return { value: (value) => value === choice };
  const [name, operand] = onlyEntry(choice, path);
  if (name === 'exists') {
    if (typeof operand !== 'boolean') throw invalid(`${path}: exists takes true or false`);
    return operand ? { value: () => true } : { absent: true };
  }
  return { value: compileNamed(compilers, name, operand, path) };
}

function compileNamed(known: Record<string, Compile>, name: string, operand: Json, path: string): Test {
  if (name === 'cidr') throw new NotImplemented(`the event pattern matcher cidr (${path})`);
  const compile = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!compile) throw invalid(`${path}: Unrecognized match type ${name}`);
  return compile(operand, path);
}

/**
 * `anything-but` takes a value, a list of texts or of numbers, or another matcher with one operand or a list of them.
 */
function anythingBut(operand: Json, path: string): Test {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [name, inner] = onlyEntry(operand, path);
    const known = { prefix, suffix, wildcard, 'equals-ignore-case': ignoringCase };
    const tests = listOf(inner, path).map((one) => compileNamed(known, name, one, path));
    return (value) => !tests.some((test) => test(value));
  }
  const refused = listOf(operand, path);
  const kinds = new Set(refused.map((one) => typeof one));
  if (kinds.size > 1 || !(kinds.has('string') || kinds.has('number'))) {
    throw invalid(`${path}: anything-but takes texts or numbers, not both`);
  }
  return (value) => !refused.includes(value);
}

const relations: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", n]`, one bound, or a lower bound followed by an upper one. */
function numeric(operand: Json, path: string): Test {
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length)) throw invalid(`${path}: numeric takes one range`);
  const [sign, bound, upperSign, upper] = operand;
  const fits = numericBound(sign, bound, path);
  if (operand.length === 2) return (value) => typeof value === 'number' && fits(value);
  const fitsUpper = numericBound(upperSign, upper, path);
  const ordered = ['>', '>='].includes(sign as string) && ['<', '<='].includes(upperSign as string);
  if (!ordered || Number(bound) >= Number(upper)) {
    throw invalid(`${path}: numeric takes a lower bound and then an upper one`);
  }
  return (value) => typeof value === 'number' && fits(value) && fitsUpper(value);
}

function numericBound(sign: Json | undefined, bound: Json | undefined, path: string): (value: number) => boolean {
  const relation = typeof sign === 'string' && Object.hasOwn(relations, sign) ? relations[sign] : undefined;
  if (!relation || typeof bound !== 'number') throw invalid(`${path}: numeric takes an operator and a number`);
  return (value) => relation(value, bound);
}

/** A prefix or suffix, which may in turn be compared without regard to case. */
function affix(operand: Json, path: string, has: (value: string, part: string) => boolean): Test {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [name, part] = onlyEntry(operand, path);
    if (name !== 'equals-ignore-case') throw invalid(`${path}: Unrecognized match type ${name}`);
    const lower = string(part, path).toLowerCase();
    return (value) => typeof value === 'string' && has(value.toLowerCase(), lower);
  }
  const part = string(operand, path);
  return (value) => typeof value === 'string' && has(value, part);
}

/** `*` stands for any characters, `\*` and `\\` for themselves; two stars in a row and other escapes are refused. */
function wildcardPattern(glob: string, path: string): RegExp {
  const parts = glob.match(/\\.|./gs) ?? [];
  const source = parts.map((part, at) => {
    if (part === '*') {
      if (parts[at + 1] === '*') throw invalid(`${path}: consecutive wildcard characters`);
      return '.*';
    }
    if (part.startsWith('\\') && !['\\*', '\\\\'].includes(part)) throw invalid(`${path}: invalid escape character`);
    return part.slice(-1).replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

function onlyEntry(object: { [name: string]: Json | undefined }, path: string): [string, Json] {
  const [entry, ...more] = Object.entries(object);
  if (!entry || more.length > 0) throw invalid(`${path}: a matcher has exactly one name`);
  return [entry[0], entry[1] ?? null];
}

function listOf(operand: Json, path: string): Json[] {
  const list = Array.isArray(operand) ? operand : [operand];
  if (list.length === 0) throw invalid(`${path}: an empty list`);
  return list;
}

function string(operand: Json, path: string): string {
  if (typeof operand !== 'string') throw invalid(`${path}: a matcher takes a text`);
  return operand;
}

function invalid(reason: string): ServiceError {
  return new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
