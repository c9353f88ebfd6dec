import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiPorts, Routed } from '../apiPorts.ts';
import { toClient } from '../client.ts';
import type { Ports } from '../ports.ts';
import { Refusal } from '../refusals.ts';
import { type AnyRouted, type DoorPorts, refused, toDoor } from './http.ts';
import { lambda, type Step } from './lambda.ts';

/** The largest answer of a function, in bytes of its JSON. */
const answerLimit = 6_291_556;
/** From so many bytes on, compressing is worth its time. */
const packedFrom = 64 * 1024;

/** The door of an HTTP API in Lambda: makes a handler of a service's routes. */
export function api(name: string, routes: readonly Routed<Ports & ApiPorts>[]) {
  return lambda(name, eachRequest(routes));
}

/** The routes on each request. */
export function eachRequest<Given extends DoorPorts>(
  routes: readonly AnyRouted<Given>[],
): Step<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Given> {
  return (ports) => {
    const door = toDoor(routes, ports);
    return async (event) => toResult(await answer(door, event), event.headers['accept-encoding']);
  };
}

async function answer(door: ReturnType<typeof toDoor>, event: APIGatewayProxyEventV2): Promise<Response> {
  let request: Request;
  try {
    request = toRequest(event);
  } catch {
    // A method or a header that no request can have.
    return refused(new Refusal('InvalidRequest'));
  }
  const { sourceIp, userAgent } = event.requestContext.http;
  return door(request, toClient(sourceIp, userAgent));
}

/** The request of an event in the format 2.0. */
export function toRequest({
  rawPath,
  rawQueryString,
  requestContext,
  headers,
  body,
  isBase64Encoded,
}: APIGatewayProxyEventV2): Request {
  const url = new URL(`https://${requestContext.domainName}`);
  url.pathname = rawPath;
  url.search = rawQueryString;
  const sent = body === undefined || !isBase64Encoded ? body : Buffer.from(body, 'base64');
  const { method } = requestContext.http;
  const given = Object.entries(headers).flatMap(([header, value]) =>
    value === undefined ? [] : [[header, value] as [string, string]],
  );
  return new Request(url, {
    method,
    headers: given,
    ...(sent === undefined || method === 'GET' ? {} : { body: sent }),
  });
}

/**
 * An answer in the format 2.0. A long one is compressed for whoever takes it so: a consultation of hours is then far from
 * the limit. One that no function may give is refused instead, because Lambda would make it a failure.
 * @param encodings of the request, `accept-encoding`
 */
export async function toResult(response: Response, encodings = ''): Promise<APIGatewayProxyStructuredResultV2> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const headers = Object.fromEntries(response.headers);
  const isPacked = bytes.length > packedFrom && takesGzip(encodings);
  const result = isPacked
    ? {
        statusCode: response.status,
        headers: { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
        body: (await promisify(gzip)(bytes)).toString('base64'),
        isBase64Encoded: true,
      }
    : { statusCode: response.status, headers, body: bytes.toString() };
  const isSmall = Buffer.byteLength(JSON.stringify(result)) <= answerLimit;
  return isSmall ? result : toResult(refused(new Refusal('DocumentTooLarge')));
}

function takesGzip(encodings: string): boolean {
  return encodings.split(',').some((encoding) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).+)?$/i.test(encoding));
}
