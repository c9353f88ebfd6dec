import { describe, expect, test } from 'vitest';
import { toRuling } from '../../../../../pipeline/clinical/assertion/rules/ruling.ts';
import type { Line } from '../../../jobResults.ts';
import { spanOf, transcriptOf } from '../../../transcriptOf.ts';

const clinician = 0;
const patient = 1;

/** The stretch that decided, in words. */
function decided(lines: Line[], words: string, more: { layout?: 'plain'; category?: string; turn?: number } = {}) {
  const { layout, category = 'MEDICAL_CONDITION', turn = 0 } = more;
  const transcript = transcriptOf(lines, layout ? { layout } : {});
  const { decidedBy } = toRuling(transcript, { ...spanOf(transcript, words), category, turn, traits: [] });
  if (!decidedBy) return undefined;
  const { begin, end } = decidedBy;
  const home = transcript.turns[decidedBy.turn];
  expect([home && begin >= home.begin, home && end <= home.end]).toEqual([true, true]);
  return Array.from(transcript.text).slice(begin, end).join('');
}

describe('the words that decided', () => {
  test('are the answer', () => {
    const lines: Line[] = [
      [clinician, 'Any chest pain?'],
      [patient, 'No. I feel fine.'],
    ];
    expect(decided(lines, 'chest pain')).toBe('No.');
  });

  test('are the answer as far as the sentence that answers', () => {
    const lines: Line[] = [
      [clinician, 'Any chest pain?'],
      [patient, 'Sorry. The door. Yes, at night. It is bad.'],
    ];
    expect(decided(lines, 'chest pain')).toBe('Sorry. The door. Yes, at night.');
  });

  test('are the answer as far as it takes something back', () => {
    const lines: Line[] = [
      [clinician, 'Any blood?'],
      [patient, 'Yeah. Oh, in my urine? No, never. Good.'],
    ];
    expect(decided(lines, 'blood')).toBe('Yeah. Oh, in my urine? No, never.');
  });

  test('follow the question where nobody is told apart', () => {
    const lines: Line[] = [[clinician, 'Good morning. Any chest pain? No. Good.']];
    expect(decided(lines, 'chest pain', { layout: 'plain' })).toBe('No.');
  });

  test('begin after the question where no mark parts the two', () => {
    const lines: Line[] = [[clinician, `any chest pain ${'no I never had it '.repeat(40).trim()}`]];
    const words = decided(lines, 'chest pain', { layout: 'plain' });
    expect(words).toMatch(/^(?:no|I|never|had|it) /);
    expect(words?.length).toBeLessThan(400);
  });

  test('are the question of an allergy that is named alone', () => {
    const lines: Line[] = [
      [clinician, 'Okay. Any allergies?'],
      [patient, 'Penicillin.'],
    ];
    expect(decided(lines, 'Penicillin', { category: 'MEDICATION', turn: 1 })).toBe('Any allergies?');
  });

  test("are the clinician's, of what the patient asks", () => {
    const lines: Line[] = [
      [patient, 'Could it be cancer?'],
      [clinician, 'No, it is not. It is a cyst.'],
    ];
    expect(decided(lines, 'cancer')).toBe('No, it is not.');
  });

  test('are nobody else’s of what somebody states', () => {
    expect(decided([[patient, 'I have chest pain.']], 'chest pain')).toBeUndefined();
  });
});
