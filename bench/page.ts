import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { buildPage, type PageKind, toPage } from '../infra/page.ts';
import { makeStandIn } from '../local/cases/standIn.ts';
import type { Opened } from '../pipeline/reading/opened.ts';
import { type Figure, median, percentile, type Skipped } from './figures.ts';
import { executable, heapOf, launchChromium, noBrowser, untilReady } from './page/chromium.ts';
import { openFixture, repeated } from './page/visits.ts';

/** How often the ten-minute consultation is repeated. */
const lengths: Readonly<Record<string, number>> = { '10 min': 1, '1 h': 6, '4 h': 24 };
const openings = 5;
const presses = 30;

/** The page that a clinician reads: how large it is, and how fast and how large it is in a browser. */
export async function page(): Promise<Figure[] | Skipped> {
  const sizes = [...(await sizesOf('file')), ...(await sizesOf('remote'))];
  if (executable === undefined) return { skipped: noBrowser };
  const visit = await openFixture('ten-minute-consultation');
  const folder = await mkdtemp(join(tmpdir(), 'medzen-bench-page-'));
  const browser = await launchChromium();
  try {
    const figures: Figure[] = [];
    for (const [name, times] of Object.entries(lengths)) {
      const long = repeated(visit, times);
      figures.push(...(await measure(browser, name, await write(folder, long), long)));
    }
    return [...sizes, ...figures];
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function sizesOf(kind: PageKind): Promise<Figure[]> {
  const { scripts, style } = await buildPage(kind);
  const first = scripts.filter(({ isLater }) => !isLater).map(({ text }) => text);
  const figure = (name: string, texts: readonly string[], how: string): Figure[] => {
    const bytes = Buffer.from(texts.join(''));
    return [
      { name: `${kind}, ${name}`, value: bytes.length / 1000, unit: 'KB', how },
      {
        name: `${kind}, ${name}, compressed`,
        value: brotliCompressSync(bytes).length / 1000,
        unit: 'KB',
        how: 'brotli',
      },
    ];
  };
  return [
    ...figure('script and style', [...first, style], 'what opens the page'),
    ...scripts
      .filter(({ isLater }) => isLater)
      .flatMap(({ name, text }) => figure(`later: ${name}`, [text], 'in the page too, run on demand')),
  ];
}

/** Writes a consultation's page with a silent recording beside it. @returns its address */
async function write(folder: string, opened: Opened): Promise<string> {
  const path = join(folder, 'consultation.html');
  const { fileName: url, bytes } = await makeStandIn({ durationMs: opened.recording.durationMs, channels: 1 });
  await writeFile(join(folder, url), bytes);
  const audio = { url, isSilent: true };
  await writeFile(path, await toPage({ schema: 'medzen.page/1', opened, audio, base: 'https://api.example' }));
  return pathToFileURL(path).href;
}

async function measure(browser: Browser, name: string, address: string, opened: Opened): Promise<Figure[]> {
  const of = `${opened.consultation.quality.words} words, ${opened.entities.length} entities`;
  const ready: number[] = [];
  const work: number[] = [];
  const heaps: number[] = [];
  // The first opening warms the browser, and is not counted.
  for (let n = 0; n <= openings; n += 1) {
    const context = await browser.newContext();
    const one = await context.newPage();
    const session = await context.newCDPSession(one);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const ms = await open(one, address);
    if (n > 0) {
      const { metrics } = await session.send('Performance.getMetrics');
      ready.push(ms);
      work.push(1000 * (metrics.find(({ name: metric }) => metric === 'TaskDuration')?.value ?? Number.NaN));
      heaps.push(await heapOf(one));
    }
    await context.close();
  }
  const context = await browser.newContext();
  const one = await context.newPage();
  await one.addInitScript(timeFrames);
  await open(one, address);
  const shown = await timesOfPresses(one);
  const frames = await timesOfFrames(one);
  await context.close();
  return [
    { name: `${name}, ready`, value: median(ready), unit: 'ms', how: `${of}; median of ${openings}` },
    { name: `${name}, ready, slowest`, value: Math.max(...ready), unit: 'ms', how: `of ${openings}` },
    {
      name: `${name}, ready, work`,
      value: median(work),
      unit: 'ms',
      how: 'processor time of the main thread: other work on the machine does not lengthen it',
    },
    { name: `${name}, heap`, value: median(heaps) / 1e6, unit: 'MB', how: 'JavaScript, after a collection' },
    {
      name: `${name}, evidence to screen`,
      value: median(shown),
      unit: 'ms',
      how: `from a key until it is drawn in view; median of ${presses}, the slowest ${Math.max(...shown).toFixed(0)}`,
    },
    {
      name: `${name}, current word, p99`,
      value: percentile(frames, 99),
      unit: 'ms',
      how: `of ${frames.length} frames while it plays, in steps of 0.1`,
    },
  ];
}

/** @returns milliseconds from the beginning of the navigation until the page was drawn */
async function open(of: Page, address: string): Promise<number> {
  await of.goto(address);
  const fault = await of.evaluate(untilReady);
  if (fault !== undefined) throw new Error(`the page says: ${fault}`);
  return of.evaluate(() => performance.getEntriesByName('ready')[0]?.startTime ?? Number.NaN);
}

/** Walks through the findings by key, each with its evidence in the transcript. */
function timesOfPresses(of: Page): Promise<number[]> {
  return of.evaluate(async (count) => {
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const begin = performance.now();
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'j' }));
      const before = CSS.highlights.get('evidence');
      do await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      while (!isShown(before) && performance.now() - begin < 10_000);
      times.push(performance.now() - begin);
    }
    return times;

    /** The evidence of another finding than before stands within the transcript's pane. */
    function isShown(before: Highlight | undefined): boolean {
      const pane = document.getElementById('transcript')?.getBoundingClientRect();
      return (
        CSS.highlights.get('evidence') !== before &&
        [...document.querySelectorAll('.has-evidence')].some((turn) => {
          const { top } = turn.getBoundingClientRect();
          return pane !== undefined && top >= pane.top && top < pane.bottom;
        })
      );
    }
  }, presses);
}

interface Timed {
  frameTimes: number[];
}

/** Runs in the page before its own scripts: keeps how long each frame's work takes. */
function timeFrames(): void {
  const times: number[] = [];
  Object.assign(window, { frameTimes: times } satisfies Timed);
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) =>
    ask((now) => {
      const begin = performance.now();
      work(now);
      times.push(performance.now() - begin);
    });
}

/** Plays from the middle for some seconds. What else the page does in frames would only lengthen them. */
function timesOfFrames(of: Page): Promise<number[]> {
  return of.evaluate(async () => {
    const turns = [...document.querySelectorAll<HTMLElement>('.turn .when')];
    const { frameTimes } = window as unknown as Timed;
    turns[Math.floor(turns.length / 2)]?.click();
    await new Promise((resolve) => document.querySelector('audio')?.addEventListener('playing', resolve));
    frameTimes.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 5000));
    return frameTimes;
  });
}
