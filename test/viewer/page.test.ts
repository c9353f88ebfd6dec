import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { FileSource } from '../../viewer/fileSource.ts';
import { type Media, Player } from '../../viewer/player.ts';
import { Review } from '../../viewer/review.ts';
import { Detail } from '../../viewer/views/finding.tsx';
import { Page } from '../../viewer/views/page.tsx';
import { openVisit, reviewed } from '../pipeline/reading/visit.ts';
import { foundAs } from './charts.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
  await Detail.load();
});

const media = { addEventListener: () => undefined } as unknown as Media;
const nothing = () => undefined;

/** The page's markup, after some presses. */
async function drawnPage(of: Opened, presses: (review: Review) => unknown = nothing): Promise<string> {
  const data = { schema: 'medzen.page/1', opened: of, audio: null, base: '' } as const;
  const source = new FileSource(data, { now: () => new Date(0), id: () => 'id' });
  const review = new Review(source, of, () => crypto.randomUUID());
  const player = new Player(media, () => Promise.resolve(null));
  await presses(review);
  return renderToString(h(Page, { review, player, audio: null, act: nothing, save: nothing }));
}

/** The text of the markup, as a reader sees it. */
const seen = (markup: string) => markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('a finding', () => {
  test('that is denied says so in a word, with a sign for the eye alone', async () => {
    const line = /<button[^>]*id="f-[^"]*"[^>]*>(?:(?!<\/button>).)*asthma.*?<\/button>/.exec(
      await drawnPage(opened),
    )?.[0];
    expect(line).toContain('<span aria-hidden="true">⊘</span> Denied');
  });
  test('that was called wrong stays in its place and says what it is', async () => {
    const page = await drawnPage(reviewed(opened, 'cough', { verdict: 'wrong' }));
    expect(seen(page)).toMatch(/cough[^A-Z]*✓ not a finding/);
  });
  test('of another status says what it was', async () => {
    const page = await drawnPage(reviewed(opened, 'cough', { verdict: 'wrong', status: 'historical' }));
    expect(seen(page)).toContain('✓ status changed was Present');
  });
  test('shows its quote, role and second once it is selected, and no score', async () => {
    const page = seen(await drawnPage(opened, (review) => review.move(1)));
    expect(page).toMatch(/Hear 0:\d\d/);
    expect(page).toContain('Patient: “ I have a cough. ”');
    const answered = seen(await drawnPage(opened, (review) => (review.move(1), review.move(1))));
    expect(answered).toMatch(/Clinician: “ Do you have asthma\? ” Patient: “ No\. ”/);
    expect(page).not.toMatch(/\b0\.\d/);
  });
  test('that nobody may agree to with one key has no Accept', async () => {
    const of = foundAs(opened, 'cough', { toCheck: ['present', 'possible'] });
    const page = await drawnPage(of, (review) => review.move(1));
    expect(page).toContain('Two readings are about as likely: Present or Possible. Choose one.');
    expect(page).not.toContain('data-action="agree"');
  });
});

test('a turn is one paragraph with one text', async () => {
  const page = await drawnPage(opened);
  const paragraphs = [...page.matchAll(/<p id="t-\d+"[^>]*>(.*?)<\/p>/g)].map(([, inside]) => inside);
  expect(paragraphs).toEqual(opened.turns.map(({ text }) => text));
});

test('the page says that it stores nothing, and offers the decisions once there are some', async () => {
  expect(seen(await drawnPage(opened))).toContain('Nothing is stored');
  const after = await drawnPage(opened, async (review) => {
    review.move(1);
    await review.agree();
  });
  expect(seen(after)).toContain('Download decisions (1)');
});

test.each([
  ['not coded', 'not_coded' as const, 'Not looked for'],
  ['partly read', 'partial' as const, 'None in what was read'],
  ['read', 'completed' as const, 'None mentioned. Ask if it matters.'],
])('an empty list of allergies of a consultation that is %s does not look healthy', async (_, status, words) => {
  const of = { ...opened, recording: { ...opened.recording, status } };
  const tile = /<h3>Allergies<\/h3>(.*?)<\/div>/.exec(await drawnPage(of))?.[1] ?? '';
  expect(seen(tile).trim()).toBe(words);
});
