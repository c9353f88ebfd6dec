import { expect, test } from 'vitest';
import { conditionsIn, detect, traitsOf } from './reading.ts';

const traits = (text: string): string[] => conditionsIn(text).map((line) => line.replace(/ [A-Z]\d\S*(?= |$)/, ''));

test.each<[string, string[]]>([
  // Negation before the finding, and how far it reaches.
  ['no fever', ['fever NEGATION']],
  ['no fever, cough or weight loss', ['fever NEGATION', 'cough NEGATION', 'weight loss NEGATION']],
  ['no fever but a cough', ['fever NEGATION', 'cough']],
  ['no fever, I have got a cough', ['fever NEGATION', 'cough']],
  ['no fever and my throat is sore', ['fever NEGATION', 'throat is sore']],
  ['no vomiting. Diarrhoea since Monday', ['vomiting NEGATION', 'Diarrhoea']],
  ["I haven't had any vomiting", ['vomiting NEGATION']],
  ['no history of asthma, presented with syncope', ['asthma NEGATION PAST_HISTORY', 'syncope']],
  ['he denies chest pain or palpitations', ['chest pain NEGATION', 'palpitations NEGATION']],
  ['never had asthma', ['asthma NEGATION']],
  ['without any dizziness', ['dizziness NEGATION']],
  ["I don't think it's asthma", ['asthma NEGATION']],
  ["my chest doesn't hurt", ["chest doesn't hurt NEGATION"]],
  ["my ankles aren't swollen", ["ankles aren't swollen NEGATION"]],
  ['none of the nausea now', ['nausea NEGATION']],
  ['no um no fever', ['fever NEGATION']],
  ['except the headache, no nausea', ['headache', 'nausea NEGATION']],
  ['no headache however some dizziness', ['headache NEGATION', 'dizziness']],
  // Negation after it.
  ['strep throat was ruled out', ['strep throat NEGATION']],
  ['dizziness, nope', ['dizziness NEGATION']],
  // What looks like a negation and is none.
  ['No, I have a cough', ['cough']],
  ["no I've got a cough", ['cough']],
  ['not only the cough', ['cough']],
  ['no change in the cough', ['cough']],
  ["the tablets don't help the headache", ['headache']],
  ["I can't get rid of this cough", ['cough']],
  ["it's not just a headache", ['headache']],
  // A question is left to the pipeline, which knows who answers it.
  ['Any chest pain?\nNo.', ['chest pain']],
  ['Have you had a fever?', ['fever']],
  // Past history.
  ['I had asthma as a child', ['asthma PAST_HISTORY']],
  ['she had pneumonia years ago', ['pneumonia PAST_HISTORY']],
  ['a history of depression', ['depression PAST_HISTORY']],
  ['I used to get migraines', ['migraines PAST_HISTORY']],
  ['previously eczema', ['eczema PAST_HISTORY']],
  ["I've had eczema before.", ['eczema PAST_HISTORY']],
  ['past medical history of hypertension', ['hypertension']],
  ['I was diagnosed with asthma ten years ago', ['asthma']],
  ['the cough started three months ago', ['cough']],
  // Family.
  ['my mum has diabetes and asthma', ['diabetes PERTAINS_TO_FAMILY', 'asthma PERTAINS_TO_FAMILY']],
  ['my dad had a stroke, I get headaches', ['stroke PERTAINS_TO_FAMILY', 'headaches']],
  ['glaucoma runs in the family', ['glaucoma PERTAINS_TO_FAMILY']],
  ['family history of breast cancer', ['family history of breast cancer PERTAINS_TO_FAMILY']],
  ['there is a family history of migraine', ['migraine PERTAINS_TO_FAMILY']],
  ['my sister says I look pale, I feel dizzy', ['look pale', 'dizzy']],
  ['your brother had it too, it sounds like tonsillitis', ['tonsillitis']],
  // A parent speaks for the child, who is the patient.
  ['my son has a fever', ['fever']],
  // Not so, or not yet.
  ['if you get any chest pain or fever call us', ['chest pain HYPOTHETICAL', 'fever HYPOTHETICAL']],
  ['it could be migraine', ['migraine HYPOTHETICAL']],
  ["I'm worried about cancer", ['cancer HYPOTHETICAL']],
  ['we want to rule out pneumonia first', ['pneumonia HYPOTHETICAL']],
  ['in case of pneumonia', ['pneumonia HYPOTHETICAL']],
  ['it might just be a cold sore', ['cold sore HYPOTHETICAL']],
  ["not sure if it's eczema", ['eczema HYPOTHETICAL']],
  ['this is probably bronchitis', ['bronchitis LOW_CONFIDENCE']],
  ['what you describe might be\nYeah.\nasthma', ['asthma HYPOTHETICAL']],
  ['it might be that\nI have a cough', ['cough']],
  ['we thought it was asthma', ['asthma HYPOTHETICAL']],
  ['make sure you have not got a fever', ['fever HYPOTHETICAL']],
  ['he was scared that he had cancer', ['cancer HYPOTHETICAL']],
  ["you don't have diabetes", ['diabetes NEGATION']],
  ["she hasn't any illness other than eczema", ['eczema']],
  ["that won't hurt", ['hurt NEGATION']],
  ["it's not like cramping", ['cramping NEGATION']],
  ["I don't like the cough", ['cough']],
  // What a medicine may do, and what happens to other people.
  ['this one can upset the stomach', ['upset the stomach HYPOTHETICAL']],
  ['they can cause nausea', ['nausea HYPOTHETICAL']],
  ['it can make you feel sweaty', ['sweaty HYPOTHETICAL']],
  ['the side effects are nausea and dizziness', ['nausea HYPOTHETICAL', 'dizziness HYPOTHETICAL']],
  ['some people with asthma wheeze', ['asthma HYPOTHETICAL', 'wheeze HYPOTHETICAL']],
  ['sometimes I can feel dizzy', ['dizzy']],
  // A condition reaches to what is to be done about it, and a negation within it denies nothing.
  [
    "if you get a fever and it doesn't go, or you become breathless or you feel sweaty, ring us",
    ['fever HYPOTHETICAL', 'breathless HYPOTHETICAL', 'sweaty HYPOTHETICAL'],
  ],
  ["if it's not better or your neck pain is worse", ['neck pain HYPOTHETICAL']],
  ['if the cough comes back, I have a cream for the rash', ['cough HYPOTHETICAL', 'rash']],
  // That is no condition but what happens each time.
  ['if I eat late I get heartburn', ['heartburn']],
  // Something that was taken out is history by its code.
  ['I had my appendix out', ['appendix out PAST_HISTORY']],
])('%s', (text, expected) => {
  expect(traits(text)).toEqual(expected);
});

test.each([
  ["we'll do a chest x-ray", 'chest x-ray', ['FUTURE']],
  ['your physical exam is normal', 'physical exam', []],
  ["I've never had a colonoscopy", 'colonoscopy', ['NEGATION']],
  ["I don't take aspirin", 'aspirin', ['NEGATION']],
  ['I used to take warfarin', 'warfarin', ['PAST_HISTORY']],
  ['I stopped taking the statins', 'statins', ['PAST_HISTORY']],
  ["I don't smoke", 'smoke', ['NEGATION']],
])('%s', (text, words, expected) => {
  const found = detect(text).filter(({ Text }) => Text === words);
  expect(found.map(traitsOf)).toEqual([expected]);
});
