import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFixture } from '../../../bench/page/visits.ts';
import { Desk, executable, looks, noBrowser } from './browser.ts';

describe.skipIf(executable === undefined)(
  `what corrected roles would change, in Chromium${executable === undefined ? `: ${noBrowser}` : ''}`,
  () => {
    let desk: Desk;
    let path: string;
    let shortPath: string;
    beforeAll(async () => {
      desk = await Desk.open();
      path = await desk.write('visit', await openFixture('ten-minute-consultation'));
      shortPath = await desk.write('short', await openFixture('mental-health'));
    });
    afterAll(() => desk?.[Symbol.asyncDispose]());

    test('the changes of swapped roles are listed, and one and then all are taken by keyboard', async () => {
      await using open = await desk.visit(path);
      const { page } = open;
      const dialog = page.getByRole('dialog');
      await correctRole(page, 'Clinician');
      await dialog.getByText('Nobody is the patient now').waitFor();
      expect(await dialog.getByRole('button', { name: /^Take all/ }).count()).toBe(0);
      await dialog.getByRole('button', { name: 'Correct another role' }).press('Enter');
      await giveRole(page, 'Patient');
      const all = dialog.getByRole('button', { name: /^Take all/ });
      await all.waitFor();
      const [, count = ''] = /(\d+)$/.exec(await all.innerText()) ?? [];
      // The first of them is that a medicine which was stopped would be taken.
      await all.press('Tab');
      await page.keyboard.press('Tab');
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      expect(await focused()).toBe('Take ramipril: Takes');
      await page.keyboard.press('Enter');
      await dialog.getByText('✓ Takes').waitFor();
      await expect.poll(focused).not.toBe('Take ramipril: Takes');
      expect(await focused()).toMatch(/^Take /);
      expect(await all.innerText()).toBe(`Take all ${Number(count) - 1}`);
      await all.press('Enter');
      await expect.poll(() => all.count()).toBe(0);
      expect(await dialog.locator('.is-done').count()).toBe(Number(count));
      // What the machine cannot tell is left to be chosen.
      expect(await dialog.getByRole('button', { name: 'Take feel sick: Denied' }).count()).toBe(1);
      await page.keyboard.press('Escape');
      expect(await page.locator('.line', { hasText: 'ramipril' }).first().innerText()).toContain('Takes');
      // One press takes back what one press took.
      await page.keyboard.press('u');
      await page.keyboard.press('u');
      await expect.poll(() => page.locator('.line', { hasText: 'ramipril' }).first().innerText()).toContain('Stopped');
      await page.getByRole('button', { name: 'What would change', exact: true }).click();
      await expect.poll(() => all.innerText()).toBe(`Take all ${count}`);
      await dialog.getByRole('button', { name: 'ramipril', exact: true }).click();
      await expect.poll(() => page.locator('.line[aria-expanded=true]').innerText()).toContain('ramipril');
      expect(open.complaints).toEqual([]);
    });

    test.each(Object.keys(looks))('breaks no rule of WCAG 2.2 A and AA, %s', async (look) => {
      await using open = await desk.visit(shortPath, looks[look]);
      const { page } = open;
      await correctRole(page, 'Other');
      await page.getByRole('dialog').getByRole('listitem').first().waitFor();
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run({
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
        }),
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`)).toEqual([]);
    });
  },
);

/** Gives the speaker that the dialog proposes another role. */
async function correctRole(page: Page, role: string): Promise<void> {
  await page.getByRole('button', { name: 'Correct roles', exact: true }).click();
  await giveRole(page, role);
}

async function giveRole(page: Page, role: string): Promise<void> {
  await page.getByRole('radio', { name: role, exact: true }).check();
  await page.getByRole('button', { name: 'Correct', exact: true }).click();
  await page
    .getByRole('dialog')
    .getByRole('heading', { name: /what would change/ })
    .waitFor();
}
