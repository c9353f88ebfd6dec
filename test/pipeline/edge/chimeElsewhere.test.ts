import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChimeSDKMeetingsClient } from '@aws-sdk/client-chime-sdk-meetings';
import { afterEach, expect, test } from 'vitest';
import { connectElsewhere, toElsewhere } from '../../../pipeline/edge/chimeElsewhere.ts';
import { withLimit } from '../../../pipeline/edge/limits.ts';

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
const of = { controlRegion: 'af-south-1', meetingId: 'meeting-1' };
/** Short enough for a test that waits for what never comes. */
const brief = { connect: 1_000, silence: 150, attempts: 1 };

let server: Server | undefined;
const asked: string[] = [];
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  asked.length = 0;
});

/** Where a server does that with each request. */
async function serving(answer: (response: ServerResponse) => void): Promise<string> {
  const started = createServer((request, response) => {
    asked.push(
      `${request.method} ${request.url} ${/\/([\w-]+)\/chime\//.exec(request.headers.authorization ?? '')?.[1]}`,
    );
    request.resume();
    answer(response);
  });
  server = started;
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

const at = (endpoint: string, limit?: typeof brief) =>
  toElsewhere(
    (region) => new ChimeSDKMeetingsClient({ endpoint, region, credentials, ...withLimit('chimeElsewhere', limit) }),
  );

const saying = (status: number, name?: string) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json', ...(name && { 'x-amzn-errortype': name }) });
  response.end(name ? JSON.stringify({ Code: name, Message: 'said by the service' }) : '{}');
};

test.each<[string, (response: ServerResponse) => void]>([
  ['the meeting', saying(200)],
  ['that there is none', saying(404, 'NotFoundException')],
  ['that we may not ask', saying(403, 'ForbiddenException')],
  ['that nobody knows our key', saying(403, 'UnrecognizedClientException')],
  ['that our request is wrong', saying(400, 'BadRequestException')],
  ['that we ask too often', saying(429, 'ThrottlingException')],
  ['nonsense', (response) => response.end('<html>')],
])('a region that says %s answers', async (_, answer) => {
  expect(await at(await serving(answer)).answers(of)).toBe(true);
  expect(asked).toEqual(['GET /meetings/meeting-1 af-south-1']);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['says that it failed', saying(500, 'ServiceFailureException')],
  ['says that it is away', saying(503, 'ServiceUnavailableException')],
  ['says so through something before it', saying(502)],
  ['closes the connection', (response) => response.destroy()],
  ['never answers', () => {}],
])('a region that %s does not, and is asked once', async (_, answer) => {
  expect(await at(await serving(answer), brief).answers(of)).toBe(false);
  expect(asked).toEqual(['GET /meetings/meeting-1 af-south-1']);
});

test('a region that takes no connection does not', async () => {
  const endpoint = await serving(() => {});
  await new Promise<void>((done) => server?.close(() => done()));
  expect(await at(endpoint).answers(of)).toBe(false);
});

test('nor does one whose host nobody knows', async () => {
  expect(await at('http://chime.invalid').answers(of)).toBe(false);
});

test('a visit is not taken over because of a fault of ours', async () => {
  const lost = () => Promise.reject(Object.assign(new Error('no key'), { name: 'CredentialsProviderError' }));
  const client = new ChimeSDKMeetingsClient({ region: 'af-south-1', credentials: lost });
  expect(await toElsewhere(() => client).answers(of)).toBe(true);
});

test('a region is asked once, by a client of its own', async () => {
  const { config } = connectElsewhere('af-south-1');
  expect([await config.region(), await config.maxAttempts()]).toEqual(['af-south-1', 1]);
});
