import { listOf } from '../phrases.ts';

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

type OwnCue = keyof typeof ownCues;

/** Asks something, with or without a question mark. */
const question = says`
  (?:do|did|have|are|were|can|could|would|is|was|does) (?:you|your|she|he|it|there)
  any|how long|how often|how many|where|when
`;

/** What turns the talk to somebody's family: for the next turns, a third person is as likely a relative as the patient. */
export const familyTalk = says`
  (?:my|me|your) (?:\w+ )?(?:${kin}|friend|mate|neighbou?r|boss)|(?:your|my|the) family|family (?:medical )?history|siblings|brothers|sisters
  passed away|died|deceased|(?:have|had|got) (?:any |\w+ )?(?:children|kids)
`;

/** A turn as the cues of replies hear it: what its own words say, and those of somebody else right before it. */
interface Reply {
  says: Says;
  before: Says;
  /** Whether somebody else spoke right before it. */
  follows: boolean;
  /** Whether the talk is of the family, by {@link familyTalk}: "she" may then be anybody's mother. */
  ofFamily: boolean;
}
type Says = (cue: OwnCue | 'question') => boolean;

const asksSomething = (said: Says) => said('asks') || said('question');

/** Cues in how the turn follows on from somebody else's. */
const replyCues = {
  answers: ({ says, before }: Reply) => asksSomething(before) && !says('asks'),
  answersYesNo: ({ says, before }: Reply) => asksSomething(before) && says('affirms'),
  answersForAnother: ({ says, before }: Reply) =>
    (before('asksAnother') || before('yourChild') || before('asksToRelay')) && !before('yourKin') && !says('asks'),
  saysSheOfFamily: ({ says, ofFamily }: Reply) => ofFamily && says('saysShe'),
  answersYouWithShe: ({ says, before, ofFamily }: Reply) =>
    !ofFamily && before('asksYou') && says('saysShe') && !before('saysShe'),
  answersYouWithI: ({ says, before }: Reply) =>
    (before('asksYou') || before('your')) && says('i') && !says('saysShe') && !says('asks'),
  answersSheWithI: ({ says, before }: Reply) => before('asksAnother') && says('i') && !says('saysShe'),
  asksAfterAnswer: ({ says, before, follows }: Reply) => follows && !before('asks') && says('asks'),
} satisfies Record<string, (reply: Reply) => boolean>;

export type Cue = OwnCue | keyof typeof replyCues;

const ownNames = Object.keys(ownCues) as OwnCue[];
const replyNames = Object.keys(replyCues) as (keyof typeof replyCues)[];

/** Every cue, under a name for what its speaker does. */
export const cueNames: Cue[] = [...ownNames, ...replyNames];

/** A pattern that finds its place in a text of many turns, one on each line. */
const byLine = ({ source }: RegExp) => new RegExp(source, 'gm');
const patterns = Object.entries({ ...ownCues, question }).map(([name, pattern]) => [name, byLine(pattern)] as const);
const ofFamily = byLine(familyTalk);

/** Turns in lower case, one on each line, and where each of them ends. */
interface Page {
  text: string;
  ends: number[];
}

function toPage(texts: readonly string[]): Page {
  const lines = texts.map((text) => text.toLowerCase().replaceAll('\n', ' '));
  let end = -1;
  return { text: lines.join('\n'), ends: lines.map((line) => (end += line.length + 1)) };
}

/**
 * Marks the turns in which a pattern occurs. All turns are searched at once: to begin a search takes longer than to read
 * a turn, and a pattern that sees a long text is compiled once, not twice.
 */
function turnsWith(pattern: RegExp, { text, ends }: Page): Uint8Array {
  const found = new Uint8Array(ends.length);
  let turn = 0;
  pattern.lastIndex = 0;
  while (pattern.test(text)) {
    while ((ends[turn] ?? text.length) < pattern.lastIndex) turn += 1;
    found[turn] = 1;
    pattern.lastIndex = (ends[turn] ?? text.length) + 1;
  }
  return found;
}

/** Answers, for each turn, what its own words say. */
function listen(page: Page): (turn: number) => Says {
  const found = new Map<string, Uint8Array>(patterns.map(([name, pattern]) => [name, turnsWith(pattern, page)]));
  return (turn) => (cue) => found.get(cue)?.[turn] === 1;
}

function toCues(reply: Reply): Cue[] {
  return [...ownNames.filter(reply.says), ...replyNames.filter((name) => replyCues[name](reply))];
}

const silence: Says = () => false;

/** The cues that a turn gives, each at most once; the case of the letters does not matter. */
export function hearCues(text: string, before: string, isOfFamily = false): Cue[] {
  const said = listen(toPage([before, text]));
  return toCues({ says: said(1), before: said(0), follows: before !== '', ofFamily: isOfFamily });
}

/** After this many turns without a word about the family, the talk is of the patient again. */
const familyTurns = 3;

/** The cues of each turn in its talk. Of two turns in a row of one speaker, the second answers nobody. */
export function* hearTalk<Turn extends { speaker: string; text: string }>(
  turns: readonly Turn[],
): Generator<{ turn: Turn; cues: Cue[] }> {
  const page = toPage(turns.map(({ text }) => text));
  const said = listen(page);
  const family = turnsWith(ofFamily, page);
  let left = 0;
  for (const [at, turn] of turns.entries()) {
    left = family[at] === 1 ? familyTurns : left - 1;
    const last = turns[at - 1];
    const follows = last !== undefined && last.speaker !== turn.speaker && last.text !== '';
    const before = follows ? said(at - 1) : silence;
    yield { turn, cues: toCues({ says: said(at), before, follows, ofFamily: left > 0 }) };
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
