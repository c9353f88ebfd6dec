import { ListTablesCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Clock, realClock } from '../../../local/services/clock.ts';
import { Faults } from '../../../local/services/faults.ts';
import { type Gateway, type GatewayOptions, type ObservedCall, startGateway } from '../../../local/services/gateway.ts';
import { type Call, type JsonService, ServiceError } from '../../../local/services/jsonService.ts';
import { clientConfig, failureOf, ManualClock } from '../testClock.ts';

const authorization =
  'AWS4-HMAC-SHA256 Credential=AKIASTEP/20261120/eu-west-1/dynamodb/aws4_request, SignedHeaders=h, Signature=s';
const headers = { authorization, 'content-type': 'application/x-amz-json-1.0' };

let faults: Faults;
let seen: Call[];
let gateway: Gateway;
let clock: ManualClock;

beforeEach(async () => {
  faults = new Faults();
  seen = [];
  clock = new ManualClock();
  gateway = await start();
});
afterEach(() => gateway.close());

function start(options: Partial<GatewayOptions> = {}) {
  const service: JsonService = {
    target: 'DynamoDB_20120810',
    protocol: '1.0',
    operations: {
      Echo: (input) => input,
      ListTables: (_, call) => {
        seen.push(call);
        return { TableNames: [] };
      },
      Refuse: () => {
        throw new ServiceError('ConditionalCheckFailedException', 'no', 400, { Item: { id: { S: '1' } } });
      },
      Break: () => {
        throw new TypeError('a defect');
      },
    },
  };
  return startGateway({
    clock,
    services: [service],
    fallback: async (_, response) => {
      response.writeHead(418).end('s3');
    },
    faults,
    ...options,
  });
}

async function post(operation: string, body: string, more: Record<string, string> = {}) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { ...headers, 'x-amz-target': operation, ...more },
    body,
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) as unknown };
}

test('routes by target and answers in the protocol of the service, with a request id', async () => {
  const answer = await post('DynamoDB_20120810.Echo', '{"text":"größe"}');
  expect(answer).toMatchObject({ status: 200, body: { text: 'größe' } });
  expect(answer.headers.get('content-type')).toBe('application/x-amz-json-1.0');
  expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
});

test('tells the time of the machine, or to callers who live by its clock the time of that', async () => {
  const other = await start({ tellsTime: true });
  const told = [];
  for (const { url } of [gateway, other]) told.push((await fetch(url)).headers.get('date'));
  await other.close();
  expect(told[1]).toBe(new Date(clock.now()).toUTCString());
  expect(told[0]).not.toBe(told[1]);
});

test('sends everything without a target to the fallback', async () => {
  expect((await fetch(`${gateway.url}/bucket/key`)).status).toBe(418);
});

test('tells of every call who made it and what was asked', async () => {
  const calls: ObservedCall[] = [];
  const other = await start({ onCall: (call) => calls.push(call) });
  const target = 'DynamoDB_20120810';
  faults.add({ target, operation: 'Echo', error: 'ThrottlingException', times: 1 });
  const body = '{"text":"a"}';
  await fetch(other.url, { method: 'POST', headers: { ...headers, 'x-amz-target': `${target}.Echo` }, body });
  await fetch(`${other.url}/bucket/key?versionId=1`, { method: 'PUT', headers });
  for (const authorization of ['', 'AWS4-HMAC-SHA256 Credential=nobody']) {
    await fetch(`${other.url}/bucket/key`, { headers: { authorization } });
  }
  await other.close();
  const caller = { accessKeyId: 'AKIASTEP', region: 'eu-west-1' };
  expect(calls).toMatchObject([
    { ...caller, target, operation: 'Echo', input: { text: 'a' } },
    { ...caller, target: 's3', method: 'PUT', url: '/bucket/key?versionId=1', status: 418 },
  ]);
});

test('a service error arrives with its status, its type twice and its fields', async () => {
  const answer = await post('DynamoDB_20120810.Refuse', '{}');
  expect(answer.status).toBe(400);
  expect(answer.headers.get('x-amzn-errortype')).toBe('ConditionalCheckFailedException');
  expect(answer.body).toEqual({ __type: 'ConditionalCheckFailedException', message: 'no', Item: { id: { S: '1' } } });
});

test.each([
  ['an unknown service', 'Kinesis_20131202.PutRecord', '{}', {}, 501, 'NotImplemented', /Kinesis_20131202\.PutRecord/],
  ['an unknown operation', 'DynamoDB_20120810.ExecuteStatement', '{}', {}, 501, 'NotImplemented', /ExecuteStatement/],
  ['an inherited name', 'DynamoDB_20120810.toString', '{}', {}, 501, 'NotImplemented', /toString/],
  [
    'the wrong protocol',
    'DynamoDB_20120810.Echo',
    '{}',
    { 'content-type': 'application/x-amz-json-1.1' },
    501,
    'NotImplemented',
    /1\.1/,
  ],
  ['malformed JSON', 'DynamoDB_20120810.Echo', '{', {}, 400, 'SerializationException', /JSON/],
  ['a body that is no object', 'DynamoDB_20120810.Echo', '[]', {}, 400, 'SerializationException', /object/],
  ['no credentials', 'DynamoDB_20120810.Echo', '{}', { authorization: '' }, 403, 'MissingAuthenticationToken', /Token/],
])('refuses %s', async (_, target, body, more, status, name, message) => {
  const answer = await post(target, body, more);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ __type: name, message: expect.stringMatching(message) as string });
});

test('refuses a protocol that is not JSON, instead of taking it for S3', async () => {
  const response = await fetch(`${gateway.url}/service/S/operation/O`, {
    headers: { 'smithy-protocol': 'rpc-v2-cbor' },
  });
  expect(response.status).toBe(501);
});

test('a defect of a stand-in is a 500 and is printed', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(await post('DynamoDB_20120810.Break', '{}')).toMatchObject({
    status: 500,
    body: { __type: 'InternalFailure' },
  });
  expect(printed).toHaveBeenCalledWith(expect.objectContaining({ message: 'a defect' }));
  printed.mockRestore();
});

test('a defect of the fallback is a 500 and is printed', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  const other = await start({ fallback: () => Promise.reject(new Error('s3 fell over')) });
  expect((await fetch(other.url)).status).toBe(500);
  expect(printed).toHaveBeenCalledWith(expect.objectContaining({ message: 's3 fell over' }));
  printed.mockRestore();
  await other.close();
});

test('tells a service the region and the access key id of the caller', async () => {
  const client = new DynamoDBClient(clientConfig(gateway.url, 'us-east-1'));
  await client.send(new ListTablesCommand({}));
  expect(seen).toEqual([{ region: 'us-east-1', accessKeyId: 'AKIATEST' }]);
  client.destroy();
});

test('injects a fault as often as told, only where it applies, and records every call', async () => {
  const client = new DynamoDBClient(clientConfig(gateway.url));
  const list = (limit: number) => client.send(new ListTablesCommand({ Limit: limit }));
  faults.add({
    target: 'DynamoDB_20120810',
    operation: 'ListTables',
    error: 'ThrottlingException',
    times: 2,
    when: (input) => input['Limit'] === 1,
  });
  await list(2);
  expect(await failureOf(list(1))).toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } });
  expect(await failureOf(list(1))).toMatchObject({ name: 'ThrottlingException' });
  await list(1);
  expect(faults.count('DynamoDB_20120810', 'ListTables')).toBe(4);
  expect(faults.calls[0]).toMatchObject({ operation: 'ListTables', region: 'eu-west-1', accessKeyId: 'AKIATEST' });
  client.destroy();
});

test('counts each request as busy', async () => {
  const busy: Promise<unknown>[] = [];
  const clock: Clock = {
    ...realClock(),
    busy: (work) => {
      busy.push(work);
      return work;
    },
  };
  const other = await start({ clock, services: [{ target: 'S', protocol: '1.0', operations: { A: () => ({}) } }] });
  await fetch(other.url, { method: 'POST', headers: { ...headers, 'x-amz-target': 'S.A' }, body: '{}' });
  expect(busy).toHaveLength(1);
  await other.close();
});

test('a port in use is a clear error with its code', async () => {
  const error = await failureOf<NodeJS.ErrnoException>(start({ port: gateway.port }));
  expect(error.code).toBe('EADDRINUSE');
  expect(error.message).toContain(`Port ${gateway.port}`);
});

test('close ends connections that are kept alive', async () => {
  const other = await start();
  await fetch(other.url, { headers: { connection: 'keep-alive' } });
  await other.close();
  await expect(fetch(other.url)).rejects.toThrow('fetch failed');
});

describe('a service that is away', () => {
  test('answers 503 to whatever it is asked, until it is back', async () => {
    const until = clock.now() + 1_000;
    faults.addOutage({ target: 'DynamoDB_20120810', until });
    expect(await post('DynamoDB_20120810.Echo', '{}')).toMatchObject({
      status: 503,
      body: { __type: 'ServiceUnavailable' },
    });
    await clock.advance(1_000);
    expect((await post('DynamoDB_20120810.Echo', '{}')).status).toBe(200);
  });

  test('may be S3, for some callers and some calls', async () => {
    const when = (call: string, caller: string) => call.startsWith('PUT ') && caller === 'AKIASTEP';
    faults.addOutage({ target: 's3', until: Number.POSITIVE_INFINITY, when });
    const statusOf = async (method: string, sent: Record<string, string> = { authorization }) =>
      (await fetch(`${gateway.url}/bucket/key`, { method, headers: sent })).status;
    expect([await statusOf('PUT'), await statusOf('GET'), await statusOf('PUT', {})]).toEqual([503, 418, 418]);
    faults.clear();
    expect(await statusOf('PUT')).toBe(418);
  });
});
