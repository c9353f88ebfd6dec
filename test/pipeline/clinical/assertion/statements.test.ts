import { describe, expect, test } from 'vitest';
import { toAssertion } from '../../../../pipeline/clinical/assertion/assertion.ts';
import type { Line } from '../../jobResults.ts';
import { spanOf, transcriptOf } from '../../transcriptOf.ts';

const speakers: Readonly<Record<string, number>> = { C: 0, P: 1, O: 2 };
const roles = { spk_0: 'clinician', spk_1: 'patient', spk_2: 'other' } as const;

/** `C: Any [cough]? / P: No.`, with the finding in brackets. */
function statusOf(dialogue: string, category = 'MEDICAL_CONDITION') {
  const finding = /\[([^\]]+)\]/.exec(dialogue)?.[1] ?? '';
  const lines = dialogue
    .replaceAll(/[[\]]/g, '')
    .split(' / ')
    .map((line): Line => [speakers[line.charAt(0)] ?? 9, line.slice(3)]);
  const transcript = transcriptOf(lines, { roles });
  const nth = dialogue.split('[')[0]?.split(finding).length ?? 1;
  const { begin, end } = spanOf(transcript, finding, nth);
  const turn = transcript.turns.findLastIndex((candidate) => candidate.begin <= begin);
  return toAssertion(transcript, { begin, end, category, turn, traits: [] }).status;
}

/** Every line names what would go wrong without its rule. No trait helps: the dialogue alone decides. */
describe('conditions', () => {
  test.each<[string, string]>([
    // lists and what an answer picks
    ['C: Any [fever], cough or weight loss? / P: Just the cough.', 'absent'],
    ['C: Any fever, [cough] or weight loss? / P: Just the cough.', 'present'],
    ['C: Any fever, [cough] or weight loss? / P: No.', 'absent'],
    ['C: Any fever or [cough]? / P: Yes.', 'possible'],
    ['C: Any fever or [cough]? / P: Both, actually.', 'present'],
    ['C: Any fever or [cough]? / P: Neither.', 'absent'],
    ['C: Any [fever] or cough? / P: No fever, but I do cough.', 'absent'],
    ['C: Any [fever] or cough? / P: No, just a bit of a fever.', 'present'],
    // answers as people give them
    ['C: Any [wheeze]? / P: Only when I run.', 'present'],
    ['C: Any [wheeze]? / P: Every now and then.', 'present'],
    ["C: Any [wheeze]? / P: Not that I've noticed.", 'absent'],
    ['C: Any [wheeze]? / P: Yeah, no.', 'absent'],
    ['C: Any [wheeze]? / P: No, sorry, wait, yes, at night.', 'present'],
    ["C: Any [wheeze]? / P: I don't think so.", 'absent'],
    ['C: Any [wheeze]? / P: Maybe.', 'possible'],
    ['C: Any [wheeze]? / P: Not any more.', 'historical'],
    ['C: Any [wheeze]? / P: I used to.', 'historical'],
    // across turns
    ['C: Any [wheeze]? / P: Mm. / C: Anything like that? / P: No, none.', 'absent'],
    ['C: Any [wheeze]? / P: Um. / C: At all? / P: Yes.', 'present'],
    ['C: Any [wheeze]? / P: Um. / C: Do you smoke? / P: No.', 'possible'],
    ['C: Any [wheeze]? Any palpitations? / P: No.', 'absent'],
    ['C: Any [wheeze]? Any palpitations? / P: Yes.', 'possible'],
    // tags
    ["C: You've no [wheeze], have you? / P: No.", 'absent'],
    ["C: You've got [asthma], haven't you? / P: Yes.", 'present'],
    ["C: You don't get any [dizziness]? / P: Yes.", 'possible'],
    // family and others
    ['C: Does anyone in the family have [diabetes]? / P: My dad.', 'family'],
    ['C: Does anyone in the family have [diabetes]? / P: Yes, my dad.', 'family'],
    ['P: My mother had [diabetes].', 'family'],
    ['P: My son had [chickenpox] last week.', 'family'],
    ['P: My wife says I have a [cough].', 'present'],
    ['P: [Asthma] runs in the family.', 'family'],
    ['C: So your father has [angina].', 'family'],
    ['O: My daughter has a [fever].', 'present'],
    ['O: She has a [fever].', 'present'],
    // past, gone, ongoing
    ['P: I had [asthma] as a child.', 'historical'],
    ['P: I used to get [migraines].', 'historical'],
    ["P: I've had [diabetes] for ten years.", 'present'],
    ['P: The [pain] has gone.', 'historical'],
    ['P: A few months ago I started having [headaches].', 'present'],
    ['C: Have you ever had [pneumonia]? / P: Yes, once.', 'historical'],
    // denied
    ['P: I have never had [eczema].', 'absent'],
    ["P: I haven't had any [palpitations].", 'absent'],
    ['U: This is a woman of fifty. She has [anemia].', 'present'],
    ['U: Her sister has arthritis. Her iron is low. So she has [anemia].', 'present'],
    ['P: My dad is not well. He has [angina].', 'family'],
    ['P: No fever but a [cough].', 'present'],
    ["P: I can't sleep because of the [pain].", 'present'],
    ["P: I don't smoke and I have a [cough].", 'present'],
    // considered, warned of
    ['C: This could be [asthma].', 'possible'],
    ['C: We need to rule out a [blood clot].', 'possible'],
    ['C: If you get [chest pain], call an ambulance.', 'possible'],
    ['C: Come back if you develop a [fever].', 'possible'],
    ['C: These tablets can cause [nausea].', 'possible'],
    ["C: So you've had a [cough] for two weeks.", 'present'],
    ['P: If I walk fast I get [chest pain].', 'present'],
    // the patient asks or fears
    ['P: Could it be [cancer]? / C: We will see.', 'possible'],
    ["P: Is it [pneumonia]? / C: No, it isn't.", 'absent'],
    ["P: I'm worried it's [cancer].", 'possible'],
    ['P: I was afraid it might be / C: Mm. / P: [cancer].', 'possible'],
    ['C: You mentioned [cancer].', 'possible'],
  ])('%s: %s', (dialogue, status) => {
    expect(statusOf(dialogue)).toBe(status);
  });
});

describe('medicines', () => {
  test.each<[string, string]>([
    ['P: I take [ramipril] every morning.', 'present'],
    ['P: I was on [sertraline] but I came off it in March.', 'historical'],
    ['P: I stopped taking the [ibuprofen].', 'historical'],
    ["P: I've been taking [ibuprofen] for a week.", 'present'],
    ["C: I'll start you on [amoxicillin].", 'planned'],
    ['C: Think about [paracetamol], or even ibuprofen.', 'planned'],
    ['C: You should carry on with the [ramipril].', 'present'],
    ['C: Any allergies? / P: [Penicillin].', 'possible'],
    ['C: Are you on any tablets? / P: Just [ibuprofen].', 'present'],
    ['C: Do you take [aspirin]? / P: No.', 'absent'],
  ])('%s: %s', (dialogue, status) => {
    expect(statusOf(dialogue, 'MEDICATION')).toBe(status);
  });
});

describe('tests', () => {
  test.each<[string, string]>([
    ["C: We'll book you in for a [chest x-ray].", 'planned'],
    ['C: Your [chest x-ray] was clear.', 'present'],
    ["P: I've got an [MRI] next week.", 'planned'],
    ['P: I had an [ECG] last year.', 'present'],
  ])('%s: %s', (dialogue, status) => {
    expect(statusOf(dialogue, 'TEST_TREATMENT_PROCEDURE')).toBe(status);
  });
});
