import { randomUUID } from 'node:crypto';
import type { JsonObject, ServiceError } from '../jsonService.ts';
import type { ScopedAnswer } from '../scopedService.ts';

/** What an operation answers. */
export interface Answer {
  status: number;
  body?: JsonObject;
}

/** The names of what goes wrong before the service is asked, in its own words. */
const ownNames: Readonly<Record<string, string>> = {
  ServiceUnavailable: 'ServiceUnavailableException',
  InternalFailure: 'ServiceFailureException',
};

/** A refusal as all of Chime's APIs send it. */
export function refuse({ name: given, message, status }: ServiceError): ScopedAnswer {
  const name = ownNames[given] ?? given;
  const { headers, ...answer } = json(status, { Code: codeOf(name), Message: message, RequestId: randomUUID() });
  const wait = name === 'ServiceUnavailableException' ? { 'retry-after': '1' } : {};
  return { ...answer, headers: { ...headers, ...wait, 'x-amzn-errortype': name } };
}

export function json(status: number, body: JsonObject | undefined): ScopedAnswer {
  if (body === undefined) return { status, headers: {}, body: '' };
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** What the service calls an error in the body of an answer. */
export function codeOf(name: string): string {
  return name.replace(/Exception$/, '');
}
