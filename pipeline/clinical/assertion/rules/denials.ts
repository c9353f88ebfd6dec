import { isBy, type Rule } from './stated.ts';
import { anyOf, listOf } from '../../../phrases.ts';

/** "No nausea, vomiting or diarrhea": or carries the no through the list, whichever of its items is meant. */
const negators = listOf`
  no|without|den(?:y|ies|ied|ying)|never had|not had|isn't|aren't|wasn't|weren't|(?:haven't|hasn't|not|n't) been
  (?:haven't|hasn't) (?:had|got)|(?:don't|doesn't|didn't) (?:have|get)
`;
const negator = new RegExp(String.raw`\b(?:${negators})\b(?! (?:doubt|more|longer|idea|better|worse))`, 'gi');
const newClause = anyOf`
  i|it|he|she|they|we|is|are|was|were|has|have|had|but|just|only|and (?:a|an|the|my|some)
  because|about|than|that|which|if|whether|until|till|before|after|since|unless|when|while
`;
/** "No numbness in the legs, weakness or ...": in an item of its own it may stand, right before the finding it may not. */
const preposition = anyOf`in|of|on|at|from|for|to|with|like|as|by|over|under`;
const item = /^(?:(?:any|a|an|no) )?(?:[\p{L}'-]+ ?){0,5}$/iu;
const itemsAfter = /^(?:, (?:[\p{L}'-]+ ?){1,4})*,? (?:or|nor)\b(?! (?:what|feeling|it|i|something|anything)\b)/u;
/** A list longer than this is none. */
const farItems = 20;

function isInDeniedList(before: string, after: string): boolean {
  const last = [...before.matchAll(negator)].at(-1);
  if (!last) return false;
  const between = before.slice(last.index + last[0].length);
  const items = between.split(/,| (?:or|nor|and) /).map((part) => part.trim());
  if (newClause.test(between) || items.length > farItems || !items.every((part) => item.test(part))) return false;
  if (preposition.test(items.at(-1) ?? '')) return false;
  if (/ (?:or|nor) /.test(between)) return true;
  return between.includes(',') ? itemsAfter.test(after) : !/ and /.test(between);
}

const deniers = listOf`
  no|not|never|without|den(?:y|ies|ied|ying)|free of|negative for|absence of|nor|neither
  isn't|wasn't|don't|doesn't|didn't|haven't|hasn't|hadn't|cannot say|can't say|see no|saw no|found no
  (?:can't|cannot|couldn't|don't|didn't|doesn't|not) (?:see|seeing|feel|hear|hearing|find|detect|spot|pick up|show|reveal)
`;
/** What may stand between a no and what it denies. */
const between = listOf`
  any|really|actually|had|have|has|having|been|got|get|getting|gets|experienced|experiencing|noticed|noticing
  feel|feeling|felt|seen|taken|taking|take|take any|a|an|the|any more|further|obvious|signs?|of|history
  problems?|issues?|with|from|suffer(?:ing)?|or|and|,|even|there|there's|is|i|i've|you|you've
  other|new|recent|significant|severe|more
`;
const deniesNext = new RegExp(String.raw`\b(?:${deniers})(?: (?:${between}))*,? $`, 'i');

const doublyDenied = anyOf`
  (?:can't|couldn't|don't|do not) (?:deny|rule out|ignore)|no doubt|not (?:only|just)
  not that (?:i|he|she|they) (?:don't|doesn't|haven't|hasn't|didn't)|can't say (?:that )?i (?:don't|haven't|never)
  (?:can't|cannot|couldn't|can hardly|never|not|haven't|hasn't|didn't|don't)\b[\w ]{0,20}\bwithout|never not|not (?:without|free of)|if i (?:didn't|don't|hadn't)|not a (?:day|night|week|moment)|no ?(?:one|body)
`;

/** "Fever, no, I don't have that." */
const deniesAfter = new RegExp(
  String.raw`^,? (?:${listOf`
    no(?=[,.]|$)|none\b|not (?:at all|really)\b
    (?:no,? )?(?:i|she|he|they|we) (?:haven't|don't|never|didn't|hasn't|doesn't|'ve never|'ve not)\b[\w ]{0,15}\b(?:that|those|them|it|any|one)\b
  `})`,
  'i',
);

/** "I don't think this is appendicitis." */
const setsAside = new RegExp(
  String.raw`\b(?:${listOf`
    (?:don't|do not|doesn't|didn't) (?:think|believe|look|sound|seem|suspect)\b[\w' ]{0,25}
    (?:nothing|no (?:evidence|sign|signs|suggestion|features?|reason)) (?:\w+ ){0,2}(?:to (?:suggest|suspect|think|indicate)|suggest\w*|of|that (?:suggests|says|points))\b[\w' ]{0,20}
    (?:(?:rules?|ruled|ruling) out|excludes?|excluded)(?: an?| any| the)?
    nothing (?:\w+ ){0,2}(?:that )?(?:makes|makes me|to make) (?:me )?(?:think|worry) (?:of|about)
    not to be(?: an?)?|not (?:a|an|your|this|that)
  `}) $`,
  'i',
);

/** "They ruled out pneumonia.", "The test for coeliac disease came back negative." */
const excludedBefore =
  /\b(?:clear|free) of(?: an?| any| the)? $|\bnot to be(?: an?| the)? $|(?<!to |will |'ll |can't |cannot )\b(?:ruled out|excluded)(?: an?| any| the)? $/i;
const excludedAfter =
  /^,? (?:(?:has|have) )?(?:been |was |were |is )?(?:(?:came|come) back (?:clear|normal|negative|fine)|negative|ruled out|excluded)\b/i;

export const isExcluded: Rule = ({ category, before, after }) =>
  category === 'MEDICAL_CONDITION' && (excludedBefore.test(before) || excludedAfter.test(after))
    ? ['absent', 'excluded']
    : undefined;

export const isSetAside: Rule = (stated) =>
  isBy(stated, 'clinician', 'unknown') &&
  setsAside.test(stated.before) &&
  !/\b(?:to|we'll|will|can't|cannot) (?:rule|exclude)/i.test(stated.before)
    ? ['absent', 'set-aside']
    : undefined;

/** "I've never had a headache like this.", "I didn't get the rash until Monday.": it is there, and worse. */
const isWorst = new RegExp(
  String.raw`^ (?:${listOf`
    (?:like|as) (?:this|that)|(?:this|that|so|as) (?:bad|severe|strong|often|long)|until|till
    before (?:last|this|now|today|yesterday|then|the)|(?:that|which) (?:bothers|worries|gets|keeps|is|wakes)
  `})\b`,
  'i',
);
const soBad = /\b(?:such (?:an? )?(?:bad|terrible|awful|severe|intense)?|so (?:bad|much|many)) ?(?:\w+ )?$/i;

export const denied: Rule = ({ before, after }) =>
  !isWorst.test(after) &&
  !soBad.test(before) &&
  (deniesAfter.test(after) || deniesNext.test(before) || isInDeniedList(before, after)) &&
  !doublyDenied.test(before)
    ? ['absent', 'denied']
    : undefined;
