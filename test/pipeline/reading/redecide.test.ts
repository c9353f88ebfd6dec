import { expect, test } from 'vitest';
import { openFiles } from '../../../pipeline/reading/openFiles.ts';
import { redecide } from '../../../pipeline/reading/redecide.ts';
import { byRules } from '../byRules.ts';
import { documentsOf } from '../consult.ts';
import { coded, overlaid, reviewed } from './visit.ts';

const condition = { category: 'MEDICAL_CONDITION', type: 'DX_NAME' };

async function openTalk(lines: readonly string[], options: Parameters<typeof documentsOf>[1] = condition) {
  const { transcript, entities, consultation } = await documentsOf(lines, options);
  return openFiles(transcript, entities, consultation);
}

test("the clinician's own decisions and codes decide nothing anew", async () => {
  const opened = await openTalk(['C: Any [cough]?', 'P: No.'], { ...condition, codes: { cough: 'R05.9' } });
  const entity = opened.entities[0]?.id ?? '';
  const own = {
    entity,
    system: 'ICD-10-CM',
    code: 'J00',
    description: null,
    score: null,
    rank: 2,
    billable: null,
  } as const;
  const decided = coded(reviewed(opened, 'cough', { verdict: 'wrong', status: 'present' }), 'cough', 'rejected');
  const added = {
    ...decided,
    codes: [
      ...decided.codes,
      { ...own, source: 'clinician', review: 'accepted', reviewedAt: null, reviewedBy: null, note: null } as const,
    ],
  };
  expect(redecide(added, 'heard', byRules).ruledOut).toEqual(opened.consultation.ruledOut);
});

test('roles count as corrected only where that is asked for, and in the evidence too', async () => {
  const opened = await openTalk(['C: Any [cough]?', 'P: No.']);
  const { speaker = '' } = opened.turns[0] ?? {};
  const corrected = overlaid(opened, { kind: 'role', speaker, fromTurn: 0, toTurn: 1, role: 'patient' });
  expect(redecide(corrected, 'heard', byRules)).toEqual(redecide(opened, 'heard', byRules));
  const [problem] = redecide(corrected, 'corrected', byRules).problems;
  expect(problem?.evidence.map(({ role }) => role)).toEqual(['patient']);
});

test('where nobody was told apart, an answer may stand in the same turn as its question', async () => {
  const opened = await openTalk(['C: Any [cough]? No.']);
  const { consultation } = opened;
  const flagged = (flags: typeof consultation.quality.flags) =>
    redecide(
      { ...opened, consultation: { ...consultation, quality: { ...consultation.quality, flags } } },
      'heard',
      byRules,
    );
  expect(flagged([]).ruledOut.map(({ label }) => label)).toEqual(['cough']);
  expect(flagged(['single-speaker']).ruledOut).toEqual([]);
});
