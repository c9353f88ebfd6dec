import { rankCodes } from './codes.ts';
import type { Code, Entity } from './entities.ts';
import { type Evidence, inTime, toEvidence } from './evidence.ts';
import { GroupNames } from './groups.ts';
import { type MedicationFacts, toMedicationFacts } from './medications.ts';
import { deniedOfFamily } from './reasons.ts';
import type { Transcript } from '../transcript/transcript.ts';

/** A suggested code, with a hint where a coder must do something before it can be used. */
export interface FindingCode extends Code {
  /** Only with a code table, on an ICD-10-CM code that the table does not have or does not call billable. */
  hint?: 'more specific code needed' | 'not in the code table';
}

export interface Finding {
  label: string;
  /** By system, in the order of the table of operations (ICD-10-CM first), and within each system the best first. */
  codes: FindingCode[];
  /** Every mention, in time order. */
  evidence: Evidence[];
  /** Only on a test or a procedure that is still to come: nobody says that it was done. */
  planned?: true;
  /** Other lists that hold the same finding: one person says yes to it, and another, or the same one later, says no. */
  contradictedBy?: FindingList[];
}

export type MedicationFinding = Finding & MedicationFacts;

/** A test, with its results as they were said. */
export interface TestFinding extends Finding {
  /** In time order. */
  results: { value: string; unit: string | null; startMs: number }[];
}

const lists = [
  'problems',
  'medications',
  'tests',
  'procedures',
  'ruledOut',
  'familyHistory',
  'pastHistory',
  'possible',
] as const;

export type FindingList = (typeof lists)[number];

export interface Findings extends Record<Exclude<FindingList, 'medications' | 'tests'>, Finding[]> {
  /** Medicines that are taken, were stopped, are planned or cause an allergy: `status` says which. */
  medications: MedicationFinding[];
  tests: TestFinding[];
}

type Group = [name: string, mentions: Entity[]];

/** Groups the entities into findings, by list, each with its evidence. `hasCodeTable` adds hints to the codes. */
export function toFindings(transcript: Transcript, entities: readonly Entity[], hasCodeTable: boolean): Findings {
  const groups = toGroups(transcript, entities);
  const toFinding = ([name, mentions]: Group, list: FindingList): Finding => {
    const rivals = contradictions[list].filter((other) => groups[other].has(name));
    return {
      label: toLabel(mentions),
      codes: toCodes(mentions, hasCodeTable),
      evidence: toEvidence(transcript, mentions),
      ...(isToCome(mentions) && (list === 'tests' || list === 'procedures') ? { planned: true as const } : {}),
      ...(rivals.length > 0 ? { contradictedBy: rivals } : {}),
    };
  };
  const findings = (list: FindingList) => [...groups[list]].map((group) => toFinding(group, list));
  return {
    problems: findings('problems'),
    medications: [...groups.medications].map((group) => ({
      ...toFinding(group, 'medications'),
      ...toMedicationFacts(group[1]),
    })),
    tests: [...groups.tests].map((group) => ({ ...toFinding(group, 'tests'), results: toResults(group[1]) })),
    procedures: findings('procedures'),
    ruledOut: findings('ruledOut'),
    familyHistory: findings('familyHistory'),
    pastHistory: findings('pastHistory'),
    possible: findings('possible'),
  };
}

/** Whether something is planned and nobody says that it was done; being asked about or considered does not count. */
function isToCome(mentions: readonly Entity[]): boolean {
  const statuses = mentions.map(({ assertion }) => assertion.status);
  return statuses.includes('planned') && !statuses.includes('present');
}

/** By list, the lists that contradict it when they hold the same finding. */
const contradictions: Readonly<Record<FindingList, readonly FindingList[]>> = {
  problems: ['ruledOut'],
  medications: ['ruledOut'],
  tests: ['ruledOut'],
  procedures: ['ruledOut'],
  ruledOut: ['problems', 'medications', 'tests', 'procedures'],
  familyHistory: [],
  pastHistory: [],
  possible: [],
};

function toGroups(transcript: Transcript, entities: readonly Entity[]): Record<FindingList, Map<string, Entity[]>> {
  const groups = Object.fromEntries(lists.map((name) => [name, new Map()])) as Record<
    FindingList,
    Map<string, Entity[]>
  >;
  const names = new GroupNames(entities);
  for (const entity of entities) {
    const list = isAnsweredQuestion(transcript, entity, entities) ? undefined : listOf(entity);
    if (!list) continue;
    const name = names.of(entity);
    groups[list].set(name, [...(groups[list].get(name) ?? []), entity]);
  }
  // A finding that is present may also have been asked about or considered: those mentions are more evidence for it,
  // not another finding.
  for (const [name, mentions] of groups.possible) {
    const home = groups.problems.get(name) ?? groups.medications.get(name);
    if (!home) continue;
    home.push(...mentions);
    groups.possible.delete(name);
  }
  return groups;
}

/** "Any allergies?" is no finding once an allergy was named in reply, such as penicillin. */
function isAnsweredQuestion(
  transcript: Transcript,
  { text, turn, assertion }: Entity,
  entities: readonly Entity[],
): boolean {
  if (!/^(?:\w+ )?allerg\w+$/i.test(text) || assertion.status !== 'possible') return false;
  const last = transcript.turns[turn + 2]?.index ?? turn + 1;
  return entities.some((other) => other.turn > turn && other.turn <= last && other.assertion.reason === 'allergy');
}

/** The list that an entity belongs to; undefined for one that only describes other findings (anatomy, times, ages). */
function listOf({ category, type, assertion: { status, reason } }: Entity): FindingList | undefined {
  const home = homeOf(category, type);
  if (!home) return undefined;
  switch (status) {
    case 'absent':
      // A condition that no relative has says nothing about the patient.
      return deniedOfFamily.has(reason) ? undefined : 'ruledOut';
    case 'family':
      return 'familyHistory';
    case 'historical':
      return home === 'medications' ? home : 'pastHistory';
    case 'possible':
      return reason === 'allergy' ? home : 'possible';
    case 'planned':
      return home === 'problems' ? 'possible' : home;
    case 'present':
      return home;
  }
}

function homeOf(category: string, type: string): FindingList | undefined {
  if (category === 'MEDICAL_CONDITION') return 'problems';
  if (category === 'MEDICATION') return 'medications';
  if (type === 'ALLERGIES') return 'problems';
  if (category !== 'TEST_TREATMENT_PROCEDURE') return undefined;
  return type === 'TEST_NAME' ? 'tests' : 'procedures';
}

function toLabel(mentions: readonly Entity[]): string {
  const { text, type } = mentions.reduce((best, entity) => (entity.score > best.score ? entity : best));
  // "Headache" at the start of a sentence is the same word as "headache"; "HIV" stays.
  const label = /^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
  return type === 'ALLERGIES' ? `allergy: ${label}` : label;
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

/** "120 millimetres": a unit follows its value, at most this many characters later. */
const nextTo = 1;

/** The values that were said, in time order, each with the unit that follows it. */
function toResults(mentions: readonly Entity[]): TestFinding['results'] {
  return mentions.toSorted(inTime).flatMap(({ attributes, startMs }) => {
    const values = attributes.filter(({ type }) => type === 'TEST_VALUE');
    const units = attributes.filter(({ type }) => type === 'TEST_UNIT' || type === 'TEST_UNITS');
    return values.map(({ text, end }) => ({
      value: text,
      unit: units.find(({ begin }) => begin >= end && begin - end <= nextTo)?.text ?? null,
      startMs,
    }));
  });
}
