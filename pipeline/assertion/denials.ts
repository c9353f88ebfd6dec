import { isBy, type Rule } from './stated.ts';
import { anyOf } from './phrases.ts';

/** "No nausea, vomiting or diarrhea": or carries the no through the list, whichever of its items is meant. */
const negator =
  /\b(?:no|without|den(?:y|ies|ied|ying)|never had|not had|haven't (?:had|got)|hasn't (?:had|got)|don't (?:have|get)|doesn't (?:have|get)|didn't (?:have|get)|isn't|aren't|wasn't|weren't|(?:haven't|hasn't|not|n't) been)\b(?! (?:doubt|more|longer|idea|better|worse))/gi;
const items =
  /^(?: [\p{L}'-]+){0,5}(?:,(?: (?:or|and|no))?(?: [\p{L}'-]+){1,4})*,?(?: (?:or|nor|no))?(?: (?:any|a|an))? $/u;
const newClause = anyOf`
  i|it|he|she|they|we|is|are|was|were|has|have|had|but|just|only|from|for|to|because|about|with|than
  that|which|if|whether|and (?:a|an|the|my|some)
`;
const itemsAfter = /^(?:, (?:[\p{L}'-]+ ?){1,4})*,? (?:or|nor)\b/u;

function isInDeniedList(before: string, after: string): boolean {
  const last = [...before.matchAll(negator)].at(-1);
  if (!last) return false;
  const between = before.slice(last.index + last[0].length);
  if (newClause.test(between) || !items.test(between)) return false;
  return !between.includes(',') || /\b(?:or|nor)\b/.test(between) || itemsAfter.test(after);
}

const deniesNext =
  /\b(?:no|not|never|without|den(?:y|ies|ied|ying)|free of|negative for|absence of|isn't|wasn't|don't|doesn't|didn't|haven't|hasn't|hadn't|nor|neither|cannot say|can't say|(?:can't|cannot|couldn't|don't|didn't|not) (?:see|seeing|feel|hear|hearing|find|detect|spot|pick up)|see no|saw no|found no)(?: (?:any|really|actually|had|have|has|having|been|got|get|getting|gets|experienced|experiencing|noticed|noticing|feel|feeling|felt|seen|taken|taking|take|take any|a|an|the|any more|further|obvious|signs?|of|history|problems?|issues?|with|from|suffer(?:ing)?|or|and|,|even|there|there's|is|i|i've|you|you've|other|new|recent|significant|severe|more))*,? $/i;

const doublyDenied =
  /\b(?:can't|couldn't|don't|do not) (?:deny|rule out|ignore)\b|\bno doubt\b|\bnot (?:only|just)\b|\bnot that (?:i|he|she|they) (?:don't|doesn't|haven't|hasn't|didn't)\b|\bnever (?:without|not)\b|\bnot (?:without|free of)\b|\bcan't say (?:that )?i (?:don't|haven't|never)\b/i;

/** "Fever, no, I don't have that." */
const deniesAfter =
  /^,? (?:no(?=[,.]|$)|none\b|not (?:at all|really)\b|(?:no,? )?(?:i|she|he|they|we) (?:haven't|don't|never|didn't|hasn't|doesn't|'ve never|'ve not)\b[\w ]{0,15}\b(?:that|those|them|it|any|one)\b)/i;

/** "I don't think this is appendicitis." */
const setsAside =
  /\b(?:(?:don't|do not|doesn't|didn't) (?:think|believe|look|sound|seem|suspect)\b[\w' ]{0,25}|(?:nothing|no (?:evidence|sign|signs|suggestion|features?|reason)) (?:\w+ ){0,2}(?:to (?:suggest|suspect|think|indicate)|suggest\w*|of|that (?:suggests|says|points))\b[\w' ]{0,20}|(?:rules?|ruled|ruling) out|excludes?|excluded|not (?:a|an|your|this|that)) $/i;

export const isSetAside: Rule = (stated) =>
  isBy(stated, 'clinician', 'unknown') &&
  setsAside.test(stated.before) &&
  !/\b(?:to|we'll|will|can't|cannot) (?:rule|exclude)/i.test(stated.before)
    ? ['absent', 'dialogue: set aside by the clinician']
    : undefined;

export const denied: Rule = ({ before, after }) =>
  (deniesAfter.test(after) || deniesNext.test(before) || isInDeniedList(before, after)) && !doublyDenied.test(before)
    ? ['absent', 'dialogue: denied']
    : undefined;
