import type { Assertion, AssertionStatus, Entity, Trait } from './entities.ts';
import type { Transcript, Turn } from './transcript.ts';

type Finding = Pick<Entity, 'begin' | 'end' | 'category' | 'turn'> & { traits: Trait[] };

/**
 * Says whether a finding is there. The service's traits decide first; then the dialogue, which the service does not
 * read as one: a question is not a finding until its answer makes it one. What stays unclear is possible, not present.
 */
export function toAssertion(transcript: Transcript, finding: Finding): Assertion {
  const { traits } = finding;
  const has = (name: string) => traits.some((trait) => trait.name === name);
  const decide = (status: AssertionStatus, reason: string): Assertion => ({ status, traits, reason });

  if (has('NEGATION')) return decide('absent', 'trait NEGATION');
  const question = questionAround(transcript, finding);
  if (question) {
    const [status, reason] = readAnswer(answerTo(transcript, finding, question), presupposes.test(question.text));
    return decide(status === 'present' ? whose(has) : status, reason);
  }
  if (has('PERTAINS_TO_FAMILY')) return decide('family', 'trait PERTAINS_TO_FAMILY');
  if (isAboutRelative(transcript, finding)) return decide('family', 'dialogue: said of a relative');
  if (isAllergy(transcript, finding)) return decide('possible', 'dialogue: named as an allergy');
  if (has('PAST_HISTORY')) return decide('historical', 'trait PAST_HISTORY');
  if (has('FUTURE')) return decide('planned', 'trait FUTURE');
  if (has('HYPOTHETICAL')) return decide('possible', 'trait HYPOTHETICAL');
  if (has('LOW_CONFIDENCE')) return decide('possible', 'trait LOW_CONFIDENCE');
  if (isIntended(transcript, finding)) return decide('planned', 'dialogue: the clinician proposes it');
  return decide('present', traits.length > 0 ? `traits ${traits.map((trait) => trait.name).join(', ')}` : 'stated');
}

/** What a yes says depends on what was asked: "Does anybody in the family have it?", "Have you ever had it?" */
function whose(has: (trait: string) => boolean): AssertionStatus {
  if (has('PERTAINS_TO_FAMILY')) return 'family';
  return has('PAST_HISTORY') ? 'historical' : 'present';
}

/** A sentence of a turn, in code points of the whole text. */
interface Sentence {
  begin: number;
  end: number;
  text: string;
}

/** The sentence in which `offset` lies, within its turn. */
export function sentenceAt(turn: Turn, offset: number): Sentence {
  const points = Array.from(turn.text);
  const at = offset - turn.begin;
  let begin = at;
  while (begin > 0 && !isEnd(points, begin - 1)) begin -= 1;
  while (points[begin] === ' ') begin += 1;
  let end = at;
  while (end < points.length && !isEnd(points, end)) end += 1;
  end = Math.min(end + 1, points.length);
  return { begin: turn.begin + begin, end: turn.begin + end, text: points.slice(begin, end).join('') };
}

/** A mark ends a sentence when a blank or nothing follows; "37.5" and "e.g." in the middle of a word do not. */
function isEnd(points: readonly string[], at: number): boolean {
  return /[.?!]/.test(points[at] ?? '') && (at + 1 >= points.length || points[at + 1] === ' ');
}

const asks =
  /^(?:(?:and|so|or|okay|ok|um|uh|right|but|now|then|well|alright|great|perfect|good)[, ]+)*(?:any|do you|did you|have you|has (?:he|she|it|there|your)|had you|are you|is there|is it|are there|were you|was there|does|what about|how about|no (?:other|problems with))\b/i;

/** "How long have you had the cough?" takes the cough for granted; "How about a cough?" does not. */
const presupposes =
  /^(?:(?:and|so|or|okay|ok|um|uh|right|but|now|then|well)[, ]+)*(?:how (?!about)|when|whereabouts|where|which|why)/i;

function questionAround(transcript: Transcript, finding: Finding): Sentence | undefined {
  const turn = transcript.turns[finding.turn];
  if (!turn || turn.role === 'patient') return undefined;
  const sentence = sentenceAt(turn, finding.begin);
  return sentence.text.endsWith('?') || asks.test(sentence.text) ? sentence : undefined;
}

/** What follows the question: the rest of its turn when it holds words of an answer, else the next speaker's turn. */
function answerTo(transcript: Transcript, finding: Finding, question: Sentence): string {
  const turn = transcript.turns[finding.turn];
  if (!turn) return '';
  const rest = Array.from(turn.text)
    .slice(question.end - turn.begin)
    .join('')
    .trim();
  if (rest !== '' && transcript.engine.shape === 'plain') return rest;
  if (rest !== '' && !rest.endsWith('?')) return '';
  return answeringTurn(transcript, turn)?.text ?? '';
}

function answeringTurn(transcript: Transcript, asked: Turn): Turn | undefined {
  return transcript.turns.slice(asked.index + 1, asked.index + 4).find((turn) => turn.speaker !== asked.speaker);
}

/** The turn whose answer decided, when the finding stands in another speaker's question. */
export function decidingTurn(transcript: Transcript, entity: Entity): Turn | undefined {
  const turn = transcript.turns[entity.turn];
  return turn && entity.assertion.reason.startsWith('dialogue: answered') ? answeringTurn(transcript, turn) : undefined;
}

/** "Mm" is a filler, "mm-hmm" an answer. */
const fillers = /^(?:(?:um+|uh+|er+|eh|oh+|well|so|and|okay|ok|right|i mean|like|mm|hmm)\b(?!-)[,. ]*)+/i;
const yes =
  /^(?:yes|yeah|yep|yup|ya|i do|i have|i am|i did|it is|it does|there is|there was|a (?:little )?bit|a little|sometimes|definitely|exactly|correct|that's right|of course|mm-hmm|uh-huh)\b/i;
const no =
  /^(?:no|nope|nah|not|none|nothing|never|neither|i don't|i haven't|i'm not|i didn't|it doesn't|it isn't|there isn't|don't think so|i don't think so|uh-uh)\b/i;
const unsure = /\b(?:not sure|don't know|no idea|can't remember|not certain|hard to say)\b/i;

function readAnswer(answer: string, presupposed: boolean): [AssertionStatus, string] {
  const words = answer.replace(fillers, '');
  if (unsure.test(words.slice(0, 80))) return ['possible', 'dialogue: answered, but unsure'];
  if (no.test(words)) return ['absent', 'dialogue: answered no'];
  if (yes.test(words)) return ['present', 'dialogue: answered yes'];
  if (presupposed) return ['present', 'dialogue: presupposed by the question'];
  return ['possible', 'dialogue: asked, answer unclear'];
}

const relative =
  /\bmy (?:\w+ )?(?:mum|mom|mother|dad|father|brother|sister|son|daughter|aunt|uncle|cousin|gran\w*|nan|wife|husband|partner)\b/i;
const another = /\b(?:he|she|they)(?:'s|'d|'ve)?\b/i;
const self = /\b(?:i|i'm|i've|i'd|my|me)\b/i;

/** "My dad had a heart attack. He's had the stents." The second sentence is about him too. */
function isAboutRelative(transcript: Transcript, finding: Finding): boolean {
  const turn = transcript.turns[finding.turn];
  if (turn?.role !== 'patient') return false;
  const [current = '', ...before] = saidUpTo(transcript, turn, finding.begin)
    .split(/(?<=[.?!])\s/)
    .reverse();
  if (!another.test(current) || self.test(current)) return false;
  const decides = before.find((sentence) => relative.test(sentence) || self.test(sentence));
  return decides !== undefined && relative.test(decides);
}

/** A listener's "Mm." or "Okay." ends nobody's sentence. */
const backChannelWords = 2;

/** What the speaker has said without being interrupted, up to `offset`. */
function saidUpTo({ turns }: Transcript, turn: Turn, offset: number): string {
  const said = [
    Array.from(turn.text)
      .slice(0, offset - turn.begin)
      .join(''),
  ];
  for (let index = turn.index - 1; index >= 0; index -= 1) {
    const before = turns[index];
    if (before?.speaker === turn.speaker) said.unshift(before.text);
    else if ((before?.words.length ?? 0) > backChannelWords) break;
  }
  return said.join(' ');
}

const allergy = /\ballerg|\breact(?:s|ed|ion)?\b.* to\b/i;

/** A medicine that answers "Any allergies?" is not one that is taken. */
function isAllergy(transcript: Transcript, finding: Finding): boolean {
  const turn = transcript.turns[finding.turn];
  if (finding.category !== 'MEDICATION' || !turn) return false;
  const asked = transcript.turns[finding.turn - 1]?.text.split(/(?<=[.?!]) /).at(-1) ?? '';
  return allergy.test(sentenceAt(turn, finding.begin).text) || (asked.endsWith('?') && allergy.test(asked));
}

const proposes =
  /\b(?:i'll|i will|i'm going to|i am going to|we'll|we will|we can|we should|let's|i'd like|i would like|i'd recommend|i would recommend|i'd suggest|i'd advise|you can (?:take|try|use)|you should|prescribe|refer|start you on|book you|arrange)\b/i;

/** Medicines, tests and treatments that the clinician announces are planned, not taken. */
function isIntended(transcript: Transcript, finding: Finding): boolean {
  if (finding.category !== 'MEDICATION' && finding.category !== 'TEST_TREATMENT_PROCEDURE') return false;
  const turn = transcript.turns[finding.turn];
  return turn?.role === 'clinician' && proposes.test(sentenceAt(turn, finding.begin).text);
}
