import { rankCodes } from './codes.ts';
import type { AssertionStatus, Code, Entity } from './entities.ts';
import { inTime, toEvidence } from './evidence.ts';
import type {
  ActionFinding,
  FamilyFinding,
  Finding,
  FindingCode,
  FindingList,
  Findings,
  MedicationFinding,
  SocialFinding,
} from './finding.ts';
import { type Home, toHomes } from './homes.ts';
import { toId, toLabel } from './labels.ts';
import { decidingMention, toMedicationFacts } from './medications.ts';
import { isToCome, toResults } from './results.ts';
import { decidingStatement, isCodeOf, statementOf } from './socialHistory.ts';
import { sentenceAt } from '../transcript/sentences.ts';
import type { Dialogue } from '../transcript/transcript.ts';

/** Groups the entities into findings, by list, each with its evidence. `hasCodeTable` adds hints to the codes. */
export function toFindings(transcript: Dialogue, entities: readonly Entity[], hasCodeTable: boolean): Findings {
  const homes = toHomes(transcript, entities);
  const finding = (home: Home): Finding => {
    const { list, mentions } = home;
    const by = decidingOf(transcript, home);
    const rivals = rivalsOf(home);
    return {
      id: toId(mentions),
      label: toLabel(mentions),
      codes: toCodes(mentions, hasCodeTable),
      score: Math.max(...mentions.map(({ score }) => score)),
      reason: by.assertion.reason,
      toCheck: list === 'possible' ? by.assertion.toCheck : null,
      evidence: toEvidence(transcript, mentions),
      ...(rivals.length > 0 ? { contradictedBy: rivals } : {}),
    };
  };
  const all = <Kind extends Finding>(list: FindingList, complete: (home: Home, finding: Finding) => Kind): Kind[] =>
    homes.filter((home) => home.list === list).map((home) => complete(home, finding(home)));
  const plain = (list: FindingList) => all(list, (_, found) => found);
  return {
    allergies: plain('allergies'),
    problems: plain('problems'),
    medications: all('medications', ({ mentions }, found) => toMedication(transcript, mentions, found)),
    tests: all('tests', toAction),
    procedures: all('procedures', toAction),
    ruledOut: plain('ruledOut'),
    familyHistory: all('familyHistory', toFamily),
    pastHistory: plain('pastHistory'),
    socialHistory: all('socialHistory', (home, found) => toSocial(transcript, home, found)),
    possible: plain('possible'),
  };
}

/** By list, what a mention would have to say by itself to contradict it, and the list that it would stand in then. */
const contradictions: Readonly<Partial<Record<FindingList, readonly [said: AssertionStatus, other: FindingList]>>> = {
  allergies: ['absent', 'ruledOut'],
  problems: ['absent', 'ruledOut'],
  medications: ['absent', 'ruledOut'],
  tests: ['absent', 'ruledOut'],
  procedures: ['absent', 'ruledOut'],
  ruledOut: ['present', 'problems'],
};

function rivalsOf({ list, mentions }: Home): FindingList[] {
  const [said, other] = contradictions[list] ?? [];
  const isRival = ({ assertion }: Entity) => assertion.said === said && assertion.status !== said;
  return other && mentions.some(isRival) ? [other] : [];
}

/** The mention that put a finding where it is: what counts is how things stand at the end of the consultation. */
function decidingOf(transcript: Dialogue, { list, mentions, deciding }: Home): Entity {
  const sorted = deciding.toSorted(inTime);
  const last = sorted.at(-1);
  if (!last) throw new Error(`a finding of ${list} without a mention`);
  if (list === 'medications') return decidingMention(mentions) ?? last;
  if (list === 'socialHistory') return decidingStatement(transcript, mentions) ?? last;
  return (list === 'possible' ? sorted.findLast(({ assertion }) => assertion.toCheck !== null) : undefined) ?? last;
}

function toMedication(transcript: Dialogue, mentions: readonly Entity[], finding: Finding): MedicationFinding {
  const sentenceOf = ({ turn: index, begin }: Entity) => {
    const turn = transcript.turns[index];
    return turn ? sentenceAt(turn, begin).text : '';
  };
  return { ...finding, ...toMedicationFacts(mentions, sentenceOf) };
}

function toAction({ mentions }: Home, finding: Finding): ActionFinding {
  return { ...finding, ...(isToCome(mentions) ? { planned: true } : {}), results: toResults(mentions) };
}

function toFamily({ mentions }: Home, finding: Finding): FamilyFinding {
  const relative = mentions.map(({ assertion }) => assertion.relative).find((one) => one !== null);
  return { ...finding, relative: relative ?? null };
}

function toSocial(transcript: Dialogue, { mentions, habit }: Home, finding: Finding): SocialFinding {
  const by = decidingStatement(transcript, mentions);
  const status = by && statementOf(transcript, by);
  if (!status || !habit) throw new Error('a habit of which nobody says anything');
  const codes = rankCodes(finding.codes.filter((code) => isCodeOf(status, code)));
  return { ...finding, codes, kind: habit, status };
}

/** The mentions' codes, each once with its best score. */
function toCodes(mentions: readonly Entity[], hasCodeTable: boolean): FindingCode[] {
  const codes = rankCodes(mentions.flatMap((entity) => entity.codes));
  return codes.map((code) => ({ ...code, ...(hasCodeTable ? toHint(code) : {}) }));
}

function toHint({ system, billable }: Code): Pick<FindingCode, 'hint'> {
  if (system !== 'ICD-10-CM' || billable === true) return {};
  return { hint: billable === false ? 'more specific code needed' : 'not in the code table' };
}
