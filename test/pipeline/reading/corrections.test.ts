import { describe, expect, test } from 'vitest';
import { Corrections } from '../../../pipeline/reading/corrections.ts';
import type { Correction } from '../../../pipeline/reading/opened.ts';

const role = (n: number, fields: object) =>
  ({
    id: `c${n}`,
    at: `2026-03-04T12:00:0${n}.000Z`,
    by: 'x',
    kind: 'role',
    speaker: 'spk_0',
    ...fields,
  }) as Correction;
const words = (n: number, begin: number, was: string, becomes: string) =>
  ({
    id: `c${n}`,
    at: `2026-03-04T12:00:0${n}.000Z`,
    by: 'x',
    kind: 'words',
    turn: 0,
    begin,
    end: begin + was.length,
    was,
    becomes,
  }) as Correction;

describe('the role of a turn', () => {
  const corrections = new Corrections([
    role(2, { fromTurn: 3, toTurn: 3, role: 'other' }),
    role(1, { fromTurn: 0, toTurn: 9, role: 'patient' }),
  ]);
  test.each([
    ['is corrected for the turns that are named', { index: 9, speaker: 'spk_0' }, 'patient'],
    ['is that of the latest correction, whatever their order', { index: 3, speaker: 'spk_0' }, 'other'],
    ['stays beyond them', { index: 10, speaker: 'spk_0' }, 'clinician'],
    ['stays for another speaker in between', { index: 4, speaker: 'spk_1' }, 'clinician'],
  ])('%s', (_, turn, expected) => {
    expect(corrections.roleOf(turn, 'clinician')).toBe(expected);
  });
});

describe('the words of a stretch', () => {
  test('several corrections of other lengths, by code points', () => {
    const text = '🙂 met for min and rama prill';
    const corrections = new Corrections([
      words(1, 2, 'met for min', 'metformin'),
      words(2, 18, 'rama prill', 'ramipril'),
    ]);
    expect(corrections.correct(text, { begin: 0, end: 28 })).toBe('🙂 metformin and ramipril');
  });
  test('a stretch inside the transcript counts from its own begin', () => {
    expect(new Corrections([words(1, 102, 'b', 'BB')]).correct('a b c', { begin: 100, end: 105 })).toBe('a BB c');
  });
  test('a correction that only overlaps the stretch leaves it', () => {
    expect(new Corrections([words(1, 98, 'xxxa', 'y')]).correct('a b c', { begin: 100, end: 105 })).toBe('a b c');
  });
});
