import { beforeAll, describe, expect, test } from 'vitest';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { type StatusChange, whatIf } from '../../../pipeline/reading/whatIf.ts';
import { openFiles } from '../../../pipeline/reading/openFiles.ts';
import { byRules } from '../byRules.ts';
import { documentsOf } from '../consult.ts';
import { overlaid } from './visit.ts';

const condition = { category: 'MEDICAL_CONDITION', type: 'DX_NAME' };

async function openTalk(lines: readonly string[], options: Parameters<typeof documentsOf>[1] = condition) {
  const { transcript, entities, consultation } = await documentsOf(lines, options);
  return openFiles(transcript, entities, consultation);
}

/** Both speakers in each other's role. */
function swapped(opened: Opened): Opened {
  const other = { clinician: 'patient', patient: 'clinician', other: 'other', unknown: 'unknown' } as const;
  return opened.consultation.speakers.reduce(
    (of, { label, role }) =>
      overlaid(of, { kind: 'role', speaker: label, fromTurn: 0, toTurn: of.turns.length - 1, role: other[role] }),
    opened,
  );
}

const shown = ({ label, before, after, decide, gravity }: StatusChange) =>
  `${label}: ${before?.status ?? 'none'} > ${after?.status ?? 'none'}, ${gravity}, ${decide === undefined ? 'no decision' : decide}`;
const changesOf = (opened: Opened) => whatIf(opened, byRules).changes.map(shown);

let mood: Opened;
beforeAll(async () => {
  mood = await openTalk([
    'C: How have you been feeling?',
    'P: Low, most days.',
    'C: Any [suicidal thoughts]?',
    'P: No.',
    'C: Do you have [asthma]?',
    'P: Yes.',
  ]);
});

test('nothing would change while no role is corrected', () => {
  expect(whatIf(mood, byRules)).toEqual({ changes: [], otherwise: 0 });
});

test('with swapped roles what was denied is said, and the worst stands first', () => {
  const { changes } = whatIf(swapped(mood), byRules);
  expect(changes.map(shown)).toEqual(['suicidal thoughts: absent > present, opposite, present']);
  expect(changes[0]).toMatchObject({
    before: { list: 'ruledOut', reason: 'answered-no' },
    after: { list: 'problems', reason: 'stated' },
  });
});

test('a correction of one turn changes what is said there alone', () => {
  const { index: fromTurn, speaker } = mood.turns[2] ?? { index: 0, speaker: '' };
  const corrected = overlaid(mood, { kind: 'role', speaker, fromTurn, toTurn: fromTurn, role: 'patient' });
  expect(changesOf(corrected)).toEqual(['suicidal thoughts: absent > present, opposite, present']);
});

test('a correction that gives back the role that was heard changes nothing', () => {
  expect(changesOf(swapped(swapped(mood)))).toHaveLength(1);
  const back = mood.consultation.speakers.reduce(
    (of, { label: speaker, role }) => overlaid(of, { kind: 'role', speaker, fromTurn: 0, toTurn: 5, role }),
    swapped(mood),
  );
  expect(changesOf(back)).toEqual([]);
});

test('corrected words are read as they were transcribed', () => {
  const words = { kind: 'words', turn: 3, begin: 0, end: 2, was: 'No', becomes: 'Yes' } as const;
  expect(changesOf(overlaid(swapped(mood), words))).toEqual(changesOf(swapped(mood)));
});

describe('what no decision on a finding says', () => {
  test('a finding that would appear', async () => {
    const opened = await openTalk(['C: Any [operations]?', 'P: My appendix.']);
    expect(changesOf(swapped(opened))).toEqual(['operations: none > present, one-sided, no decision']);
  });

  test('mentions that would part from the others of their finding', async () => {
    const opened = await openTalk(['P: Do you have [asthma]?', 'C: Yes.', 'C: My mother has [asthma] too.']);
    const { changes } = whatIf(swapped(opened), byRules);
    expect(changes.map(shown)).toEqual(['asthma: present > family, one-sided, no decision']);
    expect(changes.map(({ splitsFrom }) => splitsFrom)).toEqual(['asthma']);
  });
});

test('a finding that would be none is called wrong, and has no status', async () => {
  const opened = await openTalk(['P: Any [operations]?', 'C: My appendix.']);
  expect(changesOf(swapped(opened))).toEqual(['operations: present > none, one-sided, null']);
});

test('what another version of the product decided is told apart from what the roles change', () => {
  const older: Opened = {
    ...mood,
    consultation: { ...mood.consultation, problems: [], possible: mood.consultation.problems },
  };
  expect(whatIf(older, byRules)).toEqual({ changes: [], otherwise: 1 });
  expect(changesOf(swapped(older))).toEqual(['suicidal thoughts: absent > present, opposite, present']);
  const without: Opened = { ...mood, consultation: { ...mood.consultation, ruledOut: [] } };
  expect(whatIf(swapped(without), byRules)).toEqual({ changes: [], otherwise: 1 });
});
