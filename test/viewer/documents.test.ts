import { expect, test } from 'vitest';
import { toChart } from '../../pipeline/reading/draw.ts';
import { documentKinds, toDocument } from '../../viewer/documents.ts';
import { openVisit, reviewed } from '../pipeline/reading/visit.ts';

test('nothing that nobody has decided stands in note or patient document, and both say how much that is', async () => {
  const opened = await openVisit();
  for (const kind of ['note', 'patient'] as const) {
    const { text, unreviewed } = toDocument(kind, opened, toChart(opened));
    expect(text).not.toContain('cough');
    expect(unreviewed).toBe(3);
  }
});

test('what is decided stands in them', async () => {
  const opened = reviewed(await openVisit(), 'cough');
  const texts = documentKinds.map((kind) => toDocument(kind, opened, toChart(opened)).text);
  expect(texts[0]).toContain('Reports “cough”.');
  expect(texts[1]).toBe('What you told us\n- You told us about “cough”.\n');
  expect(texts[2]).toMatch(/^WEBVTT\n/);
});
