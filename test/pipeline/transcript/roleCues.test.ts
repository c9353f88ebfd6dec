import { describe, expect, test } from 'vitest';
import { type Cue, cueNames, hearCues, hearTalk } from '../../../pipeline/transcript/roleCues.ts';

/** A turn; after another's where it must follow on from one; and in talk of somebody's family where that matters. */
type Said = string | [before: string, text: string, ofFamily?: boolean];

/** A turn that gives the cue, and one much like it that does not. */
const examples: Readonly<Record<Cue, [gives: Said, doesNot: Said]>> = {
  asks: ['Any pain?', 'Any pain.'],
  asksYou: ['Did you sleep', 'I did sleep'],
  asksFindings: ['How long has it been there', 'It has long been there'],
  asksAnother: ['Does she sleep', 'Do they sleep'],
  asksToRelay: ['Can you ask him about the pain', 'Can you talk about the pain'],
  opens: ['What brings you in today', 'What I bring is this'],
  introduces: ["Hello, I'm Doctor Okafor", 'I saw Doctor Okafor'],
  plans: ["I'm going to quickly examine your knee", "I'm going to work tomorrow"],
  advises: ['If it gets worse, come back', 'It gets worse at night'],
  advisesForAnother: ['If he gets worse, call us', 'If I get worse, I call you'],
  explains: ['That sounds like a sprain', 'That sounds fine'],
  your: ["You're limping", 'They are limping'],
  acknowledges: ['Okay, so, the knee', 'Okay'],
  i: ["I'll wait", 'It waits'],
  ownPast: ["I've never had that", 'You have never had that'],
  ownComplaint: ['It hurts when I sit', 'Does that hurt'],
  ownHabit: ['I take ibuprofen', 'I find ibuprofen helps'],
  ownBody: ['My left knee is swollen', 'Your left knee is swollen'],
  ownChild: ['My little boy coughs', 'The little boy coughs'],
  ownSpouse: ['My wife booked it', 'His wife booked it'],
  ownKin: ['My late mother had it', 'Mother had it'],
  happensToMe: ['It made me cough', 'It made her cough'],
  sheToMe: ['She gave me the drops', 'I gave her the drops'],
  yourChild: ['Does your son sleep', 'Does my son sleep'],
  yourKin: ['How is your mother', 'How is my mother'],
  saysShe: ["She's up all night", 'Shells are up all night'],
  saysHer: ['I gave her soup', 'I gave them soup'],
  aboutAnother: ["She's been sleeping badly", 'I sleep badly'],
  caresFor: ['I give her the tablets', 'She gives me the tablets'],
  relays: ["He says it's like a nail", "I say it's like a nail"],
  interprets: ['The interpreter did not hear that', 'The inspector did not hear that'],
  isCompanion: ["I'm his daughter, Sian", "I'm Sian"],
  corrects: ["You don't eat, Dad", "I don't eat"],
  we: ["We've been here before", 'They were here before'],
  thanksDoctor: ['Thank you, doctor', 'Thank you'],
  measures: ['Saturations are ninety one', 'There are ninety one'],
  asksBack: ['Should I stop the tablets', 'I stopped the tablets'],
  ofInfant: ['He was born early', 'He was here early'],
  presents: ['She has a history of asthma', 'She has asthma'],
  hedges: ['It is kind of sore', 'He was kind to me'],
  affirms: ['Yeah, at night', 'At night, yeah'],
  isShort: ['At night, yes', 'At night, yes, often'],
  answers: [
    ['Do you smoke', 'Ten a day.'],
    ['You smoke.', 'Ten a day.'],
  ],
  answersYesNo: [
    ['Any fever?', 'No.'],
    ['Any fever?', 'A little.'],
  ],
  answersForAnother: [
    ['Does he sleep?', 'All night.'],
    ['Do you sleep?', 'All night.'],
  ],
  saysSheOfFamily: [
    ['', 'She had diabetes.', true],
    ['', 'She had diabetes.'],
  ],
  answersYouWithShe: [
    ['Do you sleep?', 'She sleeps badly.'],
    ['Do you sleep?', 'She sleeps badly.', true],
  ],
  answersYouWithI: [
    ['Do you sleep?', 'I try.'],
    ['Does she sleep?', 'I try.'],
  ],
  answersSheWithI: [
    ['Does she sleep?', 'I do.'],
    ['Do you sleep?', 'I do.'],
  ],
  asksAfterAnswer: [
    ['Ten a day.', 'And since when?'],
    ['Do you smoke?', 'And since when?'],
  ],
};

const heard = (said: Said) => (typeof said === 'string' ? hearCues(said, '') : hearCues(said[1], said[0], said[2]));

describe('a cue is heard in its example and not in one much like it', () => {
  test.each(cueNames)('%s', (cue) => {
    const [gives, doesNot] = examples[cue];
    expect(heard(gives)).toContain(cue);
    expect(heard(doesNot)).not.toContain(cue);
  });
});

test('a turn gives each cue once, whatever its case, and the same ones when it is heard again', () => {
  const text = 'DO YOU SMOKE? DO YOU DRINK?';
  expect(hearCues(text, '')).toEqual(['asks', 'asksYou']);
  expect(hearCues(text.toLowerCase(), '')).toEqual(hearCues(text, ''));
});

test('nothing said is nothing heard, and a first turn answers nobody', () => {
  expect(hearCues('', '')).toEqual([]);
  expect(hearCues('No.', '')).toEqual(['affirms', 'isShort']);
  expect(hearCues('Since when?', '')).not.toContain('asksAfterAnswer');
});

describe('talk of the family', () => {
  const heardOf = (...texts: string[]) => {
    const turns = texts.map((text, at) => ({ speaker: String(at % 2), text }));
    return [...hearTalk(turns)].map(({ cues }) => cues.includes('saysSheOfFamily'));
  };

  test.each<[string, string[], boolean[]]>([
    ['begins with a relative', ['Is your mother well?', 'She died.', 'How old was she?'], [false, true, true]],
    [
      'ends soon',
      ['My dad had it.', 'I see.', 'Yes.', 'And the boy?', 'He coughs.'],
      [false, false, false, false, false],
    ],
    ['is none of the patient', ['Does she sleep?', 'She does.'], [false, false]],
  ])('%s', (_, texts, ofFamily) => {
    expect(heardOf(...texts)).toEqual(ofFamily);
  });
});
