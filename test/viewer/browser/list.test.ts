import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCase } from '../../../local/cases/caseFolder.ts';
import { type Pages, servePages } from '../../../local/keep/server.ts';
import { realClock } from '../../../local/services/clock.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';
import { violationsOf } from './axe.ts';
import { Desk, executable, looks, noBrowser } from './browser.ts';
import { read } from './record.ts';

const damaged = join(import.meta.dirname, '../../../fixtures/corrupt-recording');

const rowOf = (page: Page, recordingId: string) => page.locator('tr', { hasText: recordingId });

describe.skipIf(executable === undefined)(
  `the list of recordings in Chromium${executable === undefined ? `: ${noBrowser}` : ''}`,
  () => {
    let product: TestStack;
    let pages: Pages;
    let desk: Desk;
    beforeAll(async () => {
      // A job lasts for a while, so that it can be seen.
      product = await TestStack.start({ clock: realClock(), jobDelayMs: 3_000 });
      pages = await servePages({ stack: product.stack, deployment: product.deployment, everyMs: 50 });
      desk = await Desk.open();
    });
    afterAll(async () => {
      await desk?.[Symbol.asyncDispose]();
      await pages?.[Symbol.asyncDispose]();
      await product?.stop();
    });

    test('says that there is none, and shows one from its arrival to its end without being asked', async () => {
      await using open = await desk.look(pages.address);
      const { page } = open;
      expect(await page.locator('main').innerText()).toContain('No recording has arrived yet');
      const { recordingId } = await product.upload(visit('listed'));
      const row = rowOf(page, recordingId);
      await expect.poll(() => row.innerText()).toContain('transcribing');
      await expect.poll(() => row.innerText()).toContain('awaitTranscription');
      expect(await row.locator('a').count()).toBe(0);
      // The row stays the same element while it changes: nothing flickers.
      const element = await row.elementHandle();
      await expect.poll(() => row.locator('.state').innerText()).toContain('done');
      expect(await row.evaluate((now, then) => now === then, element)).toBe(true);
      await row.locator('a').click();
      await expect.poll(() => page.frames().length).toBe(2);
      await expect.poll(() => page.frames()[1]?.locator('.turn').count()).toBeGreaterThan(0);
      // Its keys work at once.
      await page.keyboard.press('j');
      await expect.poll(() => page.frames()[1]?.locator('.finding.is-selected').count()).toBe(1);
      expect(open.complaints).toEqual([]);
    });

    test('says why one was skipped and why another failed, and opens neither', async () => {
      await using open = await desk.look(pages.address);
      const consentless = visit('no-consent', { session: { session: { transcription_enabled: false } } });
      const skipped = (await product.run(consentless)).outcome.recordingId;
      const failed = (await product.run(await readCase(damaged))).outcome.recordingId;
      for (const [recordingId, state, why] of [
        [skipped, 'skipped', 'TranscriptionDisabled'],
        [failed, 'failed', 'UnsupportedMedia'],
      ] as const) {
        const row = rowOf(open.page, recordingId);
        await expect.poll(() => row.innerText()).toContain(state);
        expect(await row.innerText()).toContain(why);
        expect(await row.locator('a').count()).toBe(0);
      }
    });

    test.each(Object.keys(looks))(
      'breaks no rule of WCAG, nor does the page around a consultation (%s)',
      async (look) => {
        await using list = await desk.look(pages.address, looks[look]);
        await expect.poll(() => list.page.locator('tbody tr').count()).toBeGreaterThan(2);
        expect(await violationsOf(list.page)).toEqual([]);
        await list.page.locator('tbody a').first().click();
        await expect.poll(() => list.page.frames().length).toBe(2);
        expect(await violationsOf(list.page)).toEqual([]);
        const width = await list.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(width).toBeLessThanOrEqual(0);
      },
    );

    test('what is decided on its page is there when it is opened again', async () => {
      const { recordingId } = (await product.run(visit('opened-twice'))).outcome;
      await using first = await read(desk, pages.address, recordingId);
      await first.press('j');
      await first.press('w');
      await using again = await read(desk, pages.address, recordingId);
      expect(await again.frame.locator('.was-wrong').count()).toBe(1);
      expect(again.complaints).toEqual([]);
    });

    test('says that the stack has stopped, and how it last was', async () => {
      const alone = await servePages({ stack: product.stack, deployment: product.deployment, everyMs: 50 });
      await using open = await desk.look(alone.address);
      await expect.poll(() => open.page.locator('tbody tr').count()).toBeGreaterThan(0);
      await alone[Symbol.asyncDispose]();
      await expect.poll(() => open.page.locator('[role=status]').innerText()).toContain('does not answer any more');
      expect(await open.page.locator('tbody tr').count()).toBeGreaterThan(0);
    });
  },
);
