import type { Frame, Page, Request } from 'playwright-core';
import { expect } from 'vitest';
import { type Opening, type Desk, saidInstead } from './browser.ts';

/** A call that the page made of the database or of the HTTP API. */
export interface Asked {
  name: string;
  body: Record<string, unknown>;
  status: number | 'nothing';
}

export interface Reading extends Opening {
  /** The consultation's own page, in the page around it. */
  frame: Frame;
  /** What the page says in place of a consultation. */
  fault: string | undefined;
  asked: Asked[];
  /** Resolves when nothing is asked any more. */
  settled(): Promise<void>;
  /** Presses a key, and waits for what comes of it. */
  press(key: string): Promise<void>;
  /** Hands over another token, as the page around does in time. */
  signIn(token: string): Promise<void>;
}

/** What may be different from the page as it is served. */
export interface Changed {
  /** Whose session is handed over; by default the provider's own. */
  token?: string;
  prepare?: (page: Page) => Promise<unknown>;
}

/** Opens a recording on the kept page, as a person reads it there. */
export async function read(desk: Desk, address: string, recordingId: string, changed: Changed = {}): Promise<Reading> {
  const asked: Asked[] = [];
  /** Requests that are not answered yet. */
  const underWay = new Set<Request>();
  const opening = await desk.look(`${address}/recordings/${recordingId}`, undefined, async (page) => {
    page.on('request', (request) => {
      const name = nameOf(request.url());
      if (name === undefined || request.method() === 'OPTIONS') return;
      underWay.add(request);
      const body = (request.postDataJSON() ?? {}) as Asked['body'];
      void request
        .response()
        .then(
          (response) => asked.push({ name, body, status: response?.status() ?? 'nothing' }),
          // The page was closed meanwhile.
          () => undefined,
        )
        .finally(() => underWay.delete(request));
    });
    const { token } = changed;
    if (token !== undefined) {
      const session = { token, expiresAt: Date.now() + 3_600_000 };
      await page.route('**/session', (route) => route.fulfill({ json: session }));
    }
    await changed.prepare?.(page);
  });
  const { page } = opening;
  const frame = page.frames().find((one) => one.url().endsWith('/page'));
  if (!frame) throw new Error('no consultation in the page');
  const fault = await saidInstead(frame);
  const drawn = () => frame.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  const settled = async () => {
    await drawn();
    while (underWay.size > 0) {
      await expect.poll(() => underWay.size, { interval: 5 }).toBe(0);
      await drawn();
    }
  };
  await settled();
  return {
    ...opening,
    frame,
    fault,
    asked,
    settled,
    async press(key) {
      await page.keyboard.press(key);
      await settled();
    },
    async signIn(token) {
      await page.evaluate((token) => {
        const frame = document.querySelector('iframe');
        frame?.contentWindow?.postMessage({ type: 'medzen.session', token }, location.origin);
      }, token);
      await drawn();
    },
  };
}

/** "review_codes", "link"; undefined for everything that is not asked of the stack. */
function nameOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  return /^\/rest\/v1\/rpc\/(\w+)$/.exec(pathname)?.[1] ?? /^\/recordings\/[^/]+\/(link|fhir)$/.exec(pathname)?.[1];
}
