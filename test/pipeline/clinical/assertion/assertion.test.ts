import { describe, expect, test } from 'vitest';
import { toAssertion } from '../../../../pipeline/clinical/assertion/assertion.ts';
import { sentenceAt } from '../../../../pipeline/transcript/sentences.ts';
import type { Transcript } from '../../../../pipeline/transcript/transcript.ts';
import type { Line } from '../../jobResults.ts';
import { spanOf, transcriptOf } from '../../transcriptOf.ts';

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
  return toAssertion(transcript, { begin, end, category, turn, traits: traits.map(trait) });
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
      traits: [trait('SYMPTOM'), trait('NEGATION')],
      reason: 'negation-trait',
      relative: null,
      decidedBy: null,
    });
  });
});

describe("a clinician's question is what its answer makes of it", () => {
  test.each<[string, string]>([
    ['No.', 'absent'],
    ['No, nothing like that.', 'absent'],
    ['Um, no, not really.', 'absent'],
    ['Well, nope.', 'absent'],
    ["I haven't.", 'absent'],
    ['None at all.', 'absent'],
    ['Uh-uh.', 'absent'],
    ['Yes.', 'present'],
    ['Yeah, since Monday.', 'present'],
    ['Oh, yes, a lot.', 'present'],
    ['A little bit.', 'present'],
    ['Mm-hmm.', 'present'],
    ['Uh-huh, at night.', 'present'],
    ["I'm not sure, maybe.", 'possible'],
    ["No idea, I don't know.", 'possible'],
    ['My brother called yesterday.', 'possible'],
    ['Noah says hello.', 'possible'],
    ['Mm.', 'possible'],
  ])('%s', (answer, status) => {
    const lines: Line[] = [
      [clinician, 'Okay. Any chest pain?'],
      [patient, answer],
    ];
    expect(statusOf(lines, 'chest pain')).toBe(status);
  });

  test.each<[string, string, string]>([
    ['How long have you had the chest pain?', 'A week or two.', 'present'],
    ['How often do you get chest pain?', 'Never.', 'absent'],
    ['And when did the chest pain start?', 'Monday.', 'present'],
    ['How about chest pain?', 'No.', 'absent'],
  ])('that takes its finding for granted or does not: %s %s', (question, answer, status) => {
    const lines: Line[] = [
      [clinician, question],
      [patient, answer],
    ];
    expect(statusOf(lines, 'chest pain')).toBe(status);
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

describe('what the clinician announces', () => {
  test.each<[string, Line[], string, string, string]>([
    [
      'a medicine is planned',
      [[clinician, "I'm going to prescribe amoxicillin."]],
      'amoxicillin',
      'MEDICATION',
      'planned',
    ],
    ['a test is planned', [[clinician, "Let's get an x-ray done."]], 'x-ray', 'TEST_TREATMENT_PROCEDURE', 'planned'],
    ['a condition is not', [[clinician, "I'll note the asthma."]], 'asthma', 'MEDICAL_CONDITION', 'present'],
    ['a medicine stated is taken', [[clinician, 'You take ramipril.']], 'ramipril', 'MEDICATION', 'present'],
    [
      'a medicine in another sentence is taken',
      [[clinician, "You take ramipril. I'll call you."]],
      'ramipril',
      'MEDICATION',
      'present',
    ],
    [
      'a medicine the patient will take is told',
      [[patient, "I'll take ibuprofen."]],
      'ibuprofen',
      'MEDICATION',
      'present',
    ],
  ])('%s', (_, lines, words, category, status) => {
    expect(statusOf(lines, words, { category })).toBe(status);
  });
});

describe('a medicine that is named as an allergy is not taken', () => {
  test.each<[string, Line[], string]>([
    ['by itself', [[patient, "I'm allergic to penicillin."]], 'possible'],
    [
      'as an answer',
      [
        [clinician, 'Fine. Any allergies?'],
        [patient, 'Just penicillin.'],
      ],
      'possible',
    ],
    [
      'but one that is taken is',
      [
        [clinician, 'Any allergies?'],
        [patient, 'Yes.'],
        [clinician, 'What do you take?'],
        [patient, 'I take penicillin.'],
      ],
      'present',
    ],
  ])('%s', (_, lines, status) => {
    expect(statusOf(lines, 'penicillin', { category: 'MEDICATION' })).toBe(status);
  });
});

describe('the sentence of a finding', () => {
  const transcript = transcriptOf([
    [0, 'Hello 🩺 there.'],
    [1, 'It was 37.5 at noon! Then 🩺 pain? Gone'],
  ]);
  const turn = transcript.turns[1];

  test.each([
    ['37.5', 'It was 37.5 at noon!'],
    ['It', 'It was 37.5 at noon!'],
    ['pain', 'Then 🩺 pain?'],
    ['Gone', 'Gone'],
  ])('of %s is "%s", in code points of the whole text', (words, expected) => {
    if (!turn) throw new Error('the dialogue has two turns');
    const sentence = sentenceAt(turn, spanOf(transcript, words).begin);
    expect(sentence).toEqual(spanOf(transcript, expected));
  });
});

describe('what is said of somebody else', () => {
  test.each<[string, Line[], string]>([
    [
      'goes on over a listener',
      [
        [patient, "My dad had trouble too. He's all right now, he's"],
        [clinician, 'Mm.'],
        [patient, 'had the stents.'],
      ],
      'family',
    ],
    ['goes on in the next sentence', [[patient, 'It was my sister. She got stents.']], 'family'],
    ['ends where the patient speaks of himself', [[patient, 'My dad is fine. I got stents.']], 'present'],
    ['ends with a sentence about himself', [[patient, 'My dad is fine. I work. They got stents.']], 'present'],
    ['needs a relative', [[patient, 'The doctor was kind. He put in stents.']], 'present'],
    [
      'ends where somebody else has the word',
      [
        [patient, 'My dad is fine.'],
        [clinician, 'And how was the surgeon at the hospital?'],
        [patient, 'He put in stents.'],
      ],
      'present',
    ],
    ['is the patient when a relative speaks', [[clinician, 'He got stents.']], 'present'],
  ])('%s', (_, lines, status) => {
    expect(statusOf(lines, 'stents')).toBe(status);
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
