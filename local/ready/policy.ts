/** Somebody who does something with a resource, as a policy on that resource sees it. */
export interface Attempt {
  /** The service's principal: `mediapipelines.chime.amazonaws.com`. */
  service: string;
  /** `s3:PutObject`. */
  action: string;
  /** The ARN; a policy of a key has no other than `*`. */
  resource: string;
  /** What conditions may ask about, by their names. */
  context: Readonly<Record<string, string>>;
}

type OneOrMore<T> = T | readonly T[];

interface Statement {
  Effect?: string;
  Principal?: string | { Service?: OneOrMore<string>; AWS?: OneOrMore<string> };
  Action?: OneOrMore<string>;
  Resource?: OneOrMore<string>;
  Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<string>>>>>;
}

/**
 * Whether a policy on a resource lets a service do something: one statement allows it, and none denies it. A condition that
 * is not known here is not fulfilled: what hangs on it is neither allowed nor denied.
 * @throws SyntaxError for a text that is no JSON
 */
export function allows(policy: string, attempt: Attempt): boolean {
  const { Statement: statements = [] } = JSON.parse(policy) as { Statement?: OneOrMore<Statement> };
  const about = list(statements).filter((statement) => isAbout(statement, attempt));
  return about.some(({ Effect }) => Effect === 'Allow') && about.every(({ Effect }) => Effect !== 'Deny');
}

function isAbout({ Principal, Action, Resource, Condition = {} }: Statement, attempt: Attempt): boolean {
  const services = typeof Principal === 'string' ? Principal : Principal?.Service;
  return (
    list(services).some((service) => service === '*' || service === attempt.service) &&
    // Actions are compared without regard to case.
    list(Action).some((action) => matches(action.toLowerCase(), attempt.action.toLowerCase())) &&
    list(Resource).some((resource) => matches(resource, attempt.resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => isFulfilled(operator, key, list(values), attempt.context)),
    )
  );
}

/** `ArnEquals` takes wildcards, as `ArnLike` does. */
const like = ['StringLike', 'ArnLike', 'ArnEquals'];

function isFulfilled(
  operator: string,
  key: string,
  values: readonly string[],
  context: Readonly<Record<string, string>>,
): boolean {
  const [, value] = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase()) ?? [];
  if (value === undefined) return false;
  if (like.includes(operator)) return values.some((pattern) => matches(pattern, value));
  return operator === 'StringEquals' && values.includes(value);
}

/** `*` stands for any characters, `?` for one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function list<T>(values: OneOrMore<T> | undefined): readonly T[] {
  if (values === undefined) return [];
  return Array.isArray(values) ? (values as readonly T[]) : [values as T];
}
