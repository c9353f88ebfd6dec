import { beforeAll, describe, expect, test } from 'vitest';
import { buildPage } from '../../infra/page.ts';
import { toChart } from '../../pipeline/reading/draw.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { packWeights } from '../../pipeline/reading/packedWeights.ts';
import { type StatusChange, whatIf } from '../../pipeline/reading/whatIf.ts';
import { apply } from '../../viewer/changes.ts';
import { FileSource } from '../../viewer/fileSource.ts';
import { correctRole } from '../../viewer/correcting.ts';
import { Review } from '../../viewer/review.ts';
import { asNow, type Line, take, takenTogether, toLines, weightsIn } from '../../viewer/whatIf.ts';
import { byRules } from '../pipeline/byRules.ts';
import { openVisit, overlaid, reviewed } from '../pipeline/reading/visit.ts';

/** A short visit whose clinician says what the patient was heard to say, and the other way round. */
let opened: Opened;
beforeAll(async () => {
  const visit = await openVisit();
  const roles = { clinician: 'patient', patient: 'clinician', other: 'other', unknown: 'unknown' } as const;
  opened = visit.consultation.speakers.reduce((of, { label: speaker }) => {
    const heard = visit.turns.find((turn) => turn.speaker === speaker)?.role ?? 'unknown';
    return overlaid(of, { kind: 'role', speaker, fromTurn: 0, toTurn: of.turns.length - 1, role: roles[heard] });
  }, visit);
});

const linesOf = (of: Opened, changes: readonly StatusChange[] = whatIf(of, byRules).changes) =>
  toLines(changes, toChart(of));
const shown = ({ change, part, choices, isDone }: Line) =>
  `${change.label} ${part} ${choices.map(String).join('/')}${isDone ? ' done' : ''}`;
const after = (of: Opened, lines: readonly Line[], choice?: string | null) =>
  take(lines, choice).reduce(
    (before, change) => apply(before, change, { at: '2026-03-04T13:00:00.000Z', by: 'provider', id: 'x' }),
    of,
  );

describe('the lines', () => {
  test('stand by the harm that they may do, and are taken in one change', () => {
    const lines = linesOf(opened);
    expect(lines.map(shown)).toEqual(['asthma opposite present', 'cancer one-sided present']);
    expect(take(takenTogether(lines))).toHaveLength(1);
    const taken = after(opened, takenTogether(lines));
    expect(toChart(taken).findings.problems.map(({ label }) => label)).toEqual(['cough', 'asthma', 'cancer']);
    expect(asNow(lines, toChart(taken)).map(shown)).toEqual(lines.map((line) => `${shown(line)} done`));
    expect(linesOf(taken)).toEqual([]);
  });

  test('one that the clinician decided on before is not taken with the others', () => {
    const decided = reviewed(opened, 'asthma', { verdict: 'wrong', status: 'historical' });
    const lines = linesOf(decided);
    expect(lines.map(shown)).toEqual(['cancer one-sided present', 'asthma decided present']);
    expect(takenTogether(lines).map(shown)).toEqual(['cancer one-sided present']);
    expect(linesOf(after(decided, lines.slice(1))).map(shown)).toEqual(['cancer one-sided present']);
  });

  test('one that stands already as it would is not listed', () => {
    const decided = reviewed(opened, 'asthma', { verdict: 'wrong', status: 'present' });
    expect(linesOf(decided).map(shown)).toEqual(['cancer one-sided present']);
  });

  const changed = (fields: Partial<StatusChange>) =>
    whatIf(opened, byRules)
      .changes.slice(0, 1)
      .map((change) => ({ ...change, ...fields }));

  test('what the machine cannot tell is asked, and is not taken with the others', () => {
    const standing = { list: 'possible', status: 'possible', reason: 'unsettled' } as const;
    const open = changed({
      after: { ...standing, toCheck: { readings: ['historical', 'absent'] } },
      decide: 'possible',
    });
    const lines = linesOf(opened, open);
    expect(lines.map(shown)).toEqual(['asthma opposite historical/absent']);
    expect(takenTogether(lines)).toEqual([]);
    // As it was found is a choice too.
    const chosen = after(opened, lines, 'absent');
    expect(chosen.findingReviews).toMatchObject([{ verdict: 'right', status: null }]);
    expect(asNow(lines, toChart(chosen)).map(shown)).toEqual(['asthma opposite historical/absent done']);
  });

  test('what would be no finding is called wrong', () => {
    const lines = linesOf(opened, changed({ after: null, decide: null }));
    const taken = after(opened, lines);
    expect(toChart(taken).dropped.map(({ label }) => label)).toEqual(['asthma']);
    expect(asNow(lines, toChart(taken)).map(({ isDone }) => isDone)).toEqual([true]);
  });

  test.each([
    ['would appear', { finding: null, decide: undefined }],
    ['cannot have its status', { decide: undefined }],
  ])('what %s stands last and changes nothing', (_, fields) => {
    const lines = linesOf(opened, [...changed(fields), ...whatIf(opened, byRules).changes.slice(1)]);
    expect(lines.map(({ part }) => part)).toEqual(['one-sided', 'undecidable']);
    expect(take(lines.slice(1))).toEqual([]);
    expect(takenTogether(lines)).toHaveLength(1);
  });
});

describe('a review', () => {
  const reviewOf = (of: Opened) => {
    const source = new FileSource(
      { schema: 'medzen.page/1', opened: of, audio: null, base: 'medzen.test' },
      { now: () => new Date(0), id: () => 'id' },
    );
    return new Review(source, of, () => crypto.randomUUID());
  };

  test('shows what a corrected role would change, and changes nothing by itself', async () => {
    const review = reviewOf(opened);
    await correctRole(review, opened.turns[0]?.speaker ?? '', 'other', null);
    expect(review.state.dialog).toEqual({ kind: 'whatIf' });
    expect(review.state.opened.findingReviews).toEqual([]);
  });

  test('takes back with one press what one press took', async () => {
    const review = reviewOf(opened);
    await review.takeTogether(take(takenTogether(linesOf(opened))), '2 statuses taken');
    expect(review.state.opened.findingReviews).toHaveLength(2);
    await review.undo();
    expect(review.state.opened.findingReviews).toEqual([]);
  });
});

test('the clinical code comes with the dialog, not with what opens the page', async () => {
  const { scripts } = await buildPage();
  const holds = (part: string) => scripts.filter(({ text }) => text.includes(part)).map(({ name }) => name);
  // The name of a cue: nothing but the decision on a mention has it.
  expect(holds("the clinician's alone")).toEqual(['whatIf']);
  const dialog = scripts.find(({ name }) => name === 'whatIf');
  expect(dialog?.isLater).toBe(true);
  expect(dialog?.text.length).toBeLessThan(120_000);
});

test('the weights of the page are unpacked once', async () => {
  const packed = await packWeights({ condition: {}, medicine: {}, test: {} });
  expect(weightsIn(packed)).toBe(weightsIn(packed));
  expect(await weightsIn(packed)).toEqual({ condition: {}, medicine: {}, test: {} });
});
