import { beforeAll, expect, test } from 'vitest';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { FileSource } from '../../viewer/fileSource.ts';
import type { PageData } from '../../viewer/pageData.ts';
import { findingOf, openVisit } from '../pipeline/reading/visit.ts';
import { sourceContract } from './sourceContract.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

let ids = 0;
const desk = { now: () => new Date('2026-03-04T12:00:00Z'), id: () => `id-${(ids += 1)}` };
const sourceOf = (data: PageData) => new FileSource(data, desk);
const page = (): PageData => ({ schema: 'medzen.page/1', opened, audio: null, base: 'https://api.example' });

sourceContract('the page itself', () =>
  Promise.resolve({ source: sourceOf(page()), finding: findingOf(opened, 'cough').id }),
);

test('the download holds every decision in order, each once', async () => {
  const source = sourceOf(page());
  const finding = findingOf(opened, 'cough').id;
  const after = await source.change(opened, { kind: 'findings', decisions: [{ finding, verdict: 'right' }] }, 'a');
  await source.change(after, { kind: 'sign' }, 'b');
  await source.change(after, { kind: 'sign' }, 'b');
  expect(JSON.parse(source.decisions())).toMatchObject({
    schema: 'medzen.decisions/1',
    recordingId: opened.recordingId,
    decisions: [
      { at: '2026-03-04T12:00:00.000Z', revision: 1, change: { kind: 'findings' } },
      { revision: 2, change: { kind: 'sign' } },
    ],
  });
});
