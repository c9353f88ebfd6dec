import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heapOf } from '../../../bench/page/chromium.ts';
import { documentsOfFixture, openFixture, repeated } from '../../../bench/page/visits.ts';
import { toPage } from '../../../infra/page.ts';
import { toFhir } from '../../../local/replay/fhir.ts';
import type { Caller } from '../../../pipeline/apiPorts.ts';
import { exportFhir } from '../../../pipeline/api/reading/exportFhir.ts';
import { toChart } from '../../../pipeline/reading/draw.ts';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { apply, type Change } from '../../../viewer/changes.ts';
import { toIntervals } from '../../../viewer/hearing.ts';
import { violationsOf } from './axe.ts';
import { Desk, executable, looks, noBrowser } from './browser.ts';

describe.skipIf(executable === undefined)(
  `the page in Chromium${executable === undefined ? `: ${noBrowser}` : ''}`,
  () => {
    let desk: Desk;
    let visit: Opened;
    let path: string;
    /** The rules of markup are slow on long texts. */
    let shortPath: string;
    beforeAll(async () => {
      desk = await Desk.open();
      visit = await openFixture('ten-minute-consultation');
      path = await desk.write('visit', visit);
      shortPath = await desk.write('short', await openFixture('mental-health'));
    });
    afterAll(() => desk?.[Symbol.asyncDispose]());

    test('opens from the file system, and the browser complains of nothing', async () => {
      await using open = await desk.visit(path);
      expect(await open.page.locator('.line').count()).toBe(43);
      expect(await open.page.locator('.turn').count()).toBe(visit.turns.length);
      expect(open.complaints).toEqual([]);
    });

    test('what must be known at once is seen without scrolling', async () => {
      await using open = await desk.visit(path);
      const { page } = open;
      const glance = await page.locator('.header, .glance').allInnerTexts();
      for (const said of [
        '10\u00A0min',
        'Not signed',
        'Clinician',
        'All of it was read',
        'penicillin',
        'losartan',
        '43 findings',
      ])
        expect(glance.join('\n')).toContain(said);
      const bottom = await page.locator('.glance').evaluate((element) => element.getBoundingClientRect().bottom);
      expect(bottom).toBeLessThan(400);
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(800);
    });

    describe.each(Object.keys(looks))('%s', (look) => {
      test('breaks no rule of WCAG 2.2 A and AA, in no dialog', async () => {
        await using open = await desk.visit(shortPath, looks[look]);
        const { page } = open;
        const violations: string[] = [];
        const check = async (where: string) =>
          void violations.push(...(await violationsOf(page)).map((one) => `${where}: ${one}`));
        await check('first');
        await page.keyboard.press('j');
        await check('selected');
        await page.keyboard.press('s');
        await check('status');
        await page.keyboard.press('Escape');
        await page.keyboard.press('?');
        await check('keys');
        await page.keyboard.press('Escape');
        await page.keyboard.press('e');
        await check('words');
        await page.keyboard.press('Escape');
        await page.keyboard.press('c');
        await page.keyboard.type('no code');
        await page.keyboard.press('Enter');
        await check('code');
        await page.keyboard.press('Escape');
        await page.keyboard.press('a');
        await page.keyboard.press('k');
        await page.keyboard.press('n');
        await check('note');
        await page.keyboard.press('Escape');
        for (const name of ['Documents', 'Sign', 'Release', 'Correct roles']) {
          await page.getByRole('button', { name, exact: true }).click();
          await check(name);
          if (name === 'Documents') {
            await page.getByRole('button', { name: 'FHIR R4' }).click();
            await check('FHIR');
          }
          await page.keyboard.press('Escape');
        }
        expect(violations).toEqual([]);
        const width = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(width).toBe(0);
      });
    });

    test('a whole visit is reviewed by keyboard alone, and the download says exactly what was decided', async () => {
      await using open = await desk.visit(path);
      const { page } = open;
      const presses: string[] = [];
      const press = async (key: string) => {
        presses.push(key);
        await page.keyboard.press(key);
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      };
      const left = () => page.locator('.trust').innerText();
      await press('j');
      while (!(await left()).includes('Everything is decided') && presses.length <= 110) {
        await press('a');
        // What the machine could not settle asks.
        if ((await page.locator('dialog').count()) > 0) await press('1');
      }
      console.info(`a review of ten minutes: ${presses.length} presses`);
      expect(presses.length).toBeLessThanOrEqual(110);
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: /^Download decisions/ }).click();
      const { decisions } = JSON.parse(await readFile(await (await downloading).path(), 'utf8')) as {
        decisions: { at: string; change: Change }[];
      };
      const after = decisions.reduce(
        (opened, { at, change }, n) => apply(opened, change, { at, by: 'clinician', id: String(n) }),
        visit,
      );
      expect(toChart(after).open).toEqual({ findings: 0, codes: 0 });
      expect(open.complaints).toEqual([]);
    });

    test('an evidence is heard from before its first word to after its last, and no further', async () => {
      await using open = await desk.visit(path);
      const { page } = open;
      await page
        .getByRole('button', { name: /penicillin/ })
        .first()
        .click();
      const heard = await hear(page);
      const spans = visit.consultation.allergies[0]?.evidence[0]?.spans ?? [];
      const [wanted] = toIntervals(spans, visit.recording.durationMs);
      expect(heard.from).toBeCloseTo((wanted?.startMs ?? 0) / 1000, 1);
      expect(heard.to).toBeGreaterThanOrEqual((spans.at(-1)?.endMs ?? 0) / 1000);
      expect(heard.to).toBeLessThan((wanted?.endMs ?? 0) / 1000 + 1);
    });

    test('a server that cannot jump plays nothing and says why', async () => {
      await using server = await serve(desk.folder);
      await using open = await desk.visit(`${server.address}/visit.html`);
      const { page } = open;
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('.heard').innerText()).toContain('cannot be played from the middle');
    });

    test('words are corrected where they are selected, and restored', async () => {
      await using open = await desk.visit(path);
      const { page } = open;
      const at = visit.turns.findIndex(({ text }) => text.includes('this cough'));
      await page.evaluate((id) => {
        const node = document.getElementById(id)?.firstChild as Text;
        const begin = node.data.indexOf('cough');
        document.getSelection()?.setBaseAndExtent(node, begin + 1, node, begin + 3);
      }, `t-${at}`);
      await page.getByRole('button', { name: 'Correct selected words' }).click();
      await page.getByLabel('What was said').fill('coffee');
      await page.keyboard.press('Enter');
      const turn = page.locator(`.turn:has(#t-${at})`);
      await expect.poll(() => turn.innerText()).toContain('this coffee');
      expect(await turn.innerText()).toContain('was “cough”');
      await turn.getByRole('button', { name: 'Restore' }).click();
      await expect.poll(() => turn.locator('p').first().innerText()).toBe(visit.turns[at]?.text);
      expect(open.complaints).toEqual([]);
    });

    test('FHIR has the same bytes in the page, from the Lambda and from a replay', async () => {
      await using open = await desk.visit(path);
      const { page } = open;
      await page.getByRole('button', { name: 'Documents', exact: true }).click();
      await page.getByRole('button', { name: 'FHIR R4' }).click();
      const shown = await page.getByRole('textbox', { name: 'FHIR R4' }).inputValue();
      const config = { apiUrl: 'https://api.example' };
      const records = {
        open: () => Promise.resolve(visit),
        logAccess: () => Promise.resolve(),
      } as unknown as Parameters<typeof exportFhir>[0]['records'];
      const asked = { params: { id: `rec-${'0'.repeat(32)}` } } as unknown as Parameters<
        ReturnType<typeof exportFhir>
      >[1];
      const ofLambda = await exportFhir({ records, config })({} as Caller, asked);
      const { transcript, entities, consultation } = await documentsOfFixture('ten-minute-consultation');
      const texts = {
        'transcript.json': JSON.stringify(transcript),
        'entities.json': JSON.stringify(entities),
        'consultation.json': JSON.stringify(consultation),
      };
      const ofReplay = toFhir(texts, undefined, { base: config.apiUrl, at: visit.recording.storedAt });
      expect(await page.locator('dialog .is-alert').innerText()).toContain('43 findings are not decided');
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download', exact: true }).click();
      const downloaded = await readFile(await (await downloading).path(), 'utf8');
      expect([downloaded === ofLambda, downloaded === ofReplay]).toEqual([true, true]);
      expect(downloaded.startsWith(shown)).toBe(true);
      expect(await page.locator('dialog').innerText()).toContain('Copy and Download give all of it.');
      expect(open.complaints).toEqual([]);
    });

    test('in a frame it reads and decides with the token that the page around it hands over', async () => {
      const calls: string[] = [];
      const rpc = (name: string, answer: unknown) => (token: string, body: string) => {
        calls.push(`${name} ${token} ${(JSON.parse(body) as { revision?: number }).revision ?? ''}`);
        return answer;
      };
      await using server = await serve(desk.folder, {
        '/rest/v1/rpc/open_consultation': rpc('open', visit),
        '/rest/v1/rpc/review_findings': rpc('findings', { revision: 2 }),
        '/rest/v1/rpc/log_access': rpc('log', null),
        // Somebody else has decided, too.
        '/rest/v1/recordings': () => [{ status: 'completed', session_id: null, revision: 7, signed_revision: null }],
        '/recordings/rec/link': () => ({ url: `${server.address}/visit-recording.mp4` }),
      });
      const { address } = server;
      const place = { recording: 'rec', url: address, apiKey: 'public', api: address };
      const data = { schema: 'medzen.page/1', place, origins: [address] };
      const page = await toPage(data, { media: [address], connect: [address] });
      await writeFile(join(desk.folder, 'remote.html'), page);
      await writeFile(join(desk.folder, 'record.html'), embedding);
      await using open = await desk.visit(`${address}/record.html`, looks['light'], 'remote');
      const frame = open.page.frameLocator('iframe');
      await frame.locator('.tile').getByRole('button', { name: 'penicillin' }).click();
      await open.page.keyboard.press('a');
      await expect.poll(() => frame.locator('.last').innerText()).toContain('penicillin: accepted');
      expect(calls).toEqual(['open Bearer jwt ', 'findings Bearer jwt 1']);
      await frame.getByRole('button', { name: 'Documents', exact: true }).click();
      await frame.getByRole('button', { name: 'FHIR R4' }).click();
      const shown = await frame.getByRole('textbox', { name: 'FHIR R4' }).inputValue();
      expect(shown).toContain(`${address}/sid/`);
      expect(calls.slice(2)).toEqual(['log Bearer jwt ']);
      expect(await frame.locator('.last').innerText()).not.toContain('Nothing is stored');
      await expect.poll(() => frame.locator('.last').innerText()).toContain('changed elsewhere');
      expect(open.complaints).toEqual([]);
    });

    test('no recording is said, and so is one that was moved', async () => {
      const silent = await desk.write('silent', visit, false);
      await using open = await desk.visit(silent);
      expect(await open.page.locator('.heard').innerText()).toContain('no recording beside this page');
    });

    test('a word without an end leaves what must be known at once, and the findings, in sight', async () => {
      await using open = await desk.visit(path);
      const { page } = open;
      await page.keyboard.press('j');
      await page.keyboard.press('e');
      await page.locator('dialog input').fill('x'.repeat(10_000));
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('.tiles').innerText()).toContain('xxx');
      const bottom = await page.locator('.glance').evaluate((element) => element.getBoundingClientRect().bottom);
      const footer = await page.locator('footer').evaluate((element) => element.getBoundingClientRect().top);
      expect(bottom).toBeLessThan(400);
      expect(footer).toBeGreaterThan(650);
    });

    test.each([
      ['is copied', () => Promise.resolve(), 'Copied'],
      ['cannot be copied in a frame', () => Promise.reject(new Error('NotAllowed')), 'Use Download'],
    ])('a document that %s says so in its dialog', async (_, writeText, said) => {
      await using open = await desk.visit(path);
      const { page } = open;
      await page.evaluate(
        `Object.defineProperty(navigator, 'clipboard', { value: { writeText: ${String(writeText)} } })`,
      );
      await page.getByRole('button', { name: 'Documents', exact: true }).click();
      await page.getByRole('button', { name: 'Copy', exact: true }).click();
      await expect.poll(() => page.locator('dialog [role=status]').innerText()).toContain(said);
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Captions' }).click();
      await expect.poll(() => page.locator('dialog [role=status]').innerText()).toBe('');
      expect(open.complaints).toEqual([]);
    });

    test('hostile text stays text', async () => {
      const word = 'x'.repeat(10_000);
      const texts = [
        '</script><script>document.title="hacked"</script>',
        'a\u202eb\u2066c',
        word,
        '<img src=x onerror=alert(1)>',
      ];
      await using open = await desk.visit(await desk.write('hostile', withTexts(visit, texts)));
      const { page } = open;
      const shown = await page.locator('.turn > p:first-of-type').allTextContents();
      expect(shown.slice(0, texts.length)).toEqual(texts);
      expect(await page.title()).toBe(`Consultation ${visit.recordingId}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
      expect(open.complaints).toEqual([]);
    });

    test.each([
      ['of a language that is not coded', 'spanish-consultation', 'nobody looked for findings'],
      ['without speech', 'silent-recording', 'No speech was heard'],
    ])('a consultation %s does not look healthy', async (_, fixture, said) => {
      await using open = await desk.visit(await desk.write(fixture, await openFixture(fixture)));
      expect(await open.page.locator('.trust').innerText()).toContain(said);
      expect(await open.page.locator('.tiles').innerText()).not.toContain('None heard');
      // Nor is anything simply left empty.
      expect(await open.page.locator('.trust dd').allInnerTexts()).not.toContain('');
    });

    test.each([
      ['10 minutes', 1],
      ['1 hour', 6],
      ['4 hours', 24],
    ])('%s are ready', async (name, times) => {
      const long = repeated(visit, times);
      await using open = await desk.visit(await desk.write(`long-${times}`, long, false));
      const { page } = open;
      const ready = await page.evaluate(() => performance.getEntriesByName('ready')[0]?.startTime ?? 0);
      const heap = await heapOf(page);
      await page.keyboard.press('j');
      const toScreen = await page.evaluate(async () => {
        performance.mark('pressed');
        document.dispatchEvent(new KeyboardEvent('keydown', { key: 'j' }));
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.measure('shown', 'pressed').duration;
      });
      const words = long.consultation.quality.words;
      console.info(
        `${name}: ${words} words, ${toChart(long).open.findings} findings, ready ${ready.toFixed(0)} ms, ` +
          `heap ${(heap / 1e6).toFixed(1)} MB, evidence to screen ${toScreen.toFixed(0)} ms`,
      );
      expect(await page.locator('.turn').count()).toBe(long.turns.length);
      expect(open.complaints).toEqual([]);
    });
  },
);

interface Heard {
  from: number;
  to: number;
}

/** Presses Enter, and gives the seconds between which it played. */
async function hear(page: Page): Promise<Heard> {
  const heard = page.evaluate(
    () =>
      new Promise<Heard>((resolve) => {
        const media = document.querySelector('audio');
        let from = -1;
        media?.addEventListener('seeked', () => (from = media.currentTime), { once: true });
        media?.addEventListener('pause', () => resolve({ from, to: media.currentTime }), { once: true });
      }),
  );
  await page.keyboard.press('Enter');
  return heard;
}

/** What a server answers at some paths; it is given the request's token and body. */
type Routes = Readonly<Record<string, (token: string, body: string) => unknown>>;

/** The files of a folder, by a server that knows no Range, and answers of its own as JSON. */
async function serve(folder: string, routes: Routes = {}): Promise<AsyncDisposable & { address: string }> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const route = routes[pathname];
    const body = (await request.toArray()).join('');
    if (route) return response.end(JSON.stringify(route(request.headers.authorization ?? '', body)));
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    const type = pathname.endsWith('.html') ? 'text/html' : 'audio/mp4';
    return response.writeHead(200, { 'content-type': type }).end(await readFile(join(folder, basename(pathname))));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A health record's page that has the consultation in a frame, and hands over the user's token. */
const embedding = `<!doctype html><title>record</title><script>
addEventListener('message', ({ data, source }) => {
  if (data.type === 'medzen.ready') source.postMessage({ type: 'medzen.session', token: 'jwt' }, location.origin);
});
</script><iframe src="remote.html" width="1200" height="700"></iframe>`;

/** The first turns say something else, and nothing was found in them. */
function withTexts(opened: Opened, texts: readonly string[]): Opened {
  const turns = opened.turns.map((turn, at) => ({ ...turn, text: texts[at] ?? turn.text, words: [] }));
  return { ...opened, turns };
}
