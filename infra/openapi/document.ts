import * as v from 'valibot';
import { type RefusalName, refusals } from '../../pipeline/refusals.ts';
import { type Asked, askedOf, doorRefusals, type RouteRow } from './route.ts';
import { toSchema } from './schema.ts';

type Json = Record<string, unknown>;

/** An OpenAPI 3.1 document, as far as it is read here. */
export interface OpenApi extends Json {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Json; securitySchemes: Json };
}

/** One request at one door. */
export interface Operation extends Json {
  operationId: string;
  responses: Record<string, { description: string; content: Record<string, { schema: Json }> }>;
  /** By action: the schemas of its request and its answer, and every code by which it may be refused. */
  'x-actions'?: Record<string, { request: Json; answer: Json; refusals: RefusalName[] }>;
}

const about = `Generated from the schemas by which the routes themselves read their requests. API.md says what is meant.
An action is asked by the field action of the body; x-actions has its request, its answer and its refusals.
Fields that a client does not know may come, and are to be ignored; so are fields that a route does not know.`;

/** The document of all routes, at both doors. @param version of the product */
export function toOpenApi(routes: readonly RouteRow[], version: string): OpenApi {
  const schemas: Json = { GatewayRefusal: gatewayRefusal };
  const paths: OpenApi['paths'] = {};
  for (const row of routes) {
    for (const [action, asked] of askedOf(row)) {
      if (asked.body) schemas[nameOf(row, action, 'request')] = requestOf(action, asked);
      schemas[nameOf(row, action, 'answer')] = toSchema(asked.answer);
    }
    const method = row.method.toLowerCase();
    if (row.path) (paths[row.path] ??= {})[method] = toOperation(row, 'http');
    if (row.edgeFunction) paths[`/functions/v1/${row.edgeFunction}`] = { [method]: toOperation(row, 'edge'), ...edge };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'MedZen', version, description: about, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [server('The HTTP API: the output HttpApiUrl of the stack.', 'https://api.example.org')],
    paths,
    components: { schemas, securitySchemes },
  };
}

const server = (description: string, address: string) => ({
  url: '{address}',
  description,
  variables: { address: { default: address } },
});

const edge = { servers: [server("The Supabase project's address.", 'https://project.supabase.co')] } as object;

const securitySchemes = {
  userToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of Supabase or Firebase.' },
  firebaseToken: {
    type: 'apiKey',
    in: 'header',
    name: 'x-firebase-token',
    description: 'An ID token of Firebase. Where it is sent, it alone decides.',
  },
  eventSecret: { type: 'apiKey', in: 'header', name: 'x-callback-secret', description: 'The secret of the stage.' },
};

const byToken = [{ userToken: [] }, { firebaseToken: [] }];
const securities: Readonly<Record<RouteRow['caller'], object[]>> = {
  user: byToken,
  anybody: [{}, ...byToken],
  eventBridge: [{ eventSecret: [] }],
};

/** What the API Gateway refuses by itself has no code. */
const gatewayRefusal = {
  type: 'object',
  properties: { message: { type: 'string' } },
  required: ['message'],
};
const gatewayStatuses = [404, 413, 429, 500, 503];

/** `meetings.create.request`, `reading.link.answer`; of what is an edge function alone, that one's name is in it. */
export const nameOf = ({ service, path, edgeFunction }: RouteRow, action: string, what: 'request' | 'answer') =>
  [service, action || (path?.split('/').at(-1) ?? edgeFunction), what].join('.');

const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function requestOf(action: string, { body = {} }: Asked) {
  const fields: v.ObjectEntries = action === '' ? body : { action: v.literal(action), ...body };
  return toSchema(v.object(fields));
}

function toOperation(row: RouteRow, door: 'http' | 'edge'): Operation {
  const asked = askedOf(row);
  const common = doorRefusals(row, door);
  const isOneOfMany = 'actions' in row.asked;
  const requests = asked.flatMap(([action, { body }]) => (body ? [refTo(nameOf(row, action, 'request'))] : []));
  const answers = asked.map(([action]) => refTo(nameOf(row, action, 'answer')));
  return {
    operationId:
      door === 'edge' ? (row.edgeFunction ?? '') : [row.method.toLowerCase(), ...wordsOf(row.path)].join('-'),
    summary: isOneOfMany ? row.does : (asked[0]?.[1].does ?? ''),
    tags: [row.service],
    security: securities[row.caller],
    ...(row.params && { parameters: parametersOf(row.params) }),
    ...(requests.length > 0 && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: isOneOfMany ? { oneOf: requests, discriminator: discriminatorOf(row) } : requests[0],
          },
        },
      },
    }),
    responses: {
      '200': {
        description: asked.map(([action, { does }]) => (action === '' ? does : `${action}: ${does}`)).join('\n'),
        content: { [asked[0]?.[1].contentType ?? 'application/json']: { schema: oneOrAny(answers) } },
      },
      ...withOthers(refusedOf([...common, ...asked.flatMap(([, one]) => one.refusals)], door), asked),
    },
    ...(isOneOfMany && { 'x-actions': Object.fromEntries(asked.map((one) => [one[0], actionOf(row, one, common)])) }),
  };
}

const wordsOf = (path = '') => path.split('/').filter((part) => part !== '' && !part.startsWith('{'));

const oneOrAny = (schemas: Json[]): Json => (schemas.length === 1 ? { ...schemas[0] } : { anyOf: schemas });

function parametersOf(params: v.ObjectEntries) {
  return Object.entries(params).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: toSchema(schema as v.GenericSchema),
  }));
}

function discriminatorOf(row: RouteRow) {
  const mapping = askedOf(row).map(([action]) => [action, refTo(nameOf(row, action, 'request')).$ref]);
  return { propertyName: 'action', mapping: Object.fromEntries(mapping) as Json };
}

function actionOf(row: RouteRow, [action, asked]: [string, Asked], common: readonly RefusalName[]) {
  return {
    request: refTo(nameOf(row, action, 'request')),
    answer: refTo(nameOf(row, action, 'answer')),
    refusals: inOrder([...common, ...asked.refusals]),
  };
}

/** Each once, in the order of their statuses. */
function inOrder(names: readonly RefusalName[]): RefusalName[] {
  return [...new Set(names)].toSorted((one, other) => refusals[one][0] - refusals[other][0] || (one < other ? -1 : 1));
}

/** The answers to what is refused, by their statuses. */
function refusedOf(names: readonly RefusalName[], door: 'http' | 'edge'): Operation['responses'] {
  const byStatus = Map.groupBy(inOrder(names), (name) => refusals[name][0]);
  const answers = [...byStatus].map(([status, codes]) => {
    const isGateway = door === 'http' && gatewayStatuses.includes(status);
    const schema = isGateway ? { anyOf: [toRefusal(codes), refTo('GatewayRefusal')] } : toRefusal(codes);
    const description = codes.map((name) => `${name}: ${refusals[name][1]}`).join('\n');
    return [`${status}`, { description, content: { 'application/json': { schema } } }] as const;
  });
  return Object.fromEntries(answers);
}

/** With the answers that have such a status and are no refusals. */
function withOthers(refused: Operation['responses'], asked: readonly [string, Asked][]): Operation['responses'] {
  const others = asked.flatMap(([, { does, also = {} }]) => Object.entries(also).map((one) => [...one, does] as const));
  const joined = others.map(([status, schema, does]) => {
    const { description = does, content } = refused[status] ?? {};
    const known = content?.['application/json']?.schema;
    const schemas = [toSchema(schema), ...(known ? [known] : [])];
    return [status, { description, content: { 'application/json': { schema: oneOrAny(schemas as Json[]) } } }] as const;
  });
  return { ...refused, ...Object.fromEntries(joined) };
}

function toRefusal(codes: readonly RefusalName[]) {
  return {
    type: 'object',
    properties: { error: { type: 'string' }, code: { type: 'string', enum: codes } },
    required: ['error', 'code'],
  };
}
