import { expect, test } from 'vitest';
import { conditionsIn } from './reading.ts';

// text | what is found: words, first code, traits
test.each<[string, string[]]>([
  // Names that stand together.
  ["I've had this headache all day", ['headache R51.9']],
  ['she says the chest pain is worse', ['chest pain R07.9']],
  ['bit short of breath on the stairs', ['short of breath R06.02']],
  ['it is the shortness of breath that bothers me', ['shortness of breath R06.02']],
  ['you have high blood pressure', ['high blood pressure I10']],
  ['he was told he has type two diabetes', ['type two diabetes E11.9']],
  ['I think it is a UTI', ['UTI N39.0']],
  ['maybe a u t i again', ['u t i N39.0 HYPOTHETICAL']],
  ['She has Bell’s palsy', ['Bell’s palsy G51.0']],
  // Inflection and spelling.
  ['I keep vomiting', ['vomiting R11.10']],
  ['I vomited this morning', ['vomited R11.10']],
  ['coughing in the night', ['coughing R05.9']],
  ['terrible diarrhoea', ['diarrhoea R19.7']],
  ['terrible diarrhea', ['diarrhea R19.7']],
  ['anaemia runs through the notes', ['anaemia D64.9']],
  ['anemia runs through the notes', ['anemia D64.9']],
  ['two seizures on Friday', ['seizures R56.9']],
  ['palpitations, mostly in bed', ['palpitations R00.2']],
  // Complaint and part of the body, said apart.
  ["there's this pain in my chest", ['pain in my chest R07.9']],
  ['a pain, um, in my tummy', ['pain, um, in my tummy R10.9']],
  ['my stomach has been hurting since last night', ['stomach has been hurting R10.9']],
  ['my chest feels tight', ['chest feels tight R07.89']],
  ['my throat is really quite sore', ['throat is really quite sore R07.0']],
  ['the ankles are swollen by the evening', ['ankles are swollen R60.0']],
  ['swollen ankles by the evening', ['swollen ankles R60.0']],
  ['pain in my left knee', ['pain in my left knee M25.562']],
  ['pain in the right shoulder when I reach', ['pain in the right shoulder M25.511']],
  ['my right hip hurts', ['hip hurts M25.551']],
  ['my left knee pain is back', ['knee pain M25.562']],
  ['my ears hurt on the plane', ['ears hurt H92.03']],
  ['the fingers go numb', ['fingers go numb R20.0']],
  ['I have no feeling in my feet', ['no feeling in my feet R20.0']],
  ['a lump in her breast', ['lump in her breast N63.0']],
  ['swelling, of the lips', ['swelling, of the lips R22.0']],
  ['my neck is so stiff I cannot turn', ['neck is so stiff M43.6']],
  ['blood in my wee', ['blood in my wee R31.9']],
  ["I can't sleep", ["can't sleep G47.00"]],
  // A site without a code of its own stays beside the complaint; two complaints keep to their own sites.
  ['a rash on my arm', ['rash R21']],
  ['my knee hurts and my throat is sore', ['knee hurts M25.569', 'throat is sore R07.0']],
  // A diagnosis that has codes by place takes the place in, whichever verb it comes with.
  ['she fractured her left wrist', ['fractured her left wrist S62.102A']],
  ['he broke his right ankle', ['broke his right ankle S82.891A']],
  ['I have broken my left big toe', ['broken my left big toe S92.912A']],
  ['a sprain of the right ankle', ['sprain of the right ankle S93.401A']],
  ['there is arthritis in her right hip', ['arthritis in her right hip M16.11']],
  ['cellulitis of the left leg', ['cellulitis of the left leg L03.116']],
  ['an injury to the head', ['injury to the head S09.90XA']],
  ['I broke my nail', []],
  // Asthma is in no place.
  ['asthma, and my chest', ['asthma J45.909']],
  // Not in one clause.
  ['I have pain. My knee was replaced', ['pain R52']],
])('%s', (text, expected) => {
  expect(conditionsIn(text)).toEqual(expected);
});
