import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFixture } from '../../../bench/page/visits.ts';
import { makeStandIn } from '../../../local/cases/standIn.ts';
import { lists } from '../../../pipeline/clinical/finding.ts';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { laterWords } from '../../../viewer/laterWords.ts';
import { words } from '../../../viewer/words.ts';
import { violationsOf } from './axe.ts';
import { Desk, executable, looks, noBrowser, saidInstead } from './browser.ts';

const { glance, findings } = words;

describe.skipIf(executable === undefined)(
  `bad input in Chromium${executable === undefined ? `: ${noBrowser}` : ''}`,
  () => {
    let desk: Desk;
    let visit: Opened;
    beforeAll(async () => {
      desk = await Desk.open();
      visit = await openFixture('mental-health');
    });
    afterAll(() => desk?.[Symbol.asyncDispose]());

    const withoutFindings = (opened: Opened): Opened => ({
      ...opened,
      consultation: { ...opened.consultation, ...Object.fromEntries(lists.map((list) => [list, []])) },
      entities: [],
      codes: [],
      unmapped: [],
    });
    const withStatus = (opened: Opened, status: Opened['recording']['status']): Opened => ({
      ...opened,
      recording: { ...opened.recording, status },
      consultation: { ...opened.consultation, status },
    });
    const withRoles = (opened: Opened, facts: { role?: 'unknown'; roleConfidence: number }): Opened => ({
      ...opened,
      turns: opened.turns.map((turn) => ({ ...turn, role: facts.role ?? turn.role })),
      consultation: {
        ...opened.consultation,
        speakers: opened.consultation.speakers.map((speaker) => ({ ...speaker, ...facts })),
      },
    });
    const withGap = (opened: Opened): Opened => {
      const gap = { operation: 'DetectEntitiesV2' as const, begin: 0, end: 200, error: 'Throttled', message: '' };
      const { coverage } = opened.consultation;
      const partly = { ...coverage, complete: false, gaps: [gap] };
      return withStatus({ ...opened, consultation: { ...opened.consultation, coverage: partly } }, 'partial');
    };

    /** What each is to say, and what it must not: an empty list never looks healthy. */
    const cases: Readonly<Record<string, [make: () => Opened, says: string[], never: string[]]>> = {
      'not coded, and therefore empty': [
        () => withStatus(withoutFindings(visit), 'not_coded'),
        [glance.notCoded, findings.noneNotCoded, glance.notLookedFor],
        [glance.nothingWaits, glance.noneHeard, glance.readAll],
      ],
      'read in part, and therefore empty': [
        () => withGap(withoutFindings(visit)),
        [glance.readPartly(1), findings.nonePartly, glance.noneInRead],
        [glance.nothingWaits, glance.noneHeard, glance.readAll],
      ],
      'read in part': [() => withGap(visit), [glance.readPartly(1), 'was not read. Listen to it.'], [glance.readAll]],
      'read whole, and without findings': [
        () => withoutFindings(visit),
        [glance.readAll, findings.noneAll, glance.noAllergy],
        [glance.nothingWaits],
      ],
      'of unknown roles': [
        () => withRoles(visit, { role: 'unknown', roleConfidence: 0 }),
        [words.roles.unknown, glance.rolesUnsure],
        [],
      ],
      'of roles that are perhaps swapped': [
        () => withRoles(visit, { roleConfidence: 0.6 }),
        [glance.rolesUnsure],
        [`, ${glance.rolesSure}`],
      ],
    };

    describe.each(Object.keys(cases))('a consultation that is %s', (name) => {
      test.each(['light', 'dark'])('says so, and breaks no rule of WCAG (%s)', async (look) => {
        const [make = () => visit, says = [], never = []] = cases[name] ?? [];
        await using open = await desk.visit(await desk.write('case', make()), looks[look]);
        const text = await open.page.locator('main').innerText();
        expect(says.filter((said) => !text.includes(said))).toEqual([]);
        expect(never.filter((said) => text.includes(said))).toEqual([]);
        expect(await violationsOf(open.page)).toEqual([]);
        expect(open.complaints).toEqual([]);
      });
    });

    describe('a recording', () => {
      /** Hears the last finding that is listed, and gives what is said of it. */
      async function heardOf(page: Page): Promise<string> {
        await page.locator('.line').last().click();
        await page.keyboard.press('Enter');
        await expect.poll(() => page.locator('.heard [role=alert]').count()).toBe(1);
        return page.locator('.heard').innerText();
      }

      test.each<[string, () => Promise<Uint8Array> | Uint8Array, keyof typeof laterWords.silences]>([
        [
          'that is shorter than the talk',
          async () => (await makeStandIn({ durationMs: 1_000, channels: 1 })).bytes,
          'tooShort',
        ],
        ['that is no sound at all', () => Buffer.from('<html>Not found</html>'), 'noMedia'],
        ['of no bytes', () => Buffer.alloc(0), 'noMedia'],
      ])('%s is not played, and the page says why', async (_, toBytes, why) => {
        const path = await desk.write('silence', visit);
        await writeFile(join(desk.folder, 'silence-recording.mp4'), await toBytes());
        await using open = await desk.visit(path);
        expect(await heardOf(open.page)).toContain(laterWords.silences[why]);
        expect(await open.page.locator('audio').evaluate((media: HTMLAudioElement) => media.paused)).toBe(true);
        expect(await violationsOf(open.page)).toEqual([]);
      });

      test('that is not there is said before anybody presses', async () => {
        await using open = await desk.visit(await desk.write('none', visit, false));
        expect(await open.page.locator('.heard').innerText()).toContain(words.player.noAudio);
        expect(await heardOf(open.page)).toContain(words.player.noAudio);
      });
    });

    describe.each(['light', 'dark', '700 px', '200 %'])('a page that cannot be read (%s)', (look) => {
      test.each<[string, (html: string) => string, keyof typeof laterWords.faults]>([
        ['of a later version', (html) => html.replace('medzen.opened/1', 'medzen.opened/2'), 'later'],
        ['of a later page', (html) => html.replace('medzen.page/1', 'medzen.page/2'), 'later'],
        ['that is cut short', (html) => html.replace('{"schema":"medzen.page/1"', '{"schema":"medzen.p'), 'unreadable'],
      ])('%s shows nothing but why', async (_, damage, why) => {
        const path = await desk.write('damaged', visit);
        await writeFile(path, damage(await readFile(path, 'utf8')));
        await using open = await desk.look(path, looks[look]);
        expect(await saidInstead(open.page)).toContain(laterWords.faults[why]);
        expect(await open.page.locator('#page').innerText()).toBe(laterWords.faults[why]);
        expect(await violationsOf(open.page)).toEqual([]);
      });
    });
  },
);
