import type { Role, RoleEvidence, Turn } from './transcript.ts';

export interface RoleAssignment {
  role: Role;
  roleConfidence: number;
  roleEvidence: RoleEvidence;
}

/**
 * What clinicians and patients say, as they say it. Each cue counts at most once per turn; the weight is how strongly it
 * speaks for the clinician (positive) or against (negative).
 */
const cues: readonly [cue: RegExp, weight: number][] = [
  [/\?/, 1],
  [/\b(do|did|have|has|are|were|can|could|would) (you|your|she|he)\b.*\?/i, 1],
  [/\b(any|and any|what about|how about|how long|how often|how many|when did|whereabouts)\b.*\?/i, 2],
  [/\b(date of birth|confirm your (name|address)|how can i help|what brings you|what can i do for you)\b/i, 4],
  [/\b(this is|i'm|i am|my name is|it's) (uh,? |um,? )?(doctor|dr\.?|nurse)\b/i, 4],
  [
    /\b(i'm going to|i'll|i will|i can|let me|i'd like to|i would like to|we'll|we can) (\w+ )?(prescribe|refer|examine|book|send|check|order|arrange|recommend|take a look|listen to|have a listen|start you)\b/i,
    3,
  ],
  [
    /\b(prescription|blood test|follow[- ]up|a ?and ?e|painkillers?|side effects?|symptoms|medical (conditions?|history|problems))\b/i,
    0.5,
  ],
  [
    /\b(i('d| would) (advise|suggest|recommend)|you should|you need to|make sure (that )?you|if (it|that|things|you) (gets?|get|don't|doesn't|do|does|becomes?) )/i,
    2,
  ],
  [/\b(that's (good|great|helpful|reassuring)|sorry to hear|i see|i understand|okay,? (so|and|and so))\b/i, 1],
  [/\b(your|you're|you've)\b/i, 0.7],
  [/\b(i've|i have|i'd) (been|had|got|noticed|tried|taken)\b/i, -2],
  [
    /\b(i feel|i'm feeling|i felt|i was feeling|it hurts|hurts when|it feels|i can't|i couldn't|i started|i noticed|i woke)\b/i,
    -2,
  ],
  [
    /\bmy (\w+ )?(head|chest|tummy|stomach|throat|back|knee|leg|arm|skin|ear|eye|nose|mum|mom|dad|mother|father|wife|husband|brother|sister|son|daughter|job|work|gp)\b/i,
    -2,
  ],
  [/\b(thank you,? doctor|thanks,? doctor|doctor,)/i, -3],
  [/^(yes|yeah|yep|no|nope|nah|not really|not that i|i don't|i think|maybe|probably|well)\b/i, -1.5],
  [/\b(i don't (smoke|drink|think|know)|i (smoke|drink|live|work|take)\b)/i, -1.5],
];

/**
 * Speaks of the patient as "she" or "he". A clinician does so too, so this only tells the others apart; and patients
 * speak of their relatives, so naming one says nothing.
 */
const aboutAnother =
  /\b(she|he)('s| is| was| has| had| says?| said| gets?| feels?| hasn't| doesn't| didn't| won't| keeps?| takes?)\b|\b(her|his) \w+|\bmy (son|daughter|baby|little (boy|girl|one))\b/i;

/** Speaks of an own complaint. */
const aboutSelf =
  /\b(i feel|i'm feeling|i felt|i get|i've (been|had|got)|i had|i have|i can't|i couldn't|it hurts|my (\w+ )?(head|chest|tummy|stomach|throat|back|knee|hip|leg|arm|foot|skin|ear|eye|breathing|heart|tablets?))\b/i;

/** Below this a role is a guess, and a guess is worse than no role. */
const sure = 0.8;

/** A label with fewer words than this, or with less than this share of all words, is mostly noise. */
const enoughWords = 20;
const enoughShare = 0.05;

interface Score {
  label: string;
  clinician: number;
  self: number;
  another: number;
  turns: number;
  words: number;
}

/**
 * Says who is the clinician and who the patient from what they say. Labels carry no meaning: the patient is spk_0 as
 * often as not. Who speaks of the patient as of somebody else is another: a parent, a daughter, an interpreter.
 */
export function assignRoles(turns: readonly Turn[]): Map<string, RoleAssignment> {
  const scores = scoreSpeakers(turns);
  const roles = new Map<string, RoleAssignment>();
  for (const { label } of scores) roles.set(label, { role: 'unknown', roleConfidence: 0, roleEvidence: 'none' });

  const total = scores.reduce((sum, score) => sum + score.words, 0);
  const enough = scores.length === 2 ? 0 : Math.max(enoughWords, enoughShare * total);
  const heard = scores.filter((score) => score.words >= enough).sort((a, b) => perTurn(b) - perTurn(a));
  const [clinician, ...others] = heard;
  const last = others.at(-1);
  if (!clinician || !last) return roles;

  const confidence = logistic((clinician.clinician - last.clinician) / 4);
  if (confidence < sure) return roles;
  const name = (label: string, role: Role) =>
    roles.set(label, {
      role,
      roleConfidence: Math.round(confidence * 1000) / 1000,
      roleEvidence: 'dialogue',
    });
  name(clinician.label, 'clinician');
  const patient = patientAmong(others);
  for (const other of others) {
    if (other === patient) name(other.label, 'patient');
    else if (speaksForAnother(other, others)) name(other.label, 'other');
  }
  return roles;
}

/** With one candidate the patient is who does not speak of somebody else; with several, who speaks most of an own complaint. */
function patientAmong(others: readonly Score[]): Score | undefined {
  const candidates = others.filter((score) => !speaksForAnother(score, others));
  if (candidates.length <= 1) return candidates[0];
  const [first, second] = candidates.toSorted((a, b) => b.self / b.turns - a.self / a.turns);
  return first && second && first.self > second.self ? first : undefined;
}

/** Beside the patient, less is enough to tell a relative than alone with the clinician. */
function speaksForAnother({ self, another }: Score, others: readonly Score[]): boolean {
  return another >= 2 && another / (another + self) > (others.length > 1 ? 0.4 : 0.6);
}

function scoreSpeakers(turns: readonly Turn[]): Score[] {
  const scores = new Map<string, Score>();
  for (const { speaker, text, words } of turns) {
    const score = scores.get(speaker) ?? { label: speaker, clinician: 0, self: 0, another: 0, turns: 0, words: 0 };
    for (const [cue, weight] of cues) if (cue.test(text)) score.clinician += weight;
    if (aboutSelf.test(text)) score.self += 1;
    if (aboutAnother.test(text)) score.another += 1;
    score.turns += 1;
    score.words += words.length;
    scores.set(speaker, score);
  }
  return [...scores.values()];
}

const perTurn = (score: Score) => score.clinician / score.turns;

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
