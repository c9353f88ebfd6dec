import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCase } from '../../../local/cases/caseFolder.ts';
import { silentWav } from '../../../local/cases/pcm.ts';
import { type Pages, servePages } from '../../../local/keep/server.ts';
import { signIn } from '../../../local/keep/standIns.ts';
import { uuidOf } from '../../../local/replay/session.ts';
import { realClock } from '../../../local/services/clock.ts';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { toChart } from '../../../pipeline/reading/draw.ts';
import type { CodeDecision, FindingDecision } from '../../../viewer/changes.ts';
import { laterWords } from '../../../viewer/laterWords.ts';
import { words } from '../../../viewer/words.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';
import { Desk, executable, noBrowser } from './browser.ts';
import { type Asked, read } from './record.ts';

const fixture = join(import.meta.dirname, '../../../fixtures/ten-minute-consultation');

describe.skipIf(executable === undefined)(
  `the page over the database${executable === undefined ? `: ${noBrowser}` : ''}`,
  () => {
    let product: TestStack;
    let pages: Pages;
    let desk: Desk;
    /** How far the stack's time is ahead of the machine's, in milliseconds. */
    let ahead = 0;
    beforeAll(async () => {
      const clock = { ...realClock(), now: () => Date.now() + ahead };
      product = await TestStack.start({ clock });
      pages = await servePages({ stack: product.stack, deployment: product.deployment });
      desk = await Desk.open();
    });
    afterEach(() => {
      ahead = 0;
    });
    afterAll(async () => {
      await desk?.[Symbol.asyncDispose]();
      await pages?.[Symbol.asyncDispose]();
      await product?.stop();
    });

    const tokenOf = (userId: string) => signIn(product.stack, userId).token;
    /** A short visit of its own. @returns its recording */
    const newVisit = async (name: string) => (await product.run(visit(name))).outcome.recordingId;

    /** What stands in the database, as its provider opens it. */
    async function opened(recordingId: string, providerId: string): Promise<Opened> {
      const { SUPABASE_URL = '', SUPABASE_ANON_KEY = '' } = product.stack.env;
      const headers = { apikey: SUPABASE_ANON_KEY, authorization: `Bearer ${tokenOf(providerId)}` };
      const response = await fetch(`${SUPABASE_URL}/rest/v1/rpc/open_consultation`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ recording: recordingId }),
      });
      return (await response.json()) as Opened;
    }

    const logOf = (recordingId: string) =>
      product.sql(
        `select revision, action, actor, token from review_log where recording_id = '${recordingId}' order by id`,
      );
    const signaturesOf = async (recordingId: string) =>
      (await product.sql(`select id from access_log where recording_id = '${recordingId}' and action = 'link'`)).length;

    test('a whole visit is reviewed and signed by keyboard alone, and the database holds exactly that', async () => {
      const given = await readCase(fixture);
      const { recordingId } = (await product.run(given)).outcome;
      const provider = given.session?.session?.['provider_id'] as string;
      const before = await opened(recordingId, provider);
      await using reading = await read(desk, pages.address, recordingId);
      const { frame, asked } = reading;
      const presses: string[] = [];
      const press = async (key: string) => {
        presses.push(key);
        await reading.press(key);
      };
      const left = () => frame.locator('.trust').innerText();
      await press('j');
      while (!(await left()).includes(words.glance.nothingWaits) && presses.length <= 110) {
        await press('a');
        // What the machine could not settle asks.
        if ((await frame.locator('dialog').count()) > 0) await press('1');
      }
      await press('S');
      await press('Enter');
      console.info(`a review of ten minutes over the database, with its signature: ${presses.length} presses`);
      expect(presses.length).toBeLessThanOrEqual(110);
      expect(await frame.locator('.states').innerText()).toContain(words.glance.signature.signed);
      expect(reading.complaints).toEqual([]);

      const changes = asked.filter(({ name }) => /^(?:review|sign)_/.test(name));
      expect(new Set(changes.map(({ status }) => status))).toEqual(new Set([200]));
      const codes = await product.sql(
        `select entity_id, system, code, review, reviewed_by from clinical_codes where recording_id = '${recordingId}'`,
      );
      const decided = decisionsOf<CodeDecision>(changes, 'review_codes');
      const wanted = before.codes.map(({ entity, system, code }) => {
        const last = decided.findLast((one) => one.entity === entity && one.system === system && one.code === code);
        // A code of an entity that belongs to no finding is not asked about.
        return [entity, system, code, last?.review ?? 'suggested', last ? provider : null];
      });
      expect(sorted(codes)).toEqual(sorted(wanted));
      const reviews = await product.sql(
        `select finding, verdict, status, by from finding_reviews where recording_id = '${recordingId}'`,
      );
      const verdicts = new Map(
        decisionsOf<FindingDecision>(changes, 'review_findings').map((one) => [one.finding, one]),
      );
      const wantedReviews = [...verdicts.values()].map(({ finding, verdict, status = null }) => [
        finding,
        verdict,
        status,
        provider,
      ]);
      expect(sorted(reviews)).toEqual(sorted(wantedReviews));

      const last = before.revision + changes.length - 1;
      const actions = { review_codes: 'codes', review_findings: 'findings', sign_consultation: 'signed' };
      const [results, ...decisions] = await logOf(recordingId);
      expect(results).toEqual([String(before.revision), 'results', null, null]);
      expect(decisions).toEqual(
        changes.map(({ name, body }, n) => [
          String(Math.min(last, before.revision + n + 1)),
          actions[name as keyof typeof actions],
          provider,
          body['token'],
        ]),
      );
      const signed = `select signed_by, signed_revision, revision from recordings where recording_id = '${recordingId}'`;
      expect(await product.sql(signed)).toEqual([[provider, String(last), String(last)]]);
      const chart = toChart(await opened(recordingId, provider));
      expect([chart.open, chart.signature]).toEqual([{ findings: 0, codes: 0 }, 'signed']);
    });

    describe('the recording', () => {
      let recordingId: string;
      beforeAll(async () => {
        // So many bytes that the browser asks for them piece by piece.
        const bytes = silentWav(200_000, 2, 48_000);
        const given = visit('heard-over-the-database', { recording: { fileName: 'recording.wav', bytes } });
        recordingId = (await product.run(given)).outcome.recordingId;
      });

      test('whose link has expired goes on at the same second after exactly one new signature', async () => {
        await using reading = await read(desk, pages.address, recordingId);
        const { frame, page } = reading;
        // Functions sign by the machine's clock: what they sign has not expired.
        page.on('request', (request) => {
          if (request.url().endsWith('/link')) ahead = 0;
        });
        const now = () => frame.locator('audio').evaluate((media: HTMLAudioElement) => media.currentTime);
        const isPlaying = () => frame.locator('audio').evaluate((media: HTMLAudioElement) => !media.paused);
        const seek = (second: number) =>
          frame.locator('.player input[type=range]').evaluate((slider: HTMLInputElement, second) => {
            slider.value = String(second);
            slider.dispatchEvent(new Event('change', { bubbles: true }));
          }, second);
        await reading.press(' ');
        await expect.poll(isPlaying).toBe(true);
        const before = await signaturesOf(recordingId);
        ahead += 301_000;
        await seek(150);
        await expect.poll(now).toBeGreaterThan(150);
        await expect.poll(isPlaying).toBe(true);
        expect(await now()).toBeLessThan(160);
        expect(await signaturesOf(recordingId)).toBe(before + 1);
        expect(await frame.locator('.heard [role=alert]').count()).toBe(0);
      });

      test.each([
        ['whose server knows no ranges is not played from the middle', 200, 'cannotSeek'],
        ['that is gone is not played', 404, 'noMedia'],
      ] as const)('%s, and the page says why', async (_, status, why) => {
        await using reading = await read(desk, pages.address, recordingId, {
          prepare: (page) =>
            page.route(/\.wav\?/, async (route) => {
              const body = Buffer.from(silentWav(200_000, 1, 8_000));
              await route.fulfill({ status, ...(status === 200 && { body, contentType: 'audio/wav' }) });
            }),
        });
        const { frame } = reading;
        await reading.press('j');
        await reading.press('j');
        await reading.press('j');
        await reading.press('Enter');
        await expect.poll(() => frame.locator('.heard').innerText()).toContain(laterWords.silences[why]);
        expect(await frame.locator('audio').evaluate((media: HTMLAudioElement) => media.currentTime)).toBe(0);
      });

      test('cannot be asked for: the words are read all the same, and it is said when it is to be heard', async () => {
        await using reading = await read(desk, pages.address, recordingId, {
          prepare: (page) => page.route('**/recordings/*/link', (route) => route.abort()),
        });
        const { frame, fault } = reading;
        expect(fault).toBeUndefined();
        expect(await frame.locator('.turn').count()).toBeGreaterThan(0);
        await reading.press('j');
        await reading.press('Enter');
        await expect.poll(() => frame.locator('.heard').innerText()).toContain(laterWords.silences.network);
      });
    });

    describe('a decision that cannot be made now', () => {
      const provider = (name: string) => uuidOf(name, 'provider');
      /** The codes and verdicts that stand in the database. */
      const decidedIn = async (recordingId: string, name: string) => {
        const { codes, findingReviews } = await opened(recordingId, provider(name));
        return codes.filter(({ review }) => review !== 'suggested').length + findingReviews.length;
      };
      const refused = (count: number) => words.refused(count);

      test('because the session ended is kept, and made after it was renewed', async () => {
        const recordingId = await newVisit('signed-out');
        await using reading = await read(desk, pages.address, recordingId);
        const { frame } = reading;
        await reading.press('j');
        ahead += 3_700_000;
        await reading.press('a');
        const last = () => frame.locator('.last').innerText();
        expect(await last()).toContain(words.faults.signedOut);
        expect(await last()).toContain(refused(1));
        // Once more: it is still nobody's.
        await frame.getByRole('button', { name: words.tryAgain }).click();
        await reading.settled();
        expect(await last()).toContain(refused(1));
        expect(await decidedIn(recordingId, 'signed-out')).toBe(0);
        await reading.signIn(tokenOf(provider('signed-out')));
        await frame.getByRole('button', { name: words.tryAgain }).click();
        await reading.settled();
        expect(await last()).not.toContain(words.tryAgain);
        expect(await decidedIn(recordingId, 'signed-out')).toBeGreaterThan(0);
      });

      test('because nothing is reached is kept, and made once it is', async () => {
        const recordingId = await newVisit('offline');
        await using reading = await read(desk, pages.address, recordingId);
        const { frame, page } = reading;
        await reading.press('j');
        await page.context().setOffline(true);
        await reading.press('a');
        const last = () => frame.locator('.last').innerText();
        expect(await last()).toContain(words.faults.offline);
        expect(await last()).toContain(refused(1));
        // It is not left: its line is still the one that waits.
        expect(await frame.locator('.finding.is-selected').count()).toBe(1);
        await page.context().setOffline(false);
        await frame.getByRole('button', { name: words.tryAgain }).click();
        await reading.settled();
        expect(await last()).not.toContain(words.tryAgain);
        expect((await logOf(recordingId)).length).toBeGreaterThan(0);
        expect(await decidedIn(recordingId, 'offline')).toBeGreaterThan(0);
      });

      test('because another window decided first is refused, and made of what stands then', async () => {
        const recordingId = await newVisit('two-windows');
        await using first = await read(desk, pages.address, recordingId);
        await using second = await read(desk, pages.address, recordingId);
        await second.press('j');
        await second.press('j');
        await second.press('w');
        const byOther = (await opened(recordingId, provider('two-windows'))).findingReviews;
        expect(byOther).toHaveLength(1);
        await first.press('j');
        await first.press('a');
        const last = () => first.frame.locator('.last').innerText();
        expect(await last()).toContain(words.faults.stale);
        expect(await last()).toContain(refused(1));
        await first.frame.getByRole('button', { name: words.tryAgain }).click();
        await first.settled();
        expect(await last()).not.toContain(words.tryAgain);
        const after = await opened(recordingId, provider('two-windows'));
        expect(after.findingReviews).toEqual(expect.arrayContaining(byOther));
        expect(await decidedIn(recordingId, 'two-windows')).toBeGreaterThan(1);
        expect(await first.frame.locator('.was-wrong').count()).toBe(1);
      });
    });

    describe('nothing of the consultation is shown to', () => {
      let recordingId: string;
      let said: string[];
      beforeAll(async () => {
        recordingId = await newVisit('whose');
        said = (await opened(recordingId, uuidOf('whose', 'provider'))).turns.map(({ text }) => text);
      });
      const hours = 3_600_000;

      test.each<[string, () => string, keyof typeof words.faults]>([
        ['another provider', () => tokenOf(uuidOf('somebody-else', 'provider')), 'notYours'],
        ['the patient', () => tokenOf(uuidOf('whose', 'patient')), 'notYours'],
        [
          'somebody whose session has ended',
          () => signIn(product.stack, uuidOf('whose', 'provider'), -hours).token,
          'signedOut',
        ],
        ['somebody with a token of elsewhere', () => 'e30.e30.e30', 'signedOut'],
      ])('%s, and the page says what that means', async (_, token, why) => {
        await using reading = await read(desk, pages.address, recordingId, { token: token() });
        expect(reading.fault).toContain(sentence(words.faults[why]));
        const html = await reading.frame.content();
        expect(said.filter((text) => html.includes(text))).toEqual([]);
        expect(reading.asked.map(({ name }) => name)).toEqual(['open_consultation']);
      });

      test('a page that nobody hands a session to, which says so', async () => {
        await using opening = await desk.look(`${pages.address}/recordings/${recordingId}/page`);
        await expect.poll(() => opening.page.locator('body').innerText()).toContain(sentence(laterWords.faults.nobody));
      });
    });

    test('a consultation of a later version is not shown', async () => {
      const recordingId = await newVisit('later');
      await using reading = await read(desk, pages.address, recordingId, {
        prepare: (page) =>
          page.route('**/rpc/open_consultation', async (route) => {
            const response = await route.fetch();
            await route.fulfill({
              response,
              json: { ...((await response.json()) as object), schema: 'medzen.opened/2' },
            });
          }),
      });
      expect(reading.fault).toContain(laterWords.faults.later);
    });

    test('what cannot be opened now is opened by another press', async () => {
      const recordingId = await newVisit('away');
      let isAway = true;
      await using reading = await read(desk, pages.address, recordingId, {
        prepare: (page) =>
          page.route('**/rpc/open_consultation', (route) => (isAway ? route.abort() : route.continue())),
      });
      expect(reading.fault).toContain(sentence(words.faults.offline));
      isAway = false;
      await reading.frame.getByRole('button', { name: words.tryAgain }).click();
      await expect.poll(() => reading.frame.locator('.turn').count()).toBeGreaterThan(0);
    });
  },
);

/** The decisions of the calls of one function, in their order. */
function decisionsOf<Decision>(asked: readonly Asked[], name: string): Decision[] {
  return asked.flatMap((one) => (one.name === name ? (one.body['decisions'] as Decision[]) : []));
}

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();

/** As it stands at the beginning of a line. */
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
