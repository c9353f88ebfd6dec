import { describe, expect, test } from 'vitest';
import {
  assignRoles,
  castRoles,
  colleagueShare,
  otherOdds,
  weighCastings,
} from '../../../pipeline/transcript/speakers.ts';
import type { Line } from '../jobResults.ts';
import { transcriptOf } from '../transcriptOf.ts';

const rolesOf = (lines: readonly Line[]) => {
  const roles = assignRoles(transcriptOf(lines, { roles: {} }).turns);
  return Object.fromEntries([...roles].map(([label, { role }]) => [label, role]));
};

const clinicianFirst: Line[] = [
  [0, "Hello, I'm Doctor Okafor. How can I help you today?"],
  [1, "I've had a sore throat since Monday and it hurts when I swallow."],
  [0, 'I see. Have you had any fever or a cough?'],
  [1, "Yeah, I've been hot at night. My head hurts too."],
  [
    0,
    "Let me take a look. I'm going to prescribe some painkillers, and if it doesn't get better you should come back.",
  ],
  [1, 'Thank you, doctor.'],
];
const patientFirst = clinicianFirst.map(([speaker, sentence]): Line => [1 - speaker, sentence]);
const startedByPatient: Line[] = [[1, 'Hi, can you hear me?'], ...clinicianFirst];

test.each<[string, Line[], Record<string, string>]>([
  ['the clinician is spk_0', clinicianFirst, { spk_0: 'clinician', spk_1: 'patient' }],
  ['the clinician is spk_1: labels mean nothing', patientFirst, { spk_1: 'clinician', spk_0: 'patient' }],
  ['the patient speaks first, with a question', startedByPatient, { spk_0: 'clinician', spk_1: 'patient' }],
])('%s', (_, lines, roles) => {
  expect(rolesOf(lines)).toEqual(roles);
});

test('the evidence is the dialogue, and its confidence is high for both', () => {
  const roles = assignRoles(transcriptOf(clinicianFirst).turns);
  for (const role of roles.values()) {
    expect(role.roleEvidence).toBe('dialogue');
    expect(role.roleConfidence).toBeGreaterThanOrEqual(0.8);
    expect(role.roleConfidence).toBeLessThanOrEqual(1);
  }
});

describe('unknown rather than wrong', () => {
  test.each<[string, Line[]]>([
    ['one speaker alone', [[0, "Any fever? No. I've had a headache. I'm going to prescribe something."]]],
    [
      'small talk',
      [
        [0, 'Nice weather.'],
        [1, 'It is indeed.'],
        [0, 'So warm.'],
        [1, 'Lovely.'],
      ],
    ],
    [
      'another language',
      [
        [0, 'Buenos días, dígame.'],
        [1, 'Me duele la cabeza.'],
        [0, 'Desde cuándo.'],
        [1, 'Ayer.'],
      ],
    ],
    [
      'two who say the same things',
      [
        [0, 'Do you have the form?'],
        [1, 'Do you have the form?'],
      ],
    ],
  ])('%s', (_, lines) => {
    for (const role of assignRoles(transcriptOf(lines).turns).values()) {
      expect(role).toEqual({ role: 'unknown', roleConfidence: 0, roleEvidence: 'none' });
    }
  });

  test('nobody', () => {
    expect(assignRoles([]).size).toBe(0);
  });
});

describe('who speaks of the patient as of somebody else', () => {
  const relative: Line[] = [
    [2, "She didn't want to say so on the phone, but she was up all night and could not get comfortable."],
    [1, 'That is true.'],
    [2, 'He said she should call, her sister did as well, and so we drove here in the rain this morning.'],
  ];

  test('is another, beside the patient', () => {
    expect(rolesOf([...clinicianFirst, ...relative])).toEqual({
      spk_0: 'clinician',
      spk_1: 'patient',
      spk_2: 'other',
    });
  });

  test('is another, and no patient, when the patient does not speak', () => {
    const parent: Line[] = [
      [0, "Hello, I'm Doctor Okafor. What brings you in today?"],
      [1, "It's my son, he's had a fever since Monday and he won't eat."],
      [0, 'I see. Has he had any rash, and is he drinking?'],
      [1, "He drinks a little. His cough gets worse at night, he doesn't sleep."],
      [0, 'Does he have any allergies?'],
      [1, 'No, he never had any.'],
      [0, "Let me take a look. I'm going to prescribe something for the fever."],
    ];
    expect(rolesOf(parent)).toEqual({ spk_0: 'clinician', spk_1: 'other' });
  });
});

describe('who is in the room besides', () => {
  const child: Line[] = [
    [0, "Hello, I'm Doctor Okafor. Who have we here?"],
    [1, 'Hi.'],
    [0, 'Are you in school yet?'],
    [1, 'Yes. I am in the third year and I have a new teacher.'],
    [0, 'And how does your ear feel?'],
    [1, 'My ear hurts. I woke up and I could not sleep, and I was crying because my head was hot as well.'],
    [0, 'Mum, has he had a fever?'],
    [2, 'Yes.'],
    [0, 'Did he take anything for it?'],
    [2, 'Only the syrup.'],
    [0, 'And is he eating?'],
    [2, 'A bit of soup and some bread yesterday evening, and then nothing much since, only water and juice.'],
    [0, "Let me take a look at your ear. I'm going to prescribe some drops, and if it gets worse you should call us."],
  ];
  const nurse: Line[] = [
    ...clinicianFirst,
    [0, 'Does your voice sound different to you? Are you able to drink?'],
    [1, 'Yeah, I can drink. My voice is fine.'],
    [0, 'Do you have any pain in your ears, and have you had your tonsils out?'],
    [1, 'No, not that I know of.'],
    [0, 'How long did it last when you had this before?'],
    [1, 'I think it was about a week. I felt awful.'],
    [2, "Hello, I'm the nurse. I'll take your blood pressure now, while the doctor writes that down."],
    [1, 'Okay, thank you.'],
    [2, 'That is fine now, thank you, and there we are.'],
  ];

  test.each<[string, Line[], string]>([
    ['a mother who answers what is asked of her child', child, 'other'],
    ['a second clinician', nurse, 'other'],
  ])('%s', (_, lines, third) => {
    expect(rolesOf(lines)).toEqual({ spk_0: 'clinician', spk_1: 'patient', spk_2: third });
  });
});

describe('neither doctor nor patient', () => {
  const opening: Line = [0, "Good morning, I'm Doctor Okafor. What brings you in today?"];
  const plan: Line = [0, "I'd like to check your blood pressure and I'm going to send you for some blood tests."];

  test.each<[kind: string, lines: Line[], third: string]>([
    [
      'a wife who says that she gives him his tablets',
      [
        opening,
        [1, "I'm all right. I get a bit dizzy when I stand up."],
        [2, "He's not all right, doctor. I give him his tablets in the morning and I found two of them in the bin."],
        [0, 'How long have you had the dizziness?'],
        [1, 'I noticed it last week. I had a fall, and my knee hurts.'],
        [2, "I had to lift him. He won't eat, he sleeps all day, and I check his sugar because he forgets."],
        [0, 'Is he drinking enough?'],
        [2, "I keep telling him, but he doesn't listen to me."],
        plan,
      ],
      'other',
    ],
    [
      'an interpreter who relays',
      [
        [0, "Hello, I'm Doctor Okafor. Can you ask him what brings him in today?"],
        [2, 'He says he has pain in the chest since Sunday, and he is asking if it is the heart.'],
        [0, 'Do you have the pain now?'],
        [1, 'Little pain. I have now.'],
        [2, "He says it's like a stone. He says no fever, and he takes one white tablet that his brother gave him."],
        [0, 'Ask him if he smokes, please.'],
        [2, 'He says ten a day, the interpreter did not hear the rest.'],
        [1, 'I stop. I want stop, my wife say.'],
        [0, "I'm going to send you for some blood tests and an x-ray of your chest. Do you have any allergies?"],
        [1, 'No, I not have, I never take penicillin, I am okay.'],
      ],
      'other',
    ],
    [
      'a nurse who reports what she measured',
      [
        opening,
        [1, "I've had this leg for a week, it hurts when I walk and I can't sleep."],
        [
          2,
          'His temperature is thirty eight point one, his pulse is ninety six, and saturations are ninety seven percent.',
        ],
        [0, 'Thank you. Have you had any fever or shivering at home?'],
        [1, 'I was shivering last night. My leg was hot.'],
        [
          2,
          'The patient has a history of diabetes. His blood pressure was one thirty over eighty, and I gave him paracetamol.',
        ],
        plan,
        [1, 'Thank you, doctor. I feel better already.'],
      ],
      'other',
    ],
  ])('%s', (_, lines, third) => {
    expect(rolesOf(lines)).toMatchObject({ spk_0: 'clinician', spk_1: 'patient', spk_2: third });
  });

  test('a mother who speaks for a baby, and of herself too', () => {
    const mother: Line[] = [
      opening,
      [1, "I'm her mum. She was born early and she's been coughing since Friday, she won't feed."],
      [0, 'Is she having wet nappies?'],
      [1, 'Two today. I gave her a bit of formula and I noticed that her chest goes in when she breathes.'],
      [0, 'Has she had a temperature?'],
      [1, "I checked her, she didn't feel hot. I've had a cold myself, I'm worried that she got it from me."],
      [0, "I'm going to listen to her chest. If she gets worse you should call us, and keep her upright after feeds."],
    ];
    expect(rolesOf(mother)).toEqual({ spk_0: 'clinician', spk_1: 'other' });
  });

  test('but a patient who speaks of her family is the patient', () => {
    const history: Line[] = [
      [0, 'Do you have any family history of heart disease?'],
      [1, 'My dad had a heart attack. He was sixty when he died, and he had sugar as well.'],
      [0, "I'm sorry. And is your mother still with us, does she have any medical problems?"],
      [1, 'She is eighty. She had a stroke and she takes tablets for her blood pressure. I take mine as well.'],
      [0, 'Do you have any brothers or sisters?'],
      [1, 'My sister. She had breast cancer, but she is well, she told me to come and see you.'],
      [0, "I'm going to check your blood pressure."],
      [1, "Thank you, doctor. I've had headaches."],
    ];
    expect(rolesOf(history)).toEqual({ spk_0: 'clinician', spk_1: 'patient' });
  });
});

describe('castRoles', () => {
  const standing = (label: string, clinician: number, other = 0) => ({ label, turns: 9, words: 90, clinician, other });
  const priors = { otherPrior: -3, colleaguePrior: -6, silentPrior: 0 };
  const castOf = (...standings: Parameters<typeof castRoles>[0]) => castRoles(standings, priors);

  test('the confidences of one label over all its roles are a probability', () => {
    const [a, b] = [
      castOf(standing('a', 0.4), standing('b', 0)).get('a'),
      castOf(standing('a', 0), standing('b', 0.4)).get('a'),
    ];
    expect(a?.role).toBe('clinician');
    expect(b?.role).toBe('patient');
    expect(a?.confidence).toBeGreaterThan(0.5);
    expect((a?.confidence ?? 0) + (b?.confidence ?? 0)).toBeGreaterThan(1);
    expect((a?.confidence ?? 0) + (b?.confidence ?? 0)).toBeLessThan(1.3);
  });

  test('one clinician and at most one patient, however many speak alike', () => {
    const cast = castOf(...['a', 'b', 'c', 'd'].map((label, at) => standing(label, at === 0 ? 30 : -30)));
    expect(cast.get('a')).toMatchObject({ role: 'clinician' });
    for (const label of ['b', 'c', 'd']) expect(cast.get(label)?.confidence).toBeLessThan(0.9);
  });

  test('a long talk does not overflow', () => {
    for (const { confidence } of castOf(standing('a', 1e5), standing('b', -1e5, -1e5)).values())
      expect(confidence).toBe(1);
  });
});

test('a third label with a few words is noise, and stays unknown', () => {
  expect(rolesOf([...clinicianFirst, [2, 'Mm. Any more?']])).toEqual({
    spk_0: 'clinician',
    spk_1: 'patient',
    spk_2: 'unknown',
  });
});

describe('weighCastings', () => {
  test('all castings together are one, with the patient among the speakers or not', () => {
    const odds = [
      { clinician: 2, other: 0.5 },
      { clinician: -1, other: -2 },
      { clinician: 0, other: 1 },
    ];
    const { clinician, patient, silent } = weighCastings(odds, -1);
    expect(clinician.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
    expect(patient.reduce((sum, share) => sum + share, silent)).toBeCloseTo(1, 9);
  });

  test('two who sound alike share the roles evenly', () => {
    const alike = { clinician: 3, other: -4 };
    expect(weighCastings([alike, alike], -50).clinician).toEqual([0.5, 0.5]);
  });
});

test.each([
  ['one who speaks of the patient', { clinician: -20, other: 5 }, 2],
  ['a second clinician', { clinician: 20, other: -20 }, 20 * colleagueShare - 6],
])('an other is %s', (_, sums, odds) => {
  expect(otherOdds(sums, { otherPrior: -3, colleaguePrior: -6, silentPrior: 0 })).toBeCloseTo(odds, 3);
});
