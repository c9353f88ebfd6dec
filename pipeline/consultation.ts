import { decidingTurn } from './assertion.ts';
import type { Code, Entities, Entity } from './entities.ts';
import type { Operation } from './extraction.ts';
import { estimateUsd } from './prices.ts';
import { sentenceAt } from './sentences.ts';
import { codePoints, type Quality, type Role, type Speaker, type Transcript } from './transcript.ts';

export const pipelineVersion = '0.1.0';

export interface Evidence {
  entity: string;
  turn: number;
  role: Role;
  /** The words themselves: a stretch of the transcript's text. */
  quote: string;
  startMs: number;
  endMs: number;
}

export interface Finding {
  label: string;
  /** Best first. */
  codes: Code[];
  /** Every mention, in time order. */
  evidence: Evidence[];
}

export type ConsultationStatus = 'completed' | 'partial' | 'not_coded';

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

type FindingList = (typeof lists)[number];

/** `consultation.json`: what a clinician reads first. */
export interface Consultation extends Record<FindingList, Finding[]> {
  schema: 'medzen.consultation/1';
  recordingId: string;
  meetingId: string;
  appointmentId: string | null;
  status: ConsultationStatus;
  speakers: Speaker[];
  quality: Quality;
  coverage: Entities['coverage'];
  usage: {
    audioSeconds: number;
    characters: number;
    units: Partial<Record<Operation, number>>;
    calls: Record<string, number>;
    estimatedUsd: number;
  };
  versions: { pipeline: string; transcriptSchema: string; entitiesSchema: string; icd10cm: string | null };
}

/** Groups the entities into what was found, ruled out, planned and told of the family, each with its evidence. */
export function toConsultation(
  transcript: Transcript,
  entities: Entities,
  context: { coded: boolean; icd10cm: string | null },
): Consultation {
  return {
    schema: 'medzen.consultation/1',
    recordingId: transcript.recordingId,
    meetingId: transcript.meetingId,
    appointmentId: transcript.appointmentId,
    status: toStatus(entities, context.coded),
    ...toFindings(transcript, entities.entities),
    speakers: transcript.speakers,
    quality: transcript.quality,
    coverage: entities.coverage,
    usage: toUsage(transcript, entities),
    versions: {
      pipeline: pipelineVersion,
      transcriptSchema: transcript.schema,
      entitiesSchema: entities.schema,
      icd10cm: context.icd10cm,
    },
  };
}

function toStatus(entities: Entities, coded: boolean): ConsultationStatus {
  if (!coded) return 'not_coded';
  return entities.coverage.complete ? 'completed' : 'partial';
}

function toFindings(transcript: Transcript, entities: readonly Entity[]): Record<FindingList, Finding[]> {
  const groups = new Map<FindingList, Map<string, Entity[]>>(lists.map((name) => [name, new Map()]));
  const names = new GroupNames(entities);
  for (const entity of entities) {
    const list = listOf(entity);
    if (!list) continue;
    const group = groups.get(list);
    const name = names.of(entity);
    group?.set(name, [...(group.get(name) ?? []), entity]);
  }
  const toList = (name: FindingList) =>
    [...(groups.get(name)?.values() ?? [])].map((mentions) => toFinding(transcript, mentions));
  return Object.fromEntries(lists.map((name) => [name, toList(name)])) as Record<FindingList, Finding[]>;
}

/** Where a finding is read, or undefined for what only describes other findings (anatomy, times, ages). */
function listOf({ category, type, assertion }: Entity): FindingList | undefined {
  const home = homeOf(category, type);
  if (!home) return undefined;
  switch (assertion.status) {
    case 'absent':
      return 'ruledOut';
    case 'family':
      return 'familyHistory';
    case 'historical':
      return 'pastHistory';
    case 'possible':
      return 'possible';
    case 'planned':
      return home === 'problems' ? 'possible' : home;
    case 'present':
      return home;
  }
}

function homeOf(category: string, type: string): FindingList | undefined {
  if (category === 'MEDICAL_CONDITION') return 'problems';
  if (category === 'MEDICATION') return 'medications';
  if (category !== 'TEST_TREATMENT_PROCEDURE') return undefined;
  return type === 'TEST_NAME' ? 'tests' : 'procedures';
}

/** Mentions are one finding when they share their best code, or the words of a mention that has one. */
class GroupNames {
  readonly #codeOfText = new Map<string, string>();

  constructor(entities: readonly Entity[]) {
    for (const entity of entities) {
      const best = bestCode(entity.codes);
      if (best && !this.#codeOfText.has(textKey(entity))) this.#codeOfText.set(textKey(entity), best);
    }
  }

  of(entity: Entity): string {
    return bestCode(entity.codes) ?? this.#codeOfText.get(textKey(entity)) ?? textKey(entity);
  }
}

const textKey = (entity: Entity) => `${entity.category} ${entity.text.toLowerCase()}`;

function bestCode(codes: readonly Code[]): string | undefined {
  const best = codes.find((code) => code.rank === 1);
  return best && `${best.system} ${best.code}`;
}

function toFinding(transcript: Transcript, mentions: readonly Entity[]): Finding {
  const clearest = mentions.reduce((best, entity) => (entity.score > best.score ? entity : best));
  return {
    label: clearest.text.toLowerCase() === clearest.text ? clearest.text : lowerFirst(clearest.text),
    codes: toCodes(mentions),
    evidence: mentions
      .map((entity) => toEvidence(transcript, entity))
      .sort((a, b) => a.startMs - b.startMs || a.turn - b.turn),
  };
}

/** "Headache" at the start of a sentence is the same word as "headache"; "HIV" stays. */
function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** The mentions' codes, each once with its best score. */
function toCodes(mentions: readonly Entity[]): Code[] {
  const byCode = new Map<string, Code>();
  for (const code of mentions.flatMap((entity) => entity.codes)) {
    const name = `${code.system} ${code.code}`;
    const known = byCode.get(name);
    if (!known || known.score < code.score) byCode.set(name, code);
  }
  return [...byCode.values()].sort((a, b) => b.score - a.score).map((code, index) => ({ ...code, rank: index + 1 }));
}

function toEvidence(transcript: Transcript, entity: Entity): Evidence {
  const turn = transcript.turns[entity.turn];
  const sentence = turn && sentenceAt(turn, entity.begin);
  const answer = decidingTurn(transcript, entity);
  return {
    entity: entity.id,
    turn: entity.turn,
    role: entity.role,
    quote: [sentence?.text ?? entity.text, ...(answer ? [sentenceAt(answer, answer.begin).text] : [])].join('\n'),
    startMs: entity.startMs,
    endMs: entity.endMs,
  };
}

function toUsage(transcript: Transcript, entities: Entities): Consultation['usage'] {
  const audioSeconds = Math.ceil(transcript.durationMs / 1000);
  const units: Partial<Record<Operation, number>> = {};
  const calls: Record<string, number> = { [transcript.engine.name]: 1 };
  for (const [operation, sum] of Object.entries(entities.engine.operations) as [
    Operation,
    { calls: number; units: number },
  ][]) {
    units[operation] = sum.units;
    calls[operation] = sum.calls;
  }
  return {
    audioSeconds,
    characters: codePoints(transcript.text),
    units,
    calls,
    estimatedUsd: estimateUsd(transcript.engine.name, audioSeconds, units),
  };
}
