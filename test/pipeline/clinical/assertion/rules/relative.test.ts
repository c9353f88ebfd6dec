import { expect, test } from 'vitest';
import { relativesIn, toRelative } from '../../../../../pipeline/clinical/assertion/rules/relative.ts';
import { sentenceAt } from '../../../../../pipeline/transcript/sentences.ts';
import type { Line } from '../../../jobResults.ts';
import { spanOf, transcriptOf } from '../../../transcriptOf.ts';

const clinician = 0;
const patient = 1;

test.each<[string, string[]]>([
  ['My mum and my two brothers', ['mother', 'brother']],
  ['Grandma, and an aunty', ['grandmother', 'aunt']],
  ["My mum's sister", ['aunt']],
  ["My dad's older brother", ['uncle']],
  ["My dad's mum", ['grandmother']],
  ["My sister's son", ['other']],
  ["My mum's got it", ['mother']],
  ["My grandad on my mum's side", ['grandfather']],
  ['My mother-in-law', ['other']],
  ['My wife, my stepson and a twin', ['other', 'other', 'other']],
  ['It is in the family, on both sides', []],
  ['The motherboard and the sonata', []],
  ['I had it as a child, when I was a little boy', []],
  ['Since we were kids my brother has it', ['brother']],
  ['I have a child with it', ['other']],
])('%s: %j', (text, expected) => expect(relativesIn(text)).toEqual(expected));

const asked: Line = [clinician, 'And how is your father?'];

/** `answer` is the turn that follows; its first sentence decides. */
test.each<[string, Line[], string, string | null]>([
  ['the nearest before it', [[patient, 'My mum is well, my dad has asthma, not my son.']], '', 'father'],
  ['else the first after it', [[patient, 'Asthma? So asthma, my aunt and my uncle.']], '', 'aunt'],
  ['the answer before the question', [[clinician, 'Your mother, has she asthma?']], 'No, my cousin.', 'cousin'],
  ['the question, where the answer names nobody', [[clinician, 'Your mother, has she asthma?']], 'Yes.', 'mother'],
  ['what the speaker said before', [asked, [patient, 'My sister came. She has asthma.']], '', 'sister'],
  ['the turn before', [[patient, 'My son.'], asked, [patient, 'He has asthma.']], '', 'father'],
  ['how the answer goes on', [asked, [clinician, 'Has anybody asthma?']], 'Yes. My aunt. And my son.', 'aunt'],
  ['the question before that', [[clinician, 'Has your mother asthma?']], 'Yes. My dad has gout.', 'mother'],
  ['nobody', [[patient, 'There is asthma in the family.']], '', null],
])('the relative is %s', (_, lines, answer, expected) => {
  const transcript = transcriptOf(answer === '' ? lines : [...lines, [patient, answer]]);
  const span = spanOf(transcript, 'asthma');
  const turn = transcript.turns.findLast(({ begin }) => begin <= span.begin);
  if (!turn) throw new Error('nobody speaks');
  const reply = answer === '' ? undefined : transcript.turns.at(-1);
  const decidedBy = reply && { turn: reply.index, begin: reply.begin, end: sentenceAt(reply, reply.begin).end };
  expect(toRelative(transcript, turn, span, decidedBy)).toBe(expected);
});

test('a topic does not carry over many turns', () => {
  const between = [0, 1, 0, 1].map((speaker): Line => [speaker, 'Right, I see what it is that you say.']);
  const transcript = transcriptOf([[patient, 'My son came.'], ...between, [clinician, 'He has asthma.']]);
  const turn = transcript.turns.at(-1);
  if (!turn) throw new Error('nobody speaks');
  expect(toRelative(transcript, turn, spanOf(transcript, 'asthma'))).toBeNull();
});
