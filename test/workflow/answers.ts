import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { toOpenApi } from '../../infra/openapi/document.ts';
import { routes } from '../../infra/openapi/routes.ts';

/** A request, as far as the OpenAPI document tells requests apart, and what it was answered. */
export interface Answered {
  method: string;
  /** As it was asked: ids and all. */
  path: string;
  action?: string | undefined;
  status: number;
  body: unknown;
}

const document = toOpenApi(routes, 'test');
const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: { uuid: v.UUID_REGEX, uri: (text: string) => URL.canParse(text), 'date-time': v.ISO_TIMESTAMP_REGEX },
});
// For clients, answers may grow; here, a field that nobody has described is a fault.
ajv.addSchema(closed({ ...document, $id: 'api' }) as AnySchemaObject);

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inside = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, closed(part)]));
  const isOpen = inside['type'] === 'object' && 'properties' in inside && !('additionalProperties' in inside);
  return isOpen ? { ...inside, additionalProperties: false } : inside;
}

/** The path of the document that has a path, with its variable parts in braces. */
function templateOf(path: string): string {
  const fits = (template: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const found = Object.keys(document.paths).find(fits);
  if (found === undefined) throw new Error(`${path} is not in the document`);
  return found;
}

/** The door at which it was asked, as the document names it, and the action: `/meetings create`. */
export function nameOf({ path, action }: Pick<Answered, 'path' | 'action'>): string {
  return [templateOf(path), action].filter(Boolean).join(' ');
}

/**
 * Holds an answer against the OpenAPI document.
 * @param answered `asked`: the body of the request
 * @throws Error naming what is not as the document says
 */
export function checkAnswer({ asked, ...answered }: Omit<Answered, 'action'> & { asked: object }): void {
  const { action } = asked as { action?: unknown };
  const faults = faultsOf({ ...answered, action: typeof action === 'string' ? action : undefined });
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** What of an answer is not as the OpenAPI document says; nothing where all is. */
export function faultsOf(answered: Answered): string[] {
  const { method, action, status, body } = answered;
  const name = nameOf(answered);
  const operation = document.paths[templateOf(answered.path)]?.[method.toLowerCase()];
  const asked = action === undefined ? undefined : operation?.['x-actions']?.[action];
  const response = operation?.responses[`${status}`];
  if (!response) return [`${name}: no answer ${status}`];
  const { code } = body as { code?: string };
  if (status !== 200 && code !== undefined && asked && !asked.refusals.some((one) => one === code)) {
    return [`${name}: not refused for ${code}`];
  }
  const [content] = Object.values(response.content);
  const schema = (status === 200 && asked?.answer) || content?.schema;
  const validate = compiled(schema ?? {});
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${name}: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

const known = new Map<object, ReturnType<Ajv2020['compile']>>();

function compiled(schema: object): ReturnType<Ajv2020['compile']> {
  const text = JSON.stringify(closed(schema)).replaceAll('"#/components', '"api#/components');
  const validate = known.get(schema) ?? ajv.compile(JSON.parse(text) as AnySchemaObject);
  known.set(schema, validate);
  return validate;
}
