import { sentenceAt, wordsOf } from '../../../transcript/sentences.ts';
import { readVerdict } from './answers.ts';
import { anyOf, listOf } from '../../../phrases.ts';
import type { Rule, Stated } from './stated.ts';

/** "They gave me codeine but I never took it." */
const isNotTaken = new RegExp(
  String.raw`\b(?:but|and|though) (?:i|he|she)(?:'ve|'s)? (?:never|didn't|haven't|hasn't|not|don't|won't) (?:\w+ )?(?:${listOf`
    t[ao]ken?|took|start\w*|use\w*|pick\w*|fill\w*|collect\w*|touch\w*|dare\w*
  `})\b`,
  'i',
);

/** "Let's stop the diclofenac." */
const toBeStopped =
  /\b(?<!n't |not |never )(?:stop|come off|hold|pause|discontinue|leave off)(?: taking| using)?(?: the| your| that| this)? (?:\w+ )?$/i;

const isSwapped =
  /\b(?:switched|changed|swapped|moved|converted|transferred)(?: (?:me|him|her|you|us|over|across))* from(?: the| my)? (?:\w+ )?$/i;

const ofToday = anyOf`
  today|tonight|this (?:morning|afternoon|evening|week)|last night|yesterday
  (?:an|one|two|three|a few) hours? ago|just now|earlier
`;

/** Right before the medicine: "I stopped taking my ..." */
const stoppedIt = new RegExp(
  String.raw`\b(?:stopped|came off|gave up|took me off|taken off|quit|finished|ran out of|used to (?:take|be on)|no longer)(?: (?:${listOf`
    taking|takes?|using|use|having|need|on|all|with|it|them|a|an|the|my|that|his|her|course|week|weeks|days|of
  `}))*(?: \w+)? $`,
  'i',
);
const wasOn = anyOf`
  (?:was|were|been|had been) (?:on|taking)|used to|i (?:took|tried)
  had (?:an?|the|some|\w+) (?:\w+ )?(?:course|courses|weeks?|days?|rounds?)
`;
/** "I was started on it": it goes on until somebody says otherwise. */
const wasGiven = anyOf`(?:was|were|been|had been) (?:\w+ )?(?:on|given|prescribed)`;
const wasStopped = /^ (?:was|were|got|has been|have been) (?:stopped|discontinued|withdrawn)\b/i;
const hasBeenOn = /\bbeen (?:on|taking)\b/i;
const stopped = anyOf`
  came off|come off|stopped|gave up|given up|took me off|taken off|quit|ran out of|finished
  used to take|used to be on|was on|had been on|discontinued|not (?:on|taking)|no longer
`;
const stoppedThat = anyOf`
  (?:i|i've|he|she) (?:stopped|came off|gave|quit)|stopped (?:it|taking|them|that)|came off (?:it|them|that)
  (?:took|taken|put) (?:me |him |her )?off (?:it|them|that)|(?:doctor|gp|nurse|consultant|hospital|pharmacist|they) stopped (?:it|them|that)
`;
const isTold = anyOf`(?:told|asked|advised|made|had|said) (?:me )?to`;

/** A medicine that was taken and is not any more. */
export const isStopped: Rule = (stated) => {
  const { category, before, rest, turn } = stated;
  if (category !== 'MEDICATION') return undefined;
  if (isNotTaken.test(rest)) return ['absent', 'not-taken'];
  if (isSwapped.test(before)) return ['historical', 'swapped'];
  if ((turn.role !== 'patient' || isTold.test(before)) && toBeStopped.test(before)) {
    return ['historical', 'to-be-stopped'];
  }
  if (wasStopped.test(rest)) return ['historical', 'stopped'];
  if (stoppedIt.test(before)) return ['historical', 'stopped'];
  const said = saidAfter(stated);
  const isSaid = stopped.test(said);
  if (wasGiven.test(before) && isSaid) return ['historical', 'no-longer-taken'];
  const isOver = isSaid || !/\bstill\b/i.test(said);
  if (wasOn.test(before) && !hasBeenOn.test(before) && !ofToday.test(rest) && isOver) {
    return ['historical', 'no-longer-taken'];
  }
  return stoppedThat.test(said) ? ['historical', 'stopped'] : undefined;
};

/** The end of the sentence, and the one after it. */
function saidAfter({ rest, sentence, turn }: Stated): string {
  const next = sentenceAt(turn, Math.min(sentence.end + 1, turn.end - 1)).text;
  return next === sentence.text ? rest : `${rest} ${next}`;
}

const allergy = /\ballerg|\breact(?:s|ed|ion)?\b.* to\b/i;
const allergicTo =
  /\b(?:allerg(?:ic|y|ies) to|allerg(?:y|ies) (?:is|are)|react(?:s|ed|ion)? (?:\w+ )?(?:to|with|from))\b(?! (?:it|that|them)\b)[\w ,'-]*$/i;
/** "I came out in hives after amoxicillin." */
const reactedTo =
  /\b(?:anaphyla\w+|hives|a rash|swelled|swollen|swelling|nearly died)\b[\w ]{0,15}\b(?:after|from|with|to|on)(?: the| some| taking)? $/i;
/** "I can't have ibuprofen, I'm allergic to it.", "a penicillin allergy", "Penicillin brings me out in a rash." */
const itsAllergy = new RegExp(
  listOf`
    ^[\w ,'-]*\ballerg(?:ic|y) to (?:it|that|them|those|both|all)\b|^,?(?: (?:and|or) \w+)? allerg(?:y|ies)\b
    ^[\w ,']{0,12}\b(?:brings?|brought|makes?|made) me (?:out|come out|swell|itch)
    ^[\w ,']{0,12}\b(?:nearly|almost) killed me|^[\w ,']{0,12}\b(?:gives?|gave) me (?:a rash|hives|a reaction)
  `,
  'i',
);
const isDeniedAllergy = /\b(?:not|n't|never)\b[\w ]{0,12}\ballergic to\b[\w ,]*$|\bno (?:\w+ )?allergies to\b[\w ,]*$/i;
const takes = new RegExp(
  String.raw`\b(?:${listOf`
    take|taking|takes|carry|(?:i'm|i am) (?:\w+ )?on|been on|use|using
    (?:tablet|pill|medicine|medication|inhaler|patch)(?:s are| is)|gave me|put me on
  `})\b[\w ,']*$`,
  'i',
);
const isNotTolerated = new RegExp(
  listOf`
    \bdon't want (?:to (?:go on|take|start|be on|have)(?: any| the)? )?$
    \b(?:can't|cannot|can not|mustn't|shouldn't|not allowed to|not able to) (?:have|take|tolerate|use)(?: any)? $
    \b(?:i|we) (?:always |usually )?(?:avoid|stay off|steer clear of)(?: taking| any)? $
  `,
  'i',
);

/** Whether the words around a medicine call it what somebody is allergic to. */
export function namesAllergy(before: string, after: string): boolean {
  const isNamed = allergicTo.test(before) && !takes.test(before.slice(before.search(allergy)));
  return isNamed || /\ballerg(?:y|ies), $/i.test(before) || reactedTo.test(before) || itsAllergy.test(after);
}

/** A medicine that answers "Any allergies?" is not one that is taken. */
export const isAllergy: Rule = (stated) => {
  const { category, before, rest } = stated;
  if (category !== 'MEDICATION') return undefined;
  if (isDeniedAllergy.test(before)) return ['absent', 'allergy-denied'];
  if (namesAllergy(before, rest) || answersAllergies(stated)) return ['possible', 'allergy'];
  return isNotTolerated.test(before) ? ['absent', 'not-tolerated'] : undefined;
};

/** Two words are no longer than this. */
const farPoints = 100;

/** "Any allergies?" "Penicillin." or "No, only penicillin.", not "No. I take ramipril." */
function answersAllergies({ transcript, turn, before, sentence }: Stated): boolean {
  const last = transcript.turns[turn.index - 1]?.text ?? '';
  if (!last.endsWith('?') || sentence.begin - turn.begin > farPoints || takes.test(before)) return false;
  if (!allergy.test(last.split(/(?<=[.?!]) /).at(-1) ?? '')) return false;
  // What comes later in the answer is about something else: "Yes, penicillin. So they gave me erythromycin."
  const earlier = wordsOf(turn, { begin: turn.begin, end: sentence.begin }).trim();
  if (earlier.split(/\s+/).length > 2) return false;
  return readVerdict(turn.text) !== 'no' || /\b(?:just|only|except|apart from|other than)\b/i.test(sentence.text);
}
