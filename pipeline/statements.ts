import type { AssertionStatus } from './entities.ts';
import { type Sentence, saidUpTo, sentenceAt } from './sentences.ts';
import type { Transcript, Turn } from './transcript.ts';

/** A finding that somebody states, and the words around it in its sentence. */
export interface Stated {
  transcript: Transcript;
  turn: Turn;
  begin: number;
  category: string;
  /** The words before it and after it in its own clause: "but" and its like end a clause. */
  before: string;
  after: string;
  sentence: Sentence;
  has: (trait: string) => boolean;
}

const clauseEnd =
  /\b(?:but|although|though|however|except|whereas|apart from)\b|[;:]|\band (?:i|my|he|she|it|we|now|then)\b/gi;

export function toStated(
  transcript: Transcript,
  turn: Turn,
  { begin, end, category }: { begin: number; end: number; category: string },
  has: Stated['has'],
): Stated {
  const sentence = sentenceAt(turn, begin);
  const points = Array.from(sentence.text);
  const own = points.slice(0, begin - sentence.begin).join('');
  // A sentence that a listener's "Mm." cut in two began before this turn.
  const ahead =
    sentence.begin === turn.begin
      ? (saidUpTo(transcript, turn, begin)
          .split(/(?<=[.?!])\s/)
          .at(-1) ?? own)
      : own;
  const behind = points.slice(end - sentence.begin).join('');
  const last = [...ahead.matchAll(clauseEnd)].at(-1);
  const before = last ? ahead.slice(last.index + last[0].replace(/^and /i, '').length) : ahead;
  const after = behind.slice(0, behind.search(clauseEnd) >= 0 ? behind.search(clauseEnd) : undefined);
  return {
    transcript,
    turn,
    begin,
    category,
    before: last?.[0].startsWith('and') ? ahead.slice(last.index) : before,
    after,
    sentence,
    has,
  };
}

/** One thing that a statement may say of a finding besides that it is there. */
type Rule = (stated: Stated) => [AssertionStatus, string] | undefined;

const isBy = ({ turn }: Stated, ...roles: readonly Turn['role'][]) => roles.includes(turn.role);

const elder =
  'mum|mom|mother|dad|father|parents?|brothers?|sisters?|aunt(?:ie|y)?|uncle|cousin|gran\\w*|nan(?:a|ny)?|grandparents?|siblings?|family';
const near = 'son|daughter|baby|child|kids?|twins?|little (?:boy|girl|one)|wife|husband|partner|girlfriend|boyfriend';
const somebody = `${elder}|${near}|flatmate|roommate|colleague|friend|boss|neighbou?r|dog|cat`;
const kin = new RegExp(`\\b(?:my|our) (?:\\w+ )?(?:${somebody})\\b`, 'i');
const yourKin = new RegExp(`\\byour (?:\\w+ )?(?:${somebody})\\b|\\b(?:family history|history in the family)\\b`, 'i');
const inFamily =
  /\b(?:in (?:the|my|your|our) family|family history|on (?:my|your) (?:mother|father|mum|mom|dad)'?s side)\b/i;
const self = /\b(?:i|i'm|i've|i'd|my|me|you|you're|you've)\b/i;
const another = /\b(?:he|she|they)(?:'s|'d|'ve|'re)?\b/i;

/** "My dad had a heart attack. He's had the stents." The second sentence is about him too. */
const ofSomebodyElse: Rule = (stated) => {
  const { has, before, after, sentence } = stated;
  const isNear = new RegExp(`\\b(?:my|our) (?:\\w+ )?(?:${near}|mum|mom|mother|dad|father)\\b`, 'i').test(
    sentence.text,
  );
  // Who speaks for the patient calls the patient so.
  if (isBy(stated, 'other') && isNear && !/\bhad\b/i.test(before)) return undefined;
  if (has('PERTAINS_TO_FAMILY')) return ['family', 'trait PERTAINS_TO_FAMILY'];
  if (inFamily.test(before) || inFamily.test(after)) return ['family', 'dialogue: said of the family'];
  const who = isBy(stated, 'clinician') ? yourKin : kin;
  const named = who.exec(before);
  if (named && !self.test(before.slice(named.index + named[0].length)))
    return ['family', 'dialogue: said of somebody else'];
  if (!isBy(stated, 'patient', 'unknown')) return undefined;
  const said = saidUpTo(stated.transcript, stated.turn, stated.begin).split(/(?<=[.?!])\s/);
  const [current = '', ...told] = said.toReversed();
  if (!another.test(current) || self.test(current)) return undefined;
  const decides = told.find((text) => kin.test(text) || self.test(text));
  return decides !== undefined && kin.test(decides) ? ['family', 'dialogue: said of a relative'] : undefined;
};

const deniesNext =
  /\b(?:no|not|never|without|den(?:y|ies|ied|ying)|free of|negative for|absence of|isn't|wasn't|don't|doesn't|didn't|haven't|hasn't|hadn't|nor|neither|cannot say|can't say)(?: (?:any|really|actually|had|have|has|having|been|got|get|getting|gets|experienced|experiencing|noticed|noticing|feel|feeling|felt|seen|taken|taking|take|take any|a|an|the|any more|further|obvious|signs?|of|history|problems?|issues?|with|from|suffer(?:ing)?|or|and|,|even|there|there's|is|i|i've|you|you've|other|new|recent|significant|severe|more))*,? $/i;

const doublyDenied = /\b(?:can't|couldn't|don't|do not) (?:deny|rule out)\b|\bno doubt\b|\bnot (?:only|just)\b/i;

const denied: Rule = ({ before }) =>
  deniesNext.test(before) && !doublyDenied.test(before) ? ['absent', 'dialogue: denied'] : undefined;

const gone =
  /^[\w ,'-]{0,25}?\b(?:(?:has|have|is|are|'s|'ve|was|it's|they're)? ?(?:all |completely |now |mostly )*(?:gone|resolved|cleared(?: up)?|settled(?: down)?|disappeared|stopped|passed|subsided)|went away|got better|is better now|is over)\b/i;
const longAgo =
  /\b(?:used to (?:get|have|suffer|be|take)|as a (?:child|kid|baby|teenager|student|boy|girl|young (?:man|woman))|when i was (?:a |\d|young|little|small|younger|pregnant|in my|at (?:school|uni|college)|\w+teen)|in (?:my )?(?:childhood|the past)|(?:years|decades|ages) (?:ago|back)|a (?:long time|while) ago|back in|in (?:19|20)\d\d|in (?:nineteen|twenty)|history of|previously|got over|recovered from|at school)\b/i;
const goesOn =
  /\b(?:still|since|ever since|ongoing|start(?:ed|ing)?|began|came on|noticed|these days|now|currently|every (?:day|night|week))\b/i;

const isPast: Rule = (stated) => {
  const { before, after, has } = stated;
  if (
    gone.test(after) ||
    /\b(?:got over|recovered from|no longer (?:have|has|get|gets|take|takes|on))\b[\w ']*$/i.test(before)
  ) {
    return ['historical', 'dialogue: it is over'];
  }
  if (has('PAST_HISTORY')) return ['historical', 'trait PAST_HISTORY'];
  const isLongAgo = longAgo.test(before) || longAgo.test(after);
  return isLongAgo && !goesOn.test(`${before} ${after}`) ? ['historical', 'dialogue: said of the past'] : undefined;
};

const stopped =
  /\b(?:came off|come off|stopped|gave up|given up|took me off|taken off|quit|ran out of|finished|used to take|used to be on|was on|had been on|discontinued|not (?:on|taking)|no longer)\b/i;

/** A medicine that was taken and is not any more. */
const isStopped: Rule = ({ category, before, after, turn, sentence }) => {
  if (category !== 'MEDICATION') return undefined;
  if (
    /\b(?:stopped|came off|gave up|took me off|taken off|quit|finished|ran out of|used to (?:take|be on)|no longer)\b[\w ']{0,30}$/i.test(
      before,
    )
  ) {
    return ['historical', 'dialogue: stopped'];
  }
  const rest = sentenceAt(turn, Math.min(sentence.end + 1, turn.end - 1)).text;
  const wasOn =
    /\b(?:was|were|been|had been) (?:\w+ )?(?:on|taking|given|prescribed)\b|\bused to\b|\bi (?:took|tried)\b/i.test(
      before,
    );
  const said = [...after.split(/(?=\bbut\b)/), sentence.text.slice(-80), rest === sentence.text ? '' : rest].join(' ');
  if (wasOn && (stopped.test(said) || !/\bstill\b/i.test(said)) && !/\bbeen (?:on|taking)\b/i.test(before)) {
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
const isAllergy: Rule = ({ transcript, turn, category, sentence }) => {
  if (category !== 'MEDICATION') return undefined;
  const asked = transcript.turns[turn.index - 1]?.text.split(/(?<=[.?!]) /).at(-1) ?? '';
  const isNamed = allergy.test(sentence.text) || (asked.endsWith('?') && allergy.test(asked));
  return isNamed ? ['possible', 'dialogue: named as an allergy'] : undefined;
};

const condition =
  /\b(?:if|in case|unless|should (?:you|it|he|she|they|there)|(?:when|once) you (?:get|notice|develop|feel)|whenever)\b/i;
const watchFor =
  /\b(?:look(?:ing)? out for|watch(?:ing)? (?:out )?for|come back (?:if|with)|any signs? of|signs of|things like|such as|side effects?|(?:can|may|might|could|will|would|sometimes) (?:\w+ )?(?:cause|give|lead|make|trigger|get|be|mean|indicate|need)|prevents?|protects?|risk (?:of|for|factor)|chance of|to (?:check|test|look|screen|rule out|exclude) (?:for|out)?|checking for|testing for|rul(?:e|es|ed|ing) (?:\w+ )?out|exclud(?:e|ing)|make sure (?:it|there|that|you|this)|concern(?:ed)? (?:about|for|of|that)|worried (?:about|for|that)|suspicio\w+|suspect\w*|wonder\w*|query|differential)\b/i;
const guess =
  /\b(?:could|might|may|maybe|perhaps|possib\w+|potential\w*|probabl[ey]|likely|looks? like|sounds? like|seems? like|suggests?|consistent with|or something like)\b/i;

const recap = /\byou (?:mentioned|said|told me|talked about|were (?:worried|asking|concerned)|asked|also mentioned)\b/i;

/** What a clinician explains, warns of or considers is not yet found. */
const isConsidered: Rule = (stated) => {
  const { before, after, has, category } = stated;
  if (has('HYPOTHETICAL')) return ['possible', 'trait HYPOTHETICAL'];
  if (has('LOW_CONFIDENCE')) return ['possible', 'trait LOW_CONFIDENCE'];
  if (category !== 'MEDICAL_CONDITION' || isBy(stated, 'patient')) return undefined;
  if (condition.test(before)) return ['possible', 'dialogue: a condition'];
  if (recap.test(before)) return ['possible', 'dialogue: repeated from what was said'];
  if (watchFor.test(before)) return ['possible', 'dialogue: to be watched for or ruled out'];
  const isGuess =
    guess.test(before.slice(-60)) || /^[\w ]{0,12}\b(?:is|are) (?:possible|likely|unlikely|a possibility)/i.test(after);
  return isGuess ? ['possible', 'dialogue: considered'] : undefined;
};

const fears =
  /\b(?:might be|could be|may be|might have|could have|worried (?:it|about|that|i)|scared|afraid|wonder(?:ed|ing)?|maybe it|in case it|thought (?:it|i|maybe|that)(?:'s| was| might| could| had)|read about|googled|(?:is|was) (?:it|this|that)|looked up|do you think)\b/i;
const patientAsks =
  /^(?:(?:and|so|but|um|uh|well|oh)[, ]+)*(?:could|is|might|do you think|does (?:that|this|it)|am i|should i|can i|would|what if|what about|are these|are they|was)\b/i;

/** What a patient fears or asks about is not yet found. */
const isFeared: Rule = (stated) => {
  const { before, sentence } = stated;
  if (!isBy(stated, 'patient', 'other', 'unknown')) return undefined;
  if (sentence.text.endsWith('?') && patientAsks.test(sentence.text)) return answerOfClinician(stated);
  return stated.category === 'MEDICAL_CONDITION' && fears.test(before) ? ['possible', 'dialogue: feared'] : undefined;
};

function answerOfClinician({ transcript, turn }: Stated): [AssertionStatus, string] {
  const answer = transcript.turns.slice(turn.index + 1, turn.index + 3).find(({ speaker }) => speaker !== turn.speaker);
  const says = answer?.text.replace(/^(?:(?:well|oh|um|uh|so|okay)[, ]+)*/i, '') ?? '';
  const isNo =
    /^(?:no\b|nope|it(?:'s| is) not|it isn't|it doesn't|not at all|i don't think|definitely not|absolutely not|certainly not|that's not)/i;
  return isNo.test(says)
    ? ['absent', 'dialogue: the clinician says no']
    : ['possible', 'dialogue: asked by the patient'];
}

const proposes =
  /\b(?:i'll|i will|i'm going to|i'm gonna|i am going to|we'll|we will|we can|we could|we should|we need|we're going to|we're gonna|i can|i could|let's|let me|i'd like|i would like|i'd recommend|i would recommend|i'd suggest|i suggest|i recommend|i'd advise|i want (?:you|to)|i need (?:you|to)|you can (?:take|try|use|have|get)|you could (?:take|try|use)|you should|you(?:'ll| will) (?:need|have|get|be)|you need|try (?:taking|some|a)|think about|consider\w*|advisable|such as|take (?:some|one|two)|prescrib\w+|refer\w*|start (?:you|on|him|her)|book (?:you|him|her|an?)|arrang\w+|order\w*|schedul\w+|send (?:you|off|for)|organi[sz]e|get you)\b/i;
const keeps =
  /\b(?:continue|carry on|keep (?:taking|on|using)|stay on|already|currently|you(?:'re| are) (?:on|taking|already))\b/i;
const booked =
  /\b(?:i'm (?:going to|having|due|booked|waiting|down)|i've got an? [\w ]*\b(?:booked|coming|next)|booked in|waiting (?:for|on)|scheduled|next (?:week|month)|tomorrow|on (?:mon|tues|wednes|thurs|fri)day)\b/i;

/** Medicines, tests and treatments that are announced are planned, not taken. */
const isPlanned: Rule = (stated) => {
  const { category, before, after, sentence, has } = stated;
  if (has('FUTURE')) return ['planned', 'trait FUTURE'];
  if (category !== 'MEDICATION' && category !== 'TEST_TREATMENT_PROCEDURE') return undefined;
  if (isBy(stated, 'clinician', 'unknown') && proposes.test(sentence.text) && !keeps.test(sentence.text)) {
    return ['planned', 'dialogue: the clinician proposes it'];
  }
  const isTest = category === 'TEST_TREATMENT_PROCEDURE';
  return isTest && isBy(stated, 'patient', 'other') && (booked.test(before) || booked.test(after))
    ? ['planned', 'dialogue: it is arranged']
    : undefined;
};

/** In the order in which they decide. */
const rules: readonly Rule[] = [
  isFeared,
  ofSomebodyElse,
  isAllergy,
  isStopped,
  isPast,
  denied,
  isConsidered,
  isPlanned,
];

/** What the statement says of a finding, when it says more than that it is there. */
export function readStatement(stated: Stated): [AssertionStatus, string] | undefined {
  for (const rule of rules) {
    const decided = rule(stated);
    if (decided) return decided;
  }
  return undefined;
}
