import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run, StandInSession } from '../../../local/keep/run.ts';
import { type Pages, refusalOf, servePages } from '../../../local/keep/server.ts';
import { uuidOf } from '../../../local/replay/session.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';

const mine = 'kept-and-read';
let product: TestStack;
let pages: Pages;
let recordingId: string;
beforeAll(async () => {
  product = await TestStack.shared();
  pages = await servePages({ stack: product.stack, deployment: product.deployment, everyMs: 20 });
  recordingId = (await product.run(visit(mine))).outcome.recordingId;
});
afterAll(() => pages?.[Symbol.asyncDispose]());

const address = 'http://127.0.0.1:4614';

test.each([
  ['GET', { host: '127.0.0.1:4614' }, undefined],
  ['POST', { host: '127.0.0.1:4614', origin: address }, undefined],
  ['POST', { host: '127.0.0.1:4614' }, 403],
  ['GET', { host: '127.0.0.1:4614', origin: 'http://127.0.0.1:9' }, 403],
  ['GET', { host: '127.0.0.1:4614', origin: 'null' }, 403],
  ['GET', { host: 'rebound.example:4614' }, 421],
  ['GET', { host: 'localhost:4614' }, 421],
  ['GET', { host: '127.0.0.1' }, 421],
  ['GET', {}, 421],
])('%s from %j', (method, headers, status) => {
  expect(refusalOf(method, headers, address)?.status).toBe(status);
});

test('a name that leads here is refused by the server itself', async () => {
  const { port } = new URL(pages.address);
  const status = await new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, headers: { host: 'rebound.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
  expect(status).toBe(421);
});

/** What a page has in it for its script. */
const dataOf = (html: string) => JSON.parse(/id="data">(.*)<\/script>/.exec(html)?.[1] ?? 'null') as unknown;

test('the list holds ids, states and times of every recording, and its policy lets nothing else in', async () => {
  const response = await fetch(pages.address);
  const runs = dataOf(await response.text()) as Run[];
  expect(runs.find((run) => run.recordingId === recordingId)).toMatchObject({ state: 'done', step: null, why: null });
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'sha256-[^']+';/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
});

describe('a recording', () => {
  const at = (part: string, init?: RequestInit) => fetch(`${pages.address}/recordings/${recordingId}${part}`, init);
  const own = () => ({ method: 'POST', headers: { origin: pages.address } });

  test('has a page that asks nobody but the stack, and may be framed only here', async () => {
    const response = await at('/page');
    const html = await response.text();
    const { SUPABASE_URL: url = '', API_URL: api = '', AWS_ENDPOINT_URL: s3 = '' } = product.stack.env;
    const socket = (address: string) => address.replace('http', 'ws');
    expect(html).toContain(`connect-src ${url} ${socket(url)} ${api} ${socket(api)};`);
    expect(html).toContain(`media-src ${s3};`);
    expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'self'");
    expect(dataOf(html)).toMatchObject({ place: { recording: recordingId }, origins: [pages.address] });
  });

  test('gives the token of its provider to a page of this address, by no address and to nobody else', async () => {
    const response = await at('/session', own());
    const { token, expiresAt } = (await response.json()) as StandInSession;
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ role: 'authenticated', sub: uuidOf(mine, 'provider'), exp: expiresAt / 1000 });
    expect(expiresAt - product.stack.clock.now()).toBeGreaterThan(3_500_000);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const others = [await at('/session', { method: 'POST' }), await at('/session')];
    expect(others.map(({ status }) => status)).toEqual([403, 404]);
    const html = [await (await at('')).text(), await (await at('/page')).text()].join('');
    expect(html.includes(token)).toBe(false);
  });

  test.each(['/recordings/rec-unknown', '/recordings/rec-unknown/page', '/recordings/..%2f', '/elsewhere'])(
    '%s is not there',
    async (path) => {
      expect((await fetch(`${pages.address}${path}`)).status).toBe(404);
    },
  );
});

test('what happens afterwards is told by itself', async () => {
  const over = new AbortController();
  const { body } = await fetch(`${pages.address}/events`, { signal: over.signal });
  const told: Run[][] = [];
  const reading = (async () => {
    for await (const text of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      told.push(JSON.parse(text.slice('data: '.length)) as Run[]);
    }
  })().catch(() => undefined);
  await expect.poll(() => told.length).toBe(1);
  const later = (await product.run(visit('kept-later'))).outcome.recordingId;
  const stateOf = (runs: Run[] = []) => runs.find((run) => run.recordingId === later)?.state;
  await expect.poll(() => stateOf(told.at(-1))).toBe('done');
  expect(stateOf(told[0])).toBeUndefined();
  over.abort();
  await reading;
});
