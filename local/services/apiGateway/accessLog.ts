/** What one request came to, by the names of the stage's variables. */
export interface AccessFacts {
  requestId: string;
  requestTime: string;
  routeKey: string;
  status: string;
  /** What Lambda answered; `-` where it was not asked. */
  integrationStatus: string;
  integrationErrorMessage: string;
  /** Milliseconds. */
  responseLatency: string;
  /** Bytes. */
  responseLength: string;
}

const known = new Set([
  'requestId',
  'requestTime',
  'routeKey',
  'status',
  'integrationStatus',
  'integrationErrorMessage',
  'responseLatency',
  'responseLength',
]);

/**
 * The lines of a stage's access log.
 * @throws Error naming a variable that the stand-in does not know
 */
export function toAccessLog(format: string): (facts: AccessFacts) => string {
  const variable = /\$context\.(\w+(?:\.\w+)*)/g;
  for (const [, name = ''] of format.matchAll(variable)) {
    if (!known.has(name)) throw new Error(`apiGateway: the stand-in does not log $context.${name}`);
  }
  return (facts) => format.replace(variable, (_, name: keyof AccessFacts) => facts[name]);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time as an access log writes it: `29/Nov/2026:09:00:00 +0000`. */
export function toRequestTime(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split(/[T.]/);
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}
