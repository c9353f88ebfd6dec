import { describe, expect, test } from 'vitest';
import { toRuling } from '../../../../../pipeline/clinical/assertion/rules/ruling.ts';
import type { Transcript } from '../../../../../pipeline/transcript/transcript.ts';
import type { Line } from '../../../jobResults.ts';
import { spanOf, transcriptOf } from '../../../transcriptOf.ts';

const clinician = 0;
const patient = 1;

const trait = (name: string) => ({ name, score: 0.9 });

function assertionOf(
  transcript: Transcript,
  words: string,
  { category = 'MEDICAL_CONDITION', traits = [] as string[] } = {},
) {
  const { begin, end } = spanOf(transcript, words);
  const turn = transcript.turns.findLastIndex((candidate) => candidate.begin <= begin);
  return toRuling(transcript, { begin, end, category, turn, traits: traits.map(trait) });
}

const statusOf = (lines: Line[], words: string, more?: Parameters<typeof assertionOf>[2]) =>
  assertionOf(transcriptOf(lines), words, more).status;

describe('the traits of the service', () => {
  const told: Line[] = [[patient, 'There was some asthma in it.']];

  test.each([
    [['SYMPTOM'], 'present'],
    [[], 'present'],
    [['NEGATION'], 'absent'],
    [['SYMPTOM', 'NEGATION'], 'absent'],
    [['NEGATION', 'DIAGNOSIS', 'PAST_HISTORY'], 'absent'],
    [['DIAGNOSIS', 'PERTAINS_TO_FAMILY'], 'family'],
    [['PAST_HISTORY'], 'historical'],
    [['FUTURE'], 'planned'],
    [['DIAGNOSIS', 'HYPOTHETICAL'], 'possible'],
    [['SIGN', 'DIAGNOSIS', 'LOW_CONFIDENCE'], 'possible'],
  ])('%j, in whatever place, mean %s', (traits, status) => {
    expect(statusOf(told, 'asthma', { traits })).toBe(status);
    expect(statusOf(told, 'asthma', { traits: traits.toReversed() })).toBe(status);
  });

  test.each<[string, string, string]>([
    ["You haven't had any wheeze?", 'I have, every night.', 'possible'],
    ["You haven't had any wheeze?", "No, I haven't.", 'absent'],
    ["You haven't had any wheeze?", 'Yes.', 'absent'],
    ['So no wheeze, is that right?', 'Yes, that is right.', 'absent'],
    ['Your chest is clear, no wheeze.', 'Yes, I thought so.', 'absent'],
  ])('a denial in a question waits for the answer: %s %s', (question, answer, status) => {
    const lines: Line[] = [
      [clinician, question],
      [patient, answer],
    ];
    expect(statusOf(lines, 'wheeze', { traits: ['SYMPTOM', 'NEGATION'] })).toBe(status);
  });

  test.each<[string, string, string]>([
    ["I'm allergic to penicillin.", 'penicillin', 'possible'],
    ['I stopped taking lisinopril.', 'lisinopril', 'historical'],
    ["I don't take aspirin.", 'aspirin', 'absent'],
  ])('that negate a medicine do not hide why it is not taken: %s', (said, words, status) => {
    expect(statusOf([[patient, said]], words, { category: 'MEDICATION', traits: ['NEGATION'] })).toBe(status);
  });

  test('are kept, and named as the reason', () => {
    expect(assertionOf(transcriptOf(told), 'asthma', { traits: ['SYMPTOM', 'NEGATION'] })).toEqual({
      status: 'absent',
      said: 'absent',
      traits: [trait('SYMPTOM'), trait('NEGATION')],
      reason: 'negation-trait',
      relative: null,
      decidedBy: null,
      toCheck: null,
    });
  });
});

describe("a clinician's question is what its answer makes of it", () => {
  test.each<[string, string, string]>([
    ['Okay. Any chest pain?', 'No.', 'absent'],
    ['Okay. Any chest pain?', 'Yes.', 'present'],
    ['Okay. Any chest pain?', 'Maybe.', 'possible'],
    ['Okay. Any chest pain?', 'Not any more.', 'historical'],
    ['Okay. Any chest pain?', "My cousin's got it.", 'family'],
    ['Have you ever had chest pain?', 'Yes, once.', 'historical'],
    ['And when did the chest pain start?', 'Monday.', 'present'],
  ])('%s %s %s', (question, answer, status) => {
    const lines: Line[] = [
      [clinician, question],
      [patient, answer],
    ];
    expect(statusOf(lines, 'chest pain')).toBe(status);
  });

  test.each<[string, string, string, string]>([
    ['MEDICATION', 'Would you like to try a patch?', 'Okay, why not.', 'planned'],
    ['MEDICATION', 'Would you like to try a patch?', "I'd rather not.", 'absent'],
    ['MEDICATION', 'Would you like to try a patch?', 'Hm.', 'possible'],
    ['MEDICATION', "You're allergic to a patch, is that right?", 'Yes.', 'possible'],
    ['MEDICATION', 'Do you use a patch?', 'No.', 'absent'],
    ['MEDICAL_CONDITION', 'Would you like to have a patch?', 'Yes.', 'present'],
    ['TEST_TREATMENT_PROCEDURE', 'Have you had the patch?', "Not yet, it's booked for Friday.", 'planned'],
    ['TEST_TREATMENT_PROCEDURE', 'Have you had the patch?', 'No.', 'absent'],
  ])('and of what kind it is: %s %s %s', (category, question, answer, status) => {
    const lines: Line[] = [
      [clinician, question],
      [patient, answer],
    ];
    expect(statusOf(lines, 'patch', { category })).toBe(status);
  });

  test.each<[string, string, string]>([
    ['PERTAINS_TO_FAMILY', 'No, nobody.', 'absent'],
    ['PERTAINS_TO_FAMILY', 'Yes, my aunt.', 'family'],
    ['PERTAINS_TO_FAMILY', 'Let me think.', 'possible'],
    ['PAST_HISTORY', 'Yes, as a child.', 'historical'],
  ])('that carries %s is answered all the same: %s', (name, answer, status) => {
    const lines: Line[] = [
      [clinician, 'Does anybody in the family have diabetes?'],
      [patient, answer],
    ];
    expect(statusOf(lines, 'diabetes', { traits: ['DIAGNOSIS', name] })).toBe(status);
  });

  test('that nobody answers is possible, not present', () => {
    expect(statusOf([[clinician, 'Any chest pain?']], 'chest pain')).toBe('possible');
  });

  test('with no question mark is a question all the same', () => {
    expect(
      statusOf(
        [
          [clinician, 'Okay, and do you have any chest pain.'],
          [patient, 'No.'],
        ],
        'chest pain',
      ),
    ).toBe('absent');
  });

  test.each(['chest pain', 'cough'])('in a row of questions one answer holds for %s', (words) => {
    const lines: Line[] = [
      [clinician, 'Any chest pain? Any cough?'],
      [patient, 'No.'],
    ];
    expect(statusOf(lines, words)).toBe('absent');
  });

  test('that the clinician goes on from is unclear', () => {
    const lines: Line[] = [
      [clinician, 'Any chest pain? I ask everybody that.'],
      [patient, 'No.'],
    ];
    expect(statusOf(lines, 'chest pain')).toBe('possible');
  });

  test('is answered by the next other speaker, past a word of the one who asked', () => {
    const transcript = transcriptOf(
      [
        [clinician, 'Any chest pain?'],
        [clinician, 'Take your time.', 2000],
        [patient, 'No.'],
      ],
      { layout: 'channels' },
    );
    expect(transcript.turns).toHaveLength(3);
    expect(assertionOf(transcript, 'chest pain')).toMatchObject({ status: 'absent', reason: 'answered-no' });
  });

  test('leaves what a trait denies denied', () => {
    const lines: Line[] = [
      [clinician, 'No chest pain?'],
      [patient, 'Yes, none.'],
    ];
    expect(statusOf(lines, 'chest pain', { traits: ['NEGATION'] })).toBe('absent');
  });

  test.each<[string, string]>([
    ['chest pain', 'absent'],
    ['fever', 'present'],
  ])('is decided within the text when nobody is told apart: %s', (words, status) => {
    const transcript = transcriptOf(
      [
        [clinician, 'Any chest pain?'],
        [patient, 'No.'],
        [clinician, 'Any fever?'],
        [patient, 'Yes, last night.'],
      ],
      { layout: 'plain' },
    );
    expect(assertionOf(transcript, words).status).toBe(status);
  });
});

describe('what is no question', () => {
  test.each<[string, Line[], string]>([
    [
      'what the patient tells with a question at its end',
      [
        [patient, 'I have chest pain, you know?'],
        [clinician, 'No, tell me.'],
      ],
      'present',
    ],
    ['what the patient tells', [[patient, 'I have chest pain.']], 'present'],
    [
      'what the clinician says after the question',
      [
        [clinician, 'Any fever? I can hear the chest pain.'],
        [patient, 'No.'],
      ],
      'present',
    ],
    [
      'a number within it is no end of a sentence',
      [
        [clinician, 'It was 37.5 with chest pain and you said no?'],
        [patient, 'Yes.'],
      ],
      'present',
    ],
  ])('%s', (_, lines, status) => {
    expect(statusOf(lines, 'chest pain')).toBe(status);
  });
});

describe('the relative', () => {
  test.each<[string, Line[], string | null]>([
    ['is named in the statement', [[patient, 'My sister had stents.']], 'sister'],
    [
      'is named in the answer',
      [
        [clinician, 'Has anybody in the family had stents?'],
        [patient, 'My nan.'],
      ],
      'grandmother',
    ],
    [
      'is named in the question, where the answer is a yes',
      [
        [clinician, 'Has your father had stents?'],
        [patient, 'Yes.'],
      ],
      'father',
    ],
    [
      'is named though it has none of it',
      [
        [clinician, 'Has your mother had stents?'],
        [patient, 'No.'],
      ],
      'mother',
    ],
    ["is nobody where it is the patient's own", [[patient, 'My sister sent me. I had stents.']], null],
  ])('%s', (_, lines, relative) => expect(assertionOf(transcriptOf(lines), 'stents').relative).toBe(relative));
});
