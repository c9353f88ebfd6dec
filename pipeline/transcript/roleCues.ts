import { listOf } from '../phrases.ts';

/** A turn as the role cues hear it, in lower case. */
export interface Heard {
  text: string;
  /** What somebody else said right before it; empty if nobody did. */
  before: string;
  /** Whether the talk is of the family, by {@link familyTalk}: "she" may then be anybody's mother. */
  ofFamily: boolean;
}

const child = 'son|daughter|baby|twins?|child|kids?|little (?:boy|girl|one)|toddler';
const spouse = 'wife|husband|partner|boyfriend|girlfriend';
const elder = 'mum|mom|mam|mother|dad|daddy|father|parents?|grandma|gran|nan|grandmother|granddad|grandfather';
const sibling = 'brothers?|sisters?|aunt|auntie|uncle|cousin';
const kin = `${spouse}|${elder}|${sibling}`;
const companion = `${child}|${kin}|niece|nephew|neighbou?r|friend|flatmate|carer|caregiver|interpreter`;
const body = listOf`
  head|chest|tummy|stomach|belly|throat|neck|back|shoulder|elbow|wrist|hand|hip|knee|leg|ankle|foot|feet|arm|skin
  ear|eye|nose|heart|lungs?|breathing|period
`;
const intends = listOf`
  i'm going to|i'm gonna|i'll|i will|i can|let me|let's|i'd like to|i would like to|i want to
  we'll|we can|we're going to|we're gonna
`;
const clinicalWork = listOf`
  prescribe|refer|examine|book|send|check|order|arrange|recommend|increase|schedule|look|take a|listen
  have a (?:look|listen)|start you|give you|get you|see you|put you|do
`;

/** Finds any of the phrases as whole words in a text in lower case. */
const says = (...phrases: Parameters<typeof listOf>) => new RegExp(`\\b(?:${listOf(...phrases)})\\b`);

/** Cues in the turn's own words. Questions are known by their words too: not every transcript has question marks. */
const ownCues = {
  asks: /\?/,
  asksYou: /\b(?:do|did|have|has|are|were|can|could|would) (?:you|your)\b/,
  asksFindings:
    /\b(?:any|how long|how often|how many|how much|when did|where(?:abouts)? (?:is|does|do|did)|what kind|on a scale)\b/,
  asksAnother: /\b(?:is|was|does|did|has|had|can|will) (?:she|he)\b/,
  asksToRelay: says`(?:ask|tell) (?:her|him|them)|(?:does|did|has|is|can) (?:the|your) (?:patient|${companion})`,
  opens: says`
    date of birth|confirm your|how can i help|what brings you|what can i do for you
    tell me (?:more|a (?:bit|little)|about)
  `,
  introduces: /\b(?:this is|i'm|i am|my name is|it's|name's) (?:uh,? |um,? )?(?:doctor|dr\b|nurse)/,
  plans: says`(?:${intends}) (?:\w+ )?(?:${clinicalWork})`,
  advises: says`
    i(?:'d| would) (?:advise|suggest|recommend)|you(?:'ll| will)? (?:should|need to|can take|want to)|make sure
    if (?:it|that|things|you|they) (?:gets?|don't|doesn't|becomes?|worsens?|notice)
  `,
  advisesForAnother: says`
    if (?:she|he) (?:gets?|starts?|becomes?|can't|isn't|doesn't|has|is)|(?:she|he) (?:should|needs? to|must|may)
    (?:she|he)'ll (?:need|have)|(?:bring|keep|let|get|give|start|put) (?:her|him)
  `,
  explains: says`
    prescription|blood tests?|follow[- ]up|side effects?|symptoms|medical (?:conditions?|history|problems)
    your (?:blood|results?|labs?|x-ray|scan|exam|\w+ exam)|milligrams?|physical exam
    looks like|sounds like|most likely|diagnosis|benefit from|appears? to|risks? (?:include|of)|we(?:'ll| will) need
  `,
  your: /\b(?:your|you're|you've)\b/,
  acknowledges: says`
    that's (?:good|great|helpful|fine|reassuring)|sorry to hear|i see|i understand|perfect
    all ?right,? so|okay,? (?:so|and)
  `,
  i: /\bi(?:'m|'ve|'d|'ll)?\b/,
  ownPast: /\b(?:i've|i have|i'd|i had) (?:\w+ )?(?:been|had|got|noticed|tried|taken|always|never)\b/,
  ownComplaint: says`
    i feel|i'm feeling|i felt|i was feeling|i get|it hurts|hurts when|it feels|it felt|i can't|i couldn't
    i started|i noticed|i woke|i'm worried
  `,
  ownHabit: /\b(?:i don't|i didn't|i haven't|i'm not|i (?:smoke|drink|live|work|take|use|eat|sleep)|i'm taking)\b/,
  ownBody: says`(?:my|me) (?:\w+ )?(?:${body})`,
  ownChild: says`(?:my|me) (?:\w+ )?(?:${child})`,
  ownSpouse: says`(?:my|me) (?:\w+ )?(?:${spouse})`,
  ownKin: says`(?:my|me) (?:\w+ )?(?:${elder}|${sibling})`,
  happensToMe: says`
    (?:gave|gives?|given|made|makes?|told|took|takes|put|sent|hurts?|wakes?|woke|worries|kills|bothers?|with|to|on|for) me
  `,
  sheToMe: says`
    (?:she|he)(?:'s|'d|'ll)? (?:\w+ )?(?:gave|gives?|told|tells?|put|sent|made|makes|asked|showed|took|saw|said) (?:me|i|my|us)
  `,
  yourChild: says`(?:your (?:\w+ )?|the )(?:${child})`,
  yourKin: says`your (?:\w+ )?(?:${kin})|family (?:medical )?history|(?:run|runs) in (?:the|your) family`,
  saysShe: /\b(?:she|he)(?:'s|'d|'ll)?\b/,
  saysHer: /\b(?:her|his|him)\b/,
  aboutAnother: says`
    (?:she|he)(?:'s| has| had| is| was)(?: \w+)? (?:been|got|having|taking|eating|drinking|sleeping|had|on|allergic|complaining)
    (?:she|he) (?:takes?|took|eats?|ate|drinks?|sleeps?|slept|gets?|got|can't|couldn't|doesn't|won't|didn't|started|feels?)
    (?:she|he) (?:complains?|coughs?|cries|cried|vomited|threw|fell|wakes?|woke|walks?|needs?|wants?|forgets?)
  `,
  caresFor: says`
    (?:i|we) (?:\w+ )?(?:gave|give|took|take|put|brought|bring|check|checked|found|made|make|told|tell|help|keep|wash) (?:her|him)
  `,
  relays: says`
    (?:she|he)(?:'s| is)? (?:says?|said|saying|asks?|asking|tells|telling|means|wants to know)|(?:her|him) (?:say|to say)
    says (?:no|yes|it|the|that|she|he|her|his|there|not)|asks (?:if|is|can|what|why)
  `,
  interprets: says`interpreter|interpreting|translat(?:e|ing|or)|in english|first person|for the patient`,
  isCompanion: says`
    i'm (?:her|his|the|\w+'s) (?:\w+ )?(?:${companion})|i am (?:her|his|the|\w+'s) (?:\w+ )?(?:${companion})
    (?:it's|this is|i'm) (?:her|his) (?:\w+ )?(?:${companion})
  `,
  corrects: says`
    you (?:did|do|didn't|don't|were|weren't|said|told|had|never|forgot)|tell (?:the doctor|her|him|them)
    (?:did|have|had|were|are|is|has|do|was|would)n't (?:you|she|he)
  `,
  we: /\b(?:we've|we (?:took|gave|had|tried|went|came|saw|thought|live|were))\b/,
  thanksDoctor: /\b(?:thank you|thanks),? (?:doctor|doc|so much|very much)\b|\b(?:doctor|doc)[.,?!]/,
  measures: says`
    temperature|pulse|sats?|saturations?|oxygen|blood pressure|respirat\w+|heart rate|point \w+|over \w+|percent|zero|milligrams?
  `,
  asksBack: says`
    (?:should|can|do|could|shall|must) (?:i|we)|what (?:can|do|should|could) (?:i|we)|will (?:she|he|it|this|that)
    what (?:are|is) the risks?|is (?:it|that|this) (?:normal|serious|safe|bad|dangerous|contagious)
  `,
  ofInfant: says`
    (?:she|he) was born|born (?:at|by|via|full|early|premature)|(?:the|this) baby|birth weight|c[- ]section|formula|napp(?:y|ies)|diapers?
    breastfe\w+|nursery|day ?care|kindergarten|teething|crib|cot
  `,
  presents: says`
    (?:the|this|our|your) patient|present(?:s|ed|ing) with|(?:she|he) has (?:a|no) history|year[- ]old (?:man|woman|male|female|gentleman|lady)
    on exam\w*|vitals|admitted
  `,
  hedges: /\b(?:i think|i guess|kind of|sort of|maybe|probably|not really|not that i|i don't know)\b/,
  affirms: /^(?:yes|yeah|yep|no|nope|nah|correct|that's right|exactly)\b/,
  isShort: /^\S+(?: \S+){0,2}$/,
} satisfies Record<string, RegExp>;

const question = says`
  (?:do|did|have|are|were|can|could|would|is|was|does) (?:you|your|she|he|it|there)
  any|how long|how often|how many|where|when
`;
const asksSomething = (text: string) => text.includes('?') || question.test(text);

/** What turns the talk to somebody's family: for the next turns, a third person is as likely a relative as the patient. */
export const familyTalk = says`
  (?:my|me|your) (?:\w+ )?(?:${kin}|friend|mate|neighbou?r|boss)|(?:your|my|the) family|family (?:medical )?history|siblings|brothers|sisters
  passed away|died|deceased|(?:have|had|got) (?:any |\w+ )?(?:children|kids)
`;

/** Cues in how the turn follows on from somebody else's. */
const replyCues = {
  answers: ({ text, before }: Heard) => asksSomething(before) && !text.includes('?'),
  answersYesNo: ({ text, before }: Heard) => asksSomething(before) && ownCues.affirms.test(text),
  answersForAnother: ({ before, text }: Heard) =>
    (ownCues.asksAnother.test(before) || ownCues.yourChild.test(before) || ownCues.asksToRelay.test(before)) &&
    !ownCues.yourKin.test(before) &&
    !text.includes('?'),
  saysSheOfFamily: ({ text, ofFamily }: Heard) => ofFamily && ownCues.saysShe.test(text),
  answersYouWithShe: ({ text, before, ofFamily }: Heard) =>
    !ofFamily && ownCues.asksYou.test(before) && ownCues.saysShe.test(text) && !ownCues.saysShe.test(before),
  answersYouWithI: ({ text, before }: Heard) =>
    (ownCues.asksYou.test(before) || ownCues.your.test(before)) &&
    ownCues.i.test(text) &&
    !ownCues.saysShe.test(text) &&
    !text.includes('?'),
  answersSheWithI: ({ text, before }: Heard) =>
    ownCues.asksAnother.test(before) && ownCues.i.test(text) && !ownCues.saysShe.test(text),
  asksAfterAnswer: ({ text, before }: Heard) => !before.includes('?') && before !== '' && text.includes('?'),
} satisfies Record<string, (heard: Heard) => boolean>;

export type Cue = keyof typeof ownCues | keyof typeof replyCues;

/** Every cue, under a name for what its speaker does. */
export const roleCues: Readonly<Record<Cue, (heard: Heard) => boolean>> = {
  ...(Object.fromEntries(
    Object.entries(ownCues).map(([name, pattern]) => [name, ({ text }: Heard) => pattern.test(text)]),
  ) as Record<keyof typeof ownCues, (heard: Heard) => boolean>),
  ...replyCues,
};

export const cueNames = Object.keys(roleCues) as Cue[];

/** The cues that a turn gives, each at most once; the case of the letters does not matter. */
export function hearCues(text: string, before: string, ofFamily = false): Cue[] {
  const heard = { text: text.toLowerCase(), before: before.toLowerCase(), ofFamily };
  return cueNames.filter((name) => roleCues[name](heard));
}

/** After this many turns without a word about the family, the talk is of the patient again. */
const familyTurns = 3;

/** The cues of each turn in its talk. Of two turns in a row of one speaker, the second answers nobody. */
export function* hearTalk<Turn extends { speaker: string; text: string }>(
  turns: Iterable<Turn>,
): Generator<{ turn: Turn; cues: Cue[] }> {
  let last: Turn | undefined;
  let left = 0;
  for (const turn of turns) {
    left = familyTalk.test(turn.text.toLowerCase()) ? familyTurns : left - 1;
    yield { turn, cues: hearCues(turn.text, last && last.speaker !== turn.speaker ? last.text : '', left > 0) };
    last = turn;
  }
}

/** Log-odds against the patient. Only the absence of the other roles' cues speaks for the patient. */
export interface RoleWeights {
  /** How strongly each turn with a cue speaks for the clinician. */
  clinician: Readonly<Record<Cue, number>>;
  /** The same for somebody who speaks of the patient: a parent, a daughter, an interpreter. */
  other: Readonly<Record<Cue, number>>;
  /** That a speaker came along with the patient, before anybody has spoken. */
  otherPrior: number;
  /** That a speaker is a second clinician, before anybody has spoken. */
  colleaguePrior: number;
  /** That the patient is none of the speakers. */
  silentPrior: number;
}
