import { expect, test } from 'vitest';
import { toChart } from '../../pipeline/reading/draw.ts';
import { documentKinds, toDocument } from '../../viewer/documents.ts';
import { openVisit, reviewed } from '../pipeline/reading/visit.ts';

const base = 'https://api.example';

test('nothing that nobody has decided stands in note or patient document, and both say how much that is', async () => {
  const opened = await openVisit();
  for (const kind of ['note', 'patient'] as const) {
    const { text, unreviewed } = toDocument(kind, opened, toChart(opened), base);
    expect(text).not.toContain('cough');
    expect(unreviewed).toBe('3 findings are not decided and not in this document.');
  }
});

test('what is decided stands in them', async () => {
  const opened = reviewed(await openVisit(), 'cough');
  const texts = documentKinds.map((kind) => toDocument(kind, opened, toChart(opened), base).text);
  expect(texts[0]).toContain('Reports “cough”.');
  expect(texts[1]).toBe('What you told us\n- You told us about “cough”.\n');
  expect(texts[2]).toMatch(/^WEBVTT\n/);
});

test('FHIR has what nobody has decided, and says that a machine found it', async () => {
  const opened = await openVisit();
  const { text, fileName, unreviewed } = toDocument('fhir', opened, toChart(opened), base);
  expect(text).toContain('cough');
  expect(text).toContain(`${base}/recordings/${opened.recordingId}`);
  expect(fileName).toBe(`${opened.recordingId}-fhir.json`);
  expect(unreviewed).toBe(
    '3 findings are not decided. This document has them, marked as found by a machine and not confirmed.',
  );
  const all = opened.consultation.problems.map(({ label }) => label);
  const decided = all.reduce((before, label) => reviewed(before, label), opened);
  expect(toDocument('fhir', decided, toChart(decided), base).unreviewed).not.toContain('3 findings');
});
