import { sentenceAt } from '../sentences.ts';
import type { Rule } from './stated.ts';
import { anyOf } from './phrases.ts';

/** "They gave me codeine but I never took it." */
const isNotTaken =
  /\b(?:but|and|though) (?:i|he|she)(?:'ve|'s)? (?:never|didn't|haven't|hasn't|not|don't|won't) (?:\w+ )?(?:t[ao]ken?|took|start\w*|use\w*|pick\w*|fill\w*|collect\w*|touch\w*|dare\w*)\b/i;

/** "Let's stop the diclofenac." */
const toBeStopped =
  /\b(?<!n't |not |never )(?:stop|come off|hold|pause|discontinue|leave off)(?: taking| using)?(?: the| your| that| this)? (?:\w+ )?$/i;

const isSwapped =
  /\b(?:switched|changed|swapped|moved|converted|transferred)(?: (?:me|him|her|you|us|over|across))* from(?: the| my)? (?:\w+ )?$/i;

const ofToday = anyOf`
  today|tonight|this (?:morning|afternoon|evening|week)|last night|yesterday
  (?:an|one|two|three|a few) hours? ago|just now|earlier
`;

const stopped = anyOf`
  came off|come off|stopped|gave up|given up|took me off|taken off|quit|ran out of|finished
  used to take|used to be on|was on|had been on|discontinued|not (?:on|taking)|no longer
`;

/** A medicine that was taken and is not any more. */
export const isStopped: Rule = ({ category, before, after, rest: behind, turn, sentence }) => {
  if (category !== 'MEDICATION') return undefined;
  if (isNotTaken.test(behind)) return ['absent', 'dialogue: not taken'];
  if (isSwapped.test(before)) return ['historical', 'dialogue: swapped for another'];
  const isTold = turn.role !== 'patient' || /\b(?:told|asked|advised|made|had|said) (?:me )?to\b/i.test(before);
  if (isTold && toBeStopped.test(before)) return ['historical', 'dialogue: to be stopped'];
  if (
    /\b(?:stopped|came off|gave up|took me off|taken off|quit|finished|ran out of|used to (?:take|be on)|no longer)\b[\w ']{0,30}$/i.test(
      before,
    )
  ) {
    return ['historical', 'dialogue: stopped'];
  }
  const rest = sentenceAt(turn, Math.min(sentence.end + 1, turn.end - 1)).text;
  const wasOn =
    /\b(?:was|were|been|had been) (?:\w+ )?(?:on|taking|given|prescribed)\b|\bused to\b|\bi (?:took|tried)\b|\bhad (?:an?|the|some|\w+) (?:\w+ )?(?:course|courses|weeks?|days?|rounds?)\b/i.test(
      before,
    );
  const said = [...after.split(/(?=\bbut\b)/), sentence.text.slice(-80), rest === sentence.text ? '' : rest].join(' ');
  if (
    wasOn &&
    !ofToday.test(behind) &&
    (stopped.test(said) || !/\bstill\b/i.test(said)) &&
    !/\bbeen (?:on|taking)\b/i.test(before)
  ) {
    return ['historical', 'dialogue: no longer taken'];
  }
  if (
    /\b(?:(?:i|i've|he|she) (?:stopped|came off|gave|quit)|stopped (?:it|taking|them|that)|came off (?:it|them|that))\b/i.test(
      said,
    )
  ) {
    return ['historical', 'dialogue: stopped'];
  }
  return undefined;
};

const allergy = /\ballerg|\breact(?:s|ed|ion)?\b.* to\b/i;

/** A medicine that answers "Any allergies?" is not one that is taken. */
export const isAllergy: Rule = ({ transcript, turn, category, before, sentence }) => {
  if (category !== 'MEDICATION') return undefined;
  const asked = transcript.turns[turn.index - 1]?.text.split(/(?<=[.?!]) /).at(-1) ?? '';
  if (/\b(?:not|n't|never)\b[\w ]{0,12}\ballergic to\b[\w ,]*$|\bno (?:\w+ )?allergies to\b[\w ,]*$/i.test(before)) {
    return ['absent', 'dialogue: denied as an allergy'];
  }
  const isNamed = allergy.test(sentence.text) || (asked.endsWith('?') && allergy.test(asked));
  return isNamed ? ['possible', 'dialogue: named as an allergy'] : undefined;
};
