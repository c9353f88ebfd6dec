/** One statement of a policy, its intrinsic functions resolved. */
export interface Statement {
  Sid?: string;
  Effect: string;
  Principal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** One request as IAM sees it: who asks for which action on what, and what the condition keys hold. */
export interface IamCall {
  /** A function's name, the state machine's or a service's. */
  principal: string;
  action: string;
  /** An ARN; `*` for an action that supports no resource. */
  resource: string;
  conditions: Readonly<Record<string, string>>;
}

const known: readonly string[] = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'Condition'];

/**
 * What IAM would say: an explicit Deny wins, and what nothing allows is denied.
 * @throws Error for whatever of a statement it does not know: never is that taken for a permission
 */
export function allows(statements: readonly Statement[], call: IamCall): boolean {
  const effects = statements.filter((statement) => applies(statement, call)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function applies(statement: Statement, call: IamCall): boolean {
  const unknown = Object.keys(statement).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`a statement's ${unknown} is not known`);
  const { Effect, Principal, Action, NotAction, Resource, Condition = {} } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`the effect ${Effect} is not known`);
  if (Principal !== undefined && Principal !== '*') throw new Error('a principal other than * is not known');
  if ((Action === undefined) === (NotAction === undefined)) throw new Error('a statement has Action or NotAction');
  const action = call.action.toLowerCase();
  const names = (of: string | string[]) => [of].flat().some((pattern) => isLike(action, pattern.toLowerCase()));
  const isNamed = Action === undefined ? !names(NotAction ?? []) : names(Action);
  // Conditions are looked at in any case: an operator that is not known must not hide behind another action.
  const isMet = Object.entries(Condition).map((test) => meets(test, call));
  return isNamed && [Resource].flat().some((pattern) => isLike(call.resource, pattern)) && isMet.every(Boolean);
}

type Operator = (value: string, wanted: string) => boolean;

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringLike: isLike,
  // A call here is about one item, so it has one leading key.
  'ForAllValues:StringLike': isLike,
  Bool: (value, wanted) => value === wanted,
  NumericGreaterThan: (value, wanted) => Number(value) > Number(wanted),
  // An asterisk never reaches beyond its part of the ARN.
  ArnEquals: isArnLike,
  ArnLike: isArnLike,
};

/** Every key, in any case, must hold one of its values. A key that the request does not have holds none. */
function meets([name, keys]: [string, Record<string, string | string[]>], { conditions }: IamCall): boolean {
  const operator = operators[name];
  if (!operator) throw new Error(`the condition operator ${name} is not known`);
  return Object.entries(keys).every(([key, wanted]) => {
    const [, value] = Object.entries(conditions).find(([one]) => one.toLowerCase() === key.toLowerCase()) ?? [];
    return value !== undefined && [wanted].flat().some((one) => operator(value, one));
  });
}

function isArnLike(value: string, pattern: string): boolean {
  const wanted = partsOf(pattern);
  const parts = partsOf(value);
  return parts.length === wanted.length && parts.every((part, at) => isLike(part, wanted[at] ?? ''));
}

/** Five parts, and the resource with whatever colons it has. */
function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const patterns = new Map<string, RegExp>();

function isLike(value: string, pattern: string): boolean {
  if (pattern.includes('${')) throw new Error(`the policy variable in ${pattern} is not known`);
  const made =
    patterns.get(pattern) ??
    new RegExp(`^${RegExp.escape(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.')}$`, 's');
  patterns.set(pattern, made);
  return made.test(value);
}
