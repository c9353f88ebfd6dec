import { withoutFillers } from './answers.ts';
import { readReply } from './proposals.ts';
import { type Decision, isBy, type Rule, type Stated } from './stated.ts';
import { anyOf, listOf, opening } from '../../../phrases.ts';

const condition = anyOf`
  if|in case|unless|should (?:you|it|he|she|they|there|the|your|any|this|that)
  (?:when|once) you (?:get|notice|develop|feel)|whenever
`;
const watchFor = anyOf`
  look(?:ing)? out for|watch(?:ing)? (?:out )?for|keep(?:ing)? an eye (?:out )?(?:for|on)
  (?:let (?:me|us) know|tell (?:me|us)|(?<!we |they |i )(?:ring|call|phone)|report|be aware of|beware of|alert to|in the event of)\b
  (?:people|patients|some|many|most|women|men|children|folks?|everyone) [\w', ]{0,40}?\b(?:get|have|develop|feel|notice|experience)
  (?:often|usually|typically|commonly|tends? to) (?:cause|get|be|have|come with|give)
  come back (?:if|with)|any signs? of|signs of|things like|such as|side effects?
  (?:can|may|might|could|will|would|sometimes) (?:\w+ )?(?:cause|give|lead|make|trigger|get|be|mean|indicate|need)
  red flags?|straight to|one in \w+|causes|leads? to|vaccine for|check (?:that )?(?:you|it)|be sure (?:that )?(?:you|it)
  prevents?|protects?|risk (?:of|for|factor)|chance of
  to (?:check|test|look|screen|rule out|exclude) (?:for|out)?
  (?:look|check|test|screen|watch|monitor|scan|swab)(?:ing)? (?:\w+ )?for|checking for|testing for
  rul(?:e|es|ed|ing) (?:\w+ )?out|exclud(?:e|ing)|make sure (?:it|there|that|you|this)
  concern(?:ed)? (?:about|for|of|that)|worried (?:about|for|that)|suspicio\w+|suspect\w*|wonder\w*
  query|differential|(?:don't|do not) want (?:you|him|her)|stop you|odds of|(?:leaflet|booklet|page|video) (?:is )?(?:about|on)
  protects?|so that you don't|avoid
`;
const guess = anyOf`
  doubt|  could|might|may|maybe|perhaps|possib\w+|potential\w*|probabl[ey]|likely|looks? like|sounds? like
  seems? like|suggests?|consistent with|or something like|either|wondering|not (?:\w+ )?sure|unsure
  whether|can't (?:\w+ )?(?:say|tell)|hard to (?:say|tell)|don't know|thinking (?:about|of|along)
`;

const recap = /\byou (?:mentioned|said|told me|talked about|were (?:worried|asking|concerned)|asked|also mentioned)\b/i;

/** "Cancer is very unlikely.", "A stroke is when a clot blocks an artery." */
const isWeighed = new RegExp(
  String.raw`^[\w ]{0,12}\b(?:is|are|would be|seems?) (?:(?:very|most|quite|pretty|highly|extremely) )?(?:${listOf`
    possible|likely|unlikely|a possibility|when|where|what we call
  `})\b`,
  'i',
);

/** "I hope it's not cancer.", "We need to be sure it isn't a clot.": nobody says that it is not there. */
const hopes = anyOf`hope (?:it|this|that)(?:'s)?|(?:please )?tell me (?:it|this|that)(?:'s)?|to know (?:it|that)|be sure (?:that )?(?:it|you|there)|check (?:that )?(?:it|you|there)`;
export const isHoped: Rule = ({ before, category }) =>
  category === 'MEDICAL_CONDITION' && hopes.test(before) ? ['possible', 'hoped-for'] : undefined;

/** "Your pregnancy test was negative.": what a test is named after. */
const namesTest = /^ (?:test|tests|screening|screen|check|clinic|swab|vaccine|jab|leaflet)\b/i;
export const isOfTest: Rule = ({ after, category }) => {
  if (category !== 'MEDICAL_CONDITION' || !namesTest.test(after)) return undefined;
  return /\b(?:negative|clear|normal)\b/i.test(after) ? ['absent', 'negative-test'] : ['possible', 'name-of-test'];
};

/** What a clinician explains, warns of or considers is not yet found. */
export const isConsidered: Rule = (stated) => {
  const { before, after, has, category } = stated;
  if (has('HYPOTHETICAL')) return ['possible', 'hypothetical-trait'];
  if (has('LOW_CONFIDENCE')) return ['possible', 'low-confidence-trait'];
  if (category !== 'MEDICAL_CONDITION' || isBy(stated, 'patient')) return undefined;
  if (condition.test(before)) return ['possible', 'conditional'];
  if (recap.test(before)) return ['possible', 'repeated'];
  if (watchFor.test(before)) return ['possible', 'to-watch-for'];
  const isGuess = guess.test(before.slice(-60)) || isWeighed.test(after);
  return isGuess ? ['possible', 'considered'] : undefined;
};

const fears = anyOf`
  might be|could be|may be|might have|could have|could turn into|turn into|end up with|felt like|feels like
  (?:reckons?|thinks|wonders|guesses|(?:'s|is|are|was) (?:convinced|sure|certain|worried)) (?:that )?(?:it|this|i)
  (?:worried|frightened|scared|terrified|afraid|anxious|nervous|panicking|paranoid|concerned) (?:it|that|i|of|in case)
  (?:worried|frightened|scared|terrified|anxious|nervous|paranoid|concerned) about (?:having |getting )?(?:an? )?$
  (?:fear|worry|concern|nightmare)(?:'s| is| was)|(?:i )?(?:fear|dread)
  (?<!no )wonder(?:ed|ing)?|maybe it|in case it|(?:internet|google|website|article|neighbou?r) (?:says|said)
  thought (?:it|i|maybe|that)(?:'s| was| might| could| had)|read about|googled
  (?:is|was) (?:it|this|that)|looked up|do you think
  (?:don't know|not sure|unsure) (?:if|whether)|probably|suspect\w*|assumed|first thought
  (?:tested|screened|checked|scanned|investigated|examined) (?:me )?for|to (?:check|test|look|screen) for|to rule out
  (?:vaccinated|immuni[sz]ed|protected|jab|vaccine|injection) (?:against|for)
`;
/** "I'm scared, I have chest pain.": what is feared and what is there. */
const isThere = /\b(?:i have|i've (?:got|had|been having)|i get|i'm having|there's|i feel)\b[\w ']{0,20}$/i;

const patientAsks = new RegExp(
  String.raw`^(?:(?:and|so|but|um|uh|well|oh)[, ]+)*(?:${listOf`
    could|is|might|do you think|does (?:that|this|it)|am i|should i|can i|would|what if|what about|have i got
    have i had|do i have|are these|are they|was
  `})\b`,
  'i',
);

/** "Is it gallstones?", not "Could it be gallstones?" */
const asksPlainly =
  /^(?:(?:and|so|but|um|uh|well|oh)[, ]+)*(?:is (?:it|this|that)|have i got|do i have|am i|are (?:these|they))\b/i;

/** What a patient fears or asks about is not yet found. */
export const isFeared: Rule = (stated) => {
  const { before, sentence } = stated;
  if (!isBy(stated, 'patient', 'other', 'unknown')) return undefined;
  if (sentence.text.endsWith('?') && patientAsks.test(sentence.text)) return answerOfClinician(stated);
  const isFear = stated.category === 'MEDICAL_CONDITION' && fears.test(before) && !isThere.test(before);
  return isFear ? ['possible', 'feared'] : undefined;
};

const affirms = opening`yes|yeah|it is|that's (?:right|it|what)|exactly|(?:i'm )?afraid so|correct|indeed|absolutely`;
const hedges = anyOf`could|might|may|possib\w+|maybe|perhaps`;
const refuses = opening`
  no|nope|it(?:'s| is) not|it isn't|it doesn't|not at all|i don't think|that's not
  definitely not|absolutely not|certainly not
`;

function answerOfClinician({ transcript, turn, category, sentence }: Stated): Decision {
  const answer = transcript.turns.slice(turn.index + 1, turn.index + 3).find(({ speaker }) => speaker !== turn.speaker);
  const says = withoutFillers(answer?.text ?? '');
  const isToCome = readReply(says) === 'accepted' || /^not yet\b/i.test(says);
  if (category !== 'MEDICAL_CONDITION' && isToCome) return ['planned', 'agreed'];
  const isYes = affirms.test(says) && !hedges.test(says);
  if (asksPlainly.test(sentence.text) && isYes) return ['present', 'clinician-says-yes'];
  return refuses.test(says) ? ['absent', 'clinician-says-no'] : ['possible', 'asked-by-patient'];
}
