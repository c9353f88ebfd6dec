import { describe, expect, test } from 'vitest';
import { type AnyFinding, listOfStatus } from '../../pipeline/reading/statuses.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { findingsOf } from '../../pipeline/reading/draw.ts';
import { toReviewables } from '../../pipeline/reading/patient.ts';
import { legible } from '../../pipeline/reading/fhir/xhtml.ts';
import { hostile } from '../pipeline/reading/fhir/charts.ts';
import { sectionsOf } from '../pipeline/reading/fhir/parsed.ts';
import { openMedicines, openVisit } from '../pipeline/reading/visit.ts';
import { bundleOf, faultsOf, isInstalled } from './checks.ts';

const texts = [
  ...hostile,
  ['control characters', 'a\u{0}b\u{b}c\u{1b}[31m\u{ffff}'],
  ['halves of characters', '\u{d83d} \u{de00}'],
  ['blanks of all widths', '\u{a0}\u{2028}\u{feff}'],
  ['nothing', ''],
] as const;

/** The consultation in which everything that somebody said, typed or named is this text. */
function withText(opened: Opened, text: string): Opened {
  for (const { finding } of findingsOf(opened)) rename(finding, text);
  return {
    ...opened,
    recordingId: `rec-${text}`,
    session: { ...opened.session, meetingId: text, appointmentId: text, providerId: text, patientId: text },
    codes: opened.codes.map((code, at) => ({ ...code, description: text, ...(at % 2 === 0 && { code: text }) })),
    findingReviews: toReviewables(opened).map(({ id, kind }, at) => ({
      finding: id,
      verdict: 'wrong',
      status: Object.keys(listOfStatus[kind])[at] ?? null,
      note: text,
      at: '2026-03-04T12:00:00.000Z',
      by: text,
    })),
  };
}

function rename(finding: AnyFinding, text: string): void {
  finding.label = text;
  for (const evidence of finding.evidence) evidence.quote = text;
  if ('dose' in finding) Object.assign(finding, { dose: [text], frequency: [text] });
}

describe.runIf(isInstalled).each([
  ['a visit', openVisit],
  ['medicines', openMedicines],
])('%s is valid, whatever its words are:', (_, open) => {
  test.each(texts)('%s', async (_, text) => {
    const opened = withText(await open(), text);
    expect(await faultsOf(opened)).toEqual([]);
    expect(await faultsOf({ ...opened, findingReviews: [] })).toEqual([]);
    const labels = Object.values(sectionsOf(bundleOf(opened))).flatMap(({ lines }) => lines);
    if (text.trim() !== '') expect(labels).toContain(legible(text));
  });
});
