import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The browser of this machine; undefined where there is none. */
export const executable = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

export const noBrowser = 'there is no Chromium on this machine (apt-get install chromium)';

/** Starts it without a window. Without its sandbox it runs as root, as in a container. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox'], timeout: 0 });
}

/** Runs in the page: ends once it is drawn, or with what it says instead. A policy without eval forbids `waitForFunction`. */
export async function untilReady(): Promise<string | undefined> {
  while (performance.getEntriesByName('ready').length === 0 && !document.querySelector('.fault')) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return document.querySelector('.fault')?.textContent ?? undefined;
}

/** Bytes of JavaScript that are still needed once the page is drawn. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
