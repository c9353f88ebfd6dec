import { describe, expect, test } from 'vitest';
import { type Cue, cueNames, hearCues } from '../../../pipeline/transcript/roleCues.ts';

type Said = string | [before: string, text: string];

/** A turn that gives the cue, after another's where it must follow on from one, and one much like it that does not. */
const examples: Readonly<Record<Cue, [gives: Said, doesNot: Said]>> = {
  asks: ['Any pain?', 'Any pain.'],
  asksYou: ['Did you sleep', 'I did sleep'],
  asksFindings: ['How long has it been there', 'It has long been there'],
  asksAnother: ['Does she sleep', 'Do they sleep'],
  opens: ['What brings you in today', 'What I bring is this'],
  introduces: ["Hello, I'm Doctor Okafor", 'I saw Doctor Okafor'],
  plans: ["I'm going to quickly examine your knee", "I'm going to work tomorrow"],
  advises: ['If it gets worse, come back', 'It gets worse at night'],
  explains: ['That sounds like a sprain', 'That sounds fine'],
  your: ["You're limping", 'They are limping'],
  acknowledges: ['Okay, so, the knee', 'Okay'],
  i: ["I'll wait", 'It waits'],
  ownPast: ["I've never had that", 'You have never had that'],
  ownComplaint: ['It hurts when I sit', 'Does that hurt'],
  ownHabit: ['I take ibuprofen', 'I find ibuprofen helps'],
  ownBody: ['My left knee is swollen', 'Your left knee is swollen'],
  ownChild: ['My little boy coughs', 'The little boy coughs'],
  ownKin: ['My late mother had it', 'Mother had it'],
  yourKin: ['Does your son sleep', 'Does my son sleep'],
  saysShe: ["She's up all night", 'Shells are up all night'],
  saysHer: ['I gave her soup', 'I gave them soup'],
  we: ["We've been here before", 'They were here before'],
  thanksDoctor: ['Thank you, doctor', 'Thank you'],
  hedges: ['It is kind of sore', 'He was kind to me'],
  affirms: ['Yeah, at night', 'At night, yeah'],
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
  asksAfterAnswer: [
    ['Ten a day.', 'And since when?'],
    ['Do you smoke?', 'And since when?'],
  ],
};

const heard = (said: Said) => (typeof said === 'string' ? hearCues(said, '') : hearCues(said[1], said[0]));

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
  expect(hearCues('No.', '')).toEqual(['affirms']);
  expect(hearCues('Since when?', '')).not.toContain('asksAfterAnswer');
});
