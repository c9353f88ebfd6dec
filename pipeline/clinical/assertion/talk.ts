import { anyOf } from '../../phrases.ts';
import { sentencesOf } from '../../transcript/sentences.ts';
import type { Dialogue, Turn } from '../../transcript/transcript.ts';
import { kindsIn } from './wordKinds.ts';

/** What the clinician last asked about, or is doing. */
export type Topic = 'none' | 'allergies' | 'family' | 'medicines' | 'habits' | 'history' | 'examination' | 'plan';

/** Where in the talk a turn stands: its topic, and how much was planned and examined up to its end. */
export interface Standing {
  topic: Topic;
  planned: number;
  examined: number;
}

const asked: readonly [Topic, RegExp][] = [
  ['allergies', /allerg/i],
  ['family', anyOf`family|runs in|parents|relatives|hereditary`],
  [
    'medicines',
    anyOf`medications?|medicines?|tablets|pills|prescri\w+|taking anything|take anything|inhalers?|over the counter`,
  ],
  ['habits', anyOf`smok\w*|alcohol|drink\w*|drugs|work|job|live|home|exercise`],
  [
    'history',
    anyOf`medical (?:history|conditions?|problems?)|other (?:conditions|problems|illnesses)|past|operations?|surger\w+|hospital|diagnosed`,
  ],
];

/** A talk as its cues are read: computed once for all mentions in it. */
export interface Talk {
  turns: readonly Turn[];
  standings: readonly Standing[];
}

export function readTalk({ turns }: Dialogue): Talk {
  const standings: Standing[] = [];
  let standing: Standing = { topic: 'none', planned: 0, examined: 0 };
  for (const turn of turns) {
    if (turn.role === 'clinician' || turn.role === 'unknown') {
      for (const sentence of sentencesOf(turn)) standing = after(standing, sentence);
    }
    standings.push(standing);
  }
  return { turns, standings };
}

const plans = ['start', 'order', 'stop', 'change', 'take'] as const;

function after({ topic, planned, examined }: Standing, sentence: string): Standing {
  const cues = kindsIn(sentence);
  const isQuestion = sentence.endsWith('?') || cues.includes('whether');
  const isPlan = !sentence.endsWith('?') && cues.includes('will') && plans.some((plan) => cues.includes(plan));
  const isExamination = cues.includes('exam') || cues.includes('result');
  const about = isQuestion ? asked.find(([, words]) => words.test(sentence))?.[0] : undefined;
  let next = about ?? topic;
  if (isPlan) next = 'plan';
  else if (isExamination && !isQuestion && topic !== 'plan') next = 'examination';
  return { topic: next, planned: planned + Number(isPlan), examined: examined + Number(isExamination) };
}
