import { listOf } from '../phrases.ts';

/**
 * A turn as the role cues hear it, in lower case: what is said, and what somebody else said right before it (empty if
 * nobody did).
 */
export interface Heard {
  text: string;
  before: string;
}

const child = 'son|daughter|baby|twins?|child|kids?|little (?:boy|girl|one)|toddler';
const kin = 'mum|mom|mother|dad|father|wife|husband|partner|brother|sister|grandma|grandmother|granddad|grandfather';
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
  asksAnother: /\b(?:is|was|does|did|has|had|can) (?:she|he)\b/,
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
  explains: says`
    prescription|blood tests?|follow[- ]up|side effects?|symptoms|medical (?:conditions?|history|problems)
    your (?:blood|results?|labs?|x-ray|scan|exam|\w+ exam)|milligrams?|physical exam
    looks like|sounds like|most likely|diagnosis
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
  ownBody: says`my (?:\w+ )?(?:${body})`,
  ownChild: says`my (?:\w+ )?(?:${child})`,
  ownKin: says`my (?:\w+ )?(?:${kin})`,
  yourKin: new RegExp(`\\byour (?:\\w+ )?(?:${child}|${kin})\\b|^(?:mum|mom|dad)\\b`),
  saysShe: /\b(?:she|he)(?:'s|'d|'ll)?\b/,
  saysHer: /\b(?:her|his|him)\b/,
  we: /\b(?:we've|we (?:took|gave|had|tried|went|came|saw|thought|live|were)|i (?:gave|took) (?:her|him))\b/,
  thanksDoctor: /\b(?:thank you|thanks),? (?:doctor|doc|so much|very much)\b|\b(?:doctor|doc)[.,?!]/,
  hedges: /\b(?:i think|i guess|kind of|sort of|maybe|probably|not really|not that i|i don't know)\b/,
  affirms: /^(?:yes|yeah|yep|no|nope|nah|correct|that's right|exactly)\b/,
} satisfies Record<string, RegExp>;

const question = says`
  (?:do|did|have|are|were|can|could|would|is|was|does) (?:you|your|she|he|it|there)
  any|how long|how often|how many|where|when
`;
const asksSomething = (text: string) => text.includes('?') || question.test(text);

/** Cues in how the turn follows on from somebody else's. */
const replyCues = {
  answers: ({ text, before }: Heard) => asksSomething(before) && !text.includes('?'),
  answersYesNo: ({ text, before }: Heard) => asksSomething(before) && ownCues.affirms.test(text),
  answersForAnother: ({ before, text }: Heard) =>
    (ownCues.asksAnother.test(before) || ownCues.yourKin.test(before)) && !text.includes('?'),
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

/** The cues that tell a companion from the patient: they show whose body, past and family the speaker talks about. */
export const companionCues = [
  'i',
  'ownPast',
  'ownComplaint',
  'ownHabit',
  'ownBody',
  'ownChild',
  'ownKin',
  'saysShe',
  'saysHer',
  'we',
  'answersForAnother',
] as const satisfies Cue[];

export type CompanionCue = (typeof companionCues)[number];

/** The cues that a turn gives, each at most once. `before` as in {@link Heard}; the case of either does not matter. */
export function hearCues(text: string, before: string): Cue[] {
  const heard = { text: text.toLowerCase(), before: before.toLowerCase() };
  return cueNames.filter((name) => roleCues[name](heard));
}

/**
 * How strongly each cue speaks for a role, in log-odds against the patient. Only the absence of the other roles' cues
 * speaks for the patient.
 */
export interface RoleWeights {
  clinician: Readonly<Record<Cue, number>>;
  /** For somebody who speaks of the patient: a parent, a daughter, an interpreter. */
  other: Readonly<Record<CompanionCue, number>>;
  /** The share of the sum of log-odds that counts, because the cues of one conversation repeat each other. */
  scale: number;
  /** Log-odds that a speaker is an "other", before anybody has spoken. */
  otherPrior: number;
}
