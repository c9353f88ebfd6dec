import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { executable, launchChromium, noBrowser } from '../../../bench/page/chromium.ts';
import { buildSdkFile, type SdkFile } from '../../../infra/cdn/sdkFile.ts';
import type { Template } from '../../../infra/template.ts';
import type { EnterAnswer } from '../../../pipeline/api/meetings/enterAs.ts';
import { Visit } from '../../workflow/meet.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { packageTemplate } from '../packaged.ts';
import { notInstalled } from './installed.ts';
import { Loopback, type Served, toHandler } from './server.ts';

const missing = executable === undefined ? `: ${noBrowser}` : notInstalled;

/** What the page has: the two pieces of API.md, as they stand there, and the SDK once it is loaded. */
interface Scope {
  start(
    askFor: (body: object) => Promise<EnterAnswer>,
    appointmentId: string,
  ): Promise<Record<'configuration' | 'session', Made>>;
  loadChimeSdk(sdk: EnterAnswer['sdk'], seconds?: number): Promise<object>;
  loading?: Promise<string>;
}
type Made = Record<string, unknown>;

describe.skipIf(missing !== '')(`the Chime SDK in Chromium${missing}`, () => {
  let file: SdkFile;
  let template: Template;
  let browser: Browser;
  let app: Loopback;
  beforeAll(async () => {
    file = await buildSdkFile();
    template = await packageTemplate({ stage: 'prod', region: 'us-east-1', sdk: file });
    const blocks = (await readFile('API.md', 'utf8')).matchAll(/^```js\n([\s\S]*?)^```/gm);
    const [loader = '', start = ''] = [...blocks]
      .map(([, block]) => block ?? '')
      .filter((block) => /loadChimeSdk/.test(block));
    const script = `<script type="module">${loader}; window.loadChimeSdk = loadChimeSdk;
      window.start = async (askFor, appointmentId) => { ${start}; return { configuration, session, sdk }; };</script>`;
    app = await Loopback.start(({ url }, response) => {
      // The page of a WebView has no origin, and neither has one in a sandbox.
      if (url === '/webview') response.setHeader('content-security-policy', 'sandbox allow-scripts');
      response.setHeader('content-type', 'text/html').end(`<!doctype html><link rel="icon" href="data:,">${script}`);
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.[Symbol.asyncDispose]();
  });

  let served: Served;
  let cdn: Loopback;
  let context: BrowserContext;
  /** Everything that pages have asked for, and what they complained of. */
  let requests: string[];
  let complaints: string[];
  beforeEach(async () => {
    served = { files: new Map([[file.name, file.bytes]]), asked: [] };
    cdn = await Loopback.start(toHandler(template, served));
    context = await browser.newContext();
    context.setDefaultTimeout(0);
    [requests, complaints] = [[], []];
    context.on('request', (request) => requests.push(request.url()));
    context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    context.on('page', (page) => {
      page.on('websocket', (socket) => requests.push(socket.url()));
      page.on('pageerror', (error) => complaints.push(String(error)));
    });
  });
  afterEach(async () => {
    await context.close();
    await cdn[Symbol.asyncDispose]();
  });

  const sdk = () => ({ url: `${cdn.url}/${file.name}`, integrity: file.integrity });
  async function open(address = app.url): Promise<Page> {
    const page = await context.newPage();
    await page.goto(address);
    return page;
  }
  /** What comes of loading it: the number of its exports, or the fault. With the milliseconds until it could be used. */
  const load = (page: Page, named: EnterAnswer['sdk'] = sdk()): Promise<{ said: number | string; ms: number }> =>
    page.evaluate(async (given) => {
      performance.mark('asked');
      const said = await (window as unknown as Scope).loadChimeSdk(given).then(
        (loaded) => Object.keys(loaded).length,
        (error: Error) => error.message,
      );
      return { said, ms: performance.measure('loaded', 'asked').duration };
    }, named);
  /** Gives a page a slow mobile network. */
  async function slowly(page: Page): Promise<Page> {
    const session = await context.newCDPSession(page);
    const bytesPerSecond = 5_000_000 / 8;
    const speed = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 100, ...speed });
    return page;
  }
  const gets = () => served.asked.filter((line) => line.startsWith('GET'));

  test('makes a session of what create answers, and asks nobody else for anything', async () => {
    const { url, integrity } = sdk();
    const product = await TestStack.start({ stepEnv: { CHIME_SDK_CDN_URL: url, CHIME_SDK_INTEGRITY: integrity } });
    let answer: EnterAnswer;
    try {
      const visit = await Visit.arrange(product, 'sdk-in-a-browser');
      answer = await visit.ask('provider', { action: 'create', appointmentId: visit.appointment });
    } finally {
      await product.stop();
    }
    const page = await open();
    const made = await page.evaluate(async (answer) => {
      const { configuration, session } = await (window as unknown as Scope).start(() => Promise.resolve(answer), 'a');
      const { meetingId, credentials, urls } = configuration as Record<string, Record<string, unknown>>;
      const { attendeeId, joinToken } = credentials ?? {};
      return {
        meetingId,
        attendeeId,
        joinToken,
        audioHostUrl: urls?.['audioHostURL'],
        hasAudio: Boolean(session['audioVideo']),
      };
    }, answer);
    expect(answer.sdk).toEqual({ url, integrity });
    expect(made).toEqual({
      meetingId: answer.meeting.MeetingId,
      attendeeId: answer.attendee.AttendeeId,
      joinToken: answer.attendee.JoinToken,
      audioHostUrl: (answer.meeting['MediaPlacement'] as Record<string, string>)['AudioHostUrl'],
      hasAudio: true,
    });
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    expect(requests.filter((one) => !/^(?:http:\/\/127\.0\.0\.1:|data:)/.test(one))).toEqual([]);
    expect(gets()).toEqual([`GET /${file.name} ${app.url}`]);
    expect(complaints).toEqual([]);
  });

  test('is fetched at the first visit, and is there at the second', async () => {
    const first = await load(await slowly(await open()));
    const second = await load(await slowly(await open()));
    const figures = `first visit ${first.ms.toFixed(0)} ms, second ${second.ms.toFixed(0)} ms`;
    console.log(`loaded, at 5 Mbit/s and 100 ms: ${figures}`);
    expect([first.said, second.said]).toEqual([first.said, first.said]);
    expect(first.said).toBeGreaterThan(200);
    expect(gets()).toHaveLength(1);
  });

  test('is loaded by the page of a WebView, which has no origin', async () => {
    const page = await open(`${app.url}/webview`);
    expect((await load(page)).said).toBeGreaterThan(200);
    expect(gets()).toEqual([`GET /${file.name} null`]);
  });

  const refused = 'SDK refused: not there, or not the file that was named';

  test.each<[fault: string, change: () => void]>([
    ['with a byte that is another', () => served.files.set(file.name, changed(file.bytes))],
    ['that is cut short', () => served.files.set(file.name, file.bytes.slice(0, -1))],
    ['that was not uploaded', () => served.files.delete(file.name)],
  ])('a file %s is refused, and once it is right is taken', async (_, change) => {
    change();
    const page = await open();
    expect((await load(page)).said).toBe(refused);
    expect(await page.evaluate(() => [document.scripts.length, 'ChimeSDK' in window])).toEqual([1, false]);
    served.files.set(`again-${file.name}`, file.bytes);
    expect((await load(page, { ...sdk(), url: `${cdn.url}/again-${file.name}` })).said).toBeGreaterThan(200);
  });

  test('a file without the headers of CORS is refused: its hash could not be checked', async () => {
    const without = structuredClone(template);
    const policy = without.Resources['SdkResponseHeaders']?.Properties?.['ResponseHeadersPolicyConfig'];
    delete (policy as { CorsConfig?: object }).CorsConfig;
    await using other = await Loopback.start(toHandler(without, served));
    expect((await load(await open(), { ...sdk(), url: `${other.url}/${file.name}` })).said).toBe(refused);
  });

  test('a server that does not answer is waited for 30 seconds', async () => {
    served.files.set(file.name, undefined);
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(app.url);
    await page.evaluate((given) => {
      const scope = window as unknown as Scope;
      scope.loading = scope.loadChimeSdk(given).then(
        () => 'loaded',
        (error: Error) => error.message,
      );
    }, sdk());
    await expect.poll(gets).toHaveLength(1);
    const said = () =>
      page.evaluate(() => Promise.race([(window as unknown as Scope).loading, Promise.resolve('waiting')]));
    await page.clock.runFor(29_000);
    expect(await said()).toBe('waiting');
    await page.clock.runFor(1_500);
    expect(await said()).toBe('SDK timeout: nothing for 30 s');
  });

  test('OPTIONS and HEAD are answered to any origin, and nothing else is taken', async () => {
    const ask = (method: string) => fetch(sdk().url, { method, headers: { origin: 'null' } });
    const [options, head, post] = [await ask('OPTIONS'), await ask('HEAD'), await ask('POST')];
    expect([options.status, head.status, post.status]).toEqual([200, 200, 403]);
    expect(options.headers.get('access-control-allow-methods')).toBe('GET,HEAD,OPTIONS');
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });
});

/** The same bytes but for one in the middle. */
function changed(bytes: Uint8Array): Uint8Array {
  const other = Uint8Array.from(bytes);
  const at = other.length >> 1;
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}
