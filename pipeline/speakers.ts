import type { Role, RoleEvidence, Turn } from './transcript.ts';

export interface RoleAssignment {
  role: Role;
  roleConfidence: number;
  roleEvidence: RoleEvidence;
}

/**
 * What clinicians and patients say, as they say it. Each cue counts at most once per turn; the weight is how strongly it
 * speaks for the clinician (positive) or the patient (negative).
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
    /\bmy (\w+ )?(head|chest|tummy|stomach|throat|back|knee|leg|arm|skin|ear|eye|nose|mum|mom|dad|mother|father|wife|husband|brother|sister|job|work|gp)\b/i,
    -2,
  ],
  [/\b(thank you,? doctor|thanks,? doctor|doctor,)/i, -3],
  [/^(yes|yeah|yep|no|nope|nah|not really|not that i|i don't|i think|maybe|probably|well)\b/i, -1.5],
  [/\b(i don't (smoke|drink|think|know)|i (smoke|drink|live|work|take)\b)/i, -1.5],
];

/** Below this a role is a guess, and a guess is worse than no role. */
const sure = 0.8;

/** A label with fewer words than this is mostly noise. */
const enoughWords = 20;
/** ... and so is one with less than this share of all words. */
const enoughShare = 0.08;

/**
 * Says who is the clinician and who the patient from what they say. Labels carry no meaning: the patient is spk_0 as
 * often as not. With more than two speakers the two that stand apart most are named and a third is "other".
 */
export function assignRoles(turns: readonly Turn[]): Map<string, RoleAssignment> {
  const scores = scoreSpeakers(turns);
  const roles = new Map<string, RoleAssignment>();
  for (const label of scores.keys()) roles.set(label, { role: 'unknown', roleConfidence: 0, roleEvidence: 'none' });

  const total = [...scores.values()].reduce((sum, score) => sum + score.words, 0);
  const ranked = [...scores]
    .filter(([, score]) => scores.size === 2 || score.words >= Math.max(enoughWords, enoughShare * total))
    .sort(byPerTurn);
  const [clinician, patient] = [ranked[0], ranked.at(-1)];
  if (!clinician || !patient || clinician === patient) return roles;

  const confidence = logistic((clinician[1].sum - patient[1].sum) / 4);
  if (confidence < sure) return roles;
  const rounded = Math.round(confidence * 1000) / 1000;
  roles.set(clinician[0], { role: 'clinician', roleConfidence: rounded, roleEvidence: 'dialogue' });
  roles.set(patient[0], { role: 'patient', roleConfidence: rounded, roleEvidence: 'dialogue' });
  for (const [label] of ranked.slice(1, -1)) {
    roles.set(label, { role: 'other', roleConfidence: 0.5, roleEvidence: 'dialogue' });
  }
  return roles;
}

interface Score {
  sum: number;
  turns: number;
  words: number;
}

function scoreSpeakers(turns: readonly Turn[]): Map<string, Score> {
  const scores = new Map<string, Score>();
  for (const turn of turns) {
    const score = scores.get(turn.speaker) ?? { sum: 0, turns: 0, words: 0 };
    for (const [cue, weight] of cues) if (cue.test(turn.text)) score.sum += weight;
    score.turns += 1;
    score.words += turn.words.length;
    scores.set(turn.speaker, score);
  }
  return scores;
}

function byPerTurn([, a]: [string, Score], [, b]: [string, Score]): number {
  return b.sum / b.turns - a.sum / a.turns;
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
