import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Frame, Page } from 'playwright-core';
import { executable, launchChromium, noBrowser, untilReady } from '../../../bench/page/chromium.ts';
import { makeStandIn } from '../../../local/cases/standIn.ts';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { toPage } from '../../../infra/page.ts';

export { executable, noBrowser };

/** Ends once the page is drawn, with what it says in place of a consultation, if it does. */
export const saidInstead = (page: Page | Frame): Promise<string | undefined> => page.evaluate(untilReady);

/** How a clinician may look at the page. Twice as large is half as many CSS pixels. */
export const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  '700 px': { viewport: { width: 700, height: 800 }, colorScheme: 'light' },
  '200 %': { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2, colorScheme: 'light' },
};

/** A page that is open, and everything that the browser complained of. */
export interface Opening extends AsyncDisposable {
  page: Page;
  complaints: string[];
}

/** Chromium with folders of pages, all of which go when it is closed. */
export class Desk implements AsyncDisposable {
  readonly #browser: Browser;
  readonly folder: string;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.folder = folder;
  }

  static async open(): Promise<Desk> {
    const folder = await mkdtemp(join(tmpdir(), 'medzen-page-'));
    return new Desk(await launchChromium(), folder);
  }

  /** Writes a page, with a silent recording of its length beside it. @returns its path */
  async write(name: string, opened: Opened, hasSound = true): Promise<string> {
    const path = join(this.folder, `${name}.html`);
    const { fileName, bytes } = await makeStandIn({ durationMs: opened.recording.durationMs, channels: 1 });
    const url = `${name}-${fileName}`;
    if (hasSound) await writeFile(join(this.folder, url), bytes);
    const audio = hasSound ? { url, isSilent: true } : null;
    await writeFile(path, await toPage({ schema: 'medzen.page/1', opened, audio, base: 'https://api.example' }));
    return path;
  }

  /**
   * @param frame the page is in a frame whose address has this in it
   * @throws Error with what the page says in place of a consultation
   */
  async visit(path: string, look: BrowserContextOptions = looks['light'] ?? {}, frame?: string): Promise<Opening> {
    const opening = await this.look(path, look);
    const { page } = opening;
    const inside = page.frames().find((one) => frame !== undefined && one.url().includes(frame));
    const fault = await saidInstead(inside ?? page);
    if (fault !== undefined) throw new Error(`the page says: ${fault}`);
    return opening;
  }

  /** Opens a page, whatever it shows. @param prepare is given the page before that */
  async look(
    path: string,
    look: BrowserContextOptions = looks['light'] ?? {},
    prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Opening> {
    const context = await this.#browser.newContext({ ...look, acceptDownloads: true });
    context.setDefaultTimeout(0);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await prepare(page);
    await page.goto(path.startsWith('http') ? path : pathToFileURL(path).href);
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
