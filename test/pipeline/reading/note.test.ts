import { expect, test } from 'vitest';
import { toChart } from '../../../pipeline/reading/draw.ts';
import { toNote, toNoteText } from '../../../pipeline/reading/note.ts';
import { coded, corrected, openMedicines, openVisit, reviewed } from './visit.ts';

const partsOf = (opened: Awaited<ReturnType<typeof openVisit>>) => {
  const { parts } = toNote(toChart(opened));
  return Object.fromEntries(
    Object.entries(parts).map(([part, lines]) => [part, lines.map(({ sentence }) => sentence)]),
  );
};

test('what nobody has decided is counted and left out', async () => {
  const opened = await openVisit();
  expect(toNote(toChart(opened))).toMatchObject({ open: 3, parts: { subjective: [], assessment: [] } });
  expect(toNoteText(toNote(toChart(opened)))).toContain('3 of the findings are not reviewed and not in this note.');
});

test('a symptom with an accepted code is told and assessed, in the corrected words', async () => {
  const opened = coded(reviewed(await openVisit(), 'asthma'), 'cough', 'accepted');
  expect(partsOf(corrected(opened, 'cough', 'cold'))).toEqual({
    subjective: ['Reports “cold”.', 'Denies “asthma”.'],
    objective: [],
    assessment: ['“cold”: R05.9 cough.'],
    plan: [],
  });
});

test('a rejected code is not assessed', async () => {
  const opened = coded(reviewed(await openVisit(), 'cough'), 'cough', 'rejected');
  expect(partsOf(opened)['assessment']).toEqual([]);
});

test('medicines stand where they belong: what is taken, what is to change', async () => {
  const opened = await openMedicines();
  const all = opened.consultation.medications.reduce((of, { label }) => reviewed(of, label), opened);
  expect(partsOf(all)).toMatchObject({
    subjective: ['Takes metformin, 500 mg, twice a day.'],
    plan: ['Stop ramipril.', 'Start losartan, 50 mg.'],
  });
});

test('the text names the second of each sentence', async () => {
  const opened = reviewed(await openVisit(), 'cancer');
  const { startMs } = opened.consultation.familyHistory[0]?.evidence[0]?.spans[0] ?? { startMs: -1 };
  const clock = `0:${String(Math.floor(startMs / 1000)).padStart(2, '0')}`;
  expect(toNoteText(toNote(toChart(opened)))).toContain(`- Family history, father: “cancer”. [${clock}]`);
});
