import type { Entities } from './entities.ts';
import { callsOf, type KeptAnswer, units as unitsOf } from './extraction.ts';
import type { Operation } from './operations.ts';
import { estimateUsd } from './prices.ts';
import type { Findings } from './finding.ts';
import { toFindings } from './findings.ts';
import { codePoints, type Quality, type Speaker, type Transcript } from '../transcript/transcript.ts';

export const pipelineVersion = '0.1.0';

export type ConsultationStatus = 'completed' | 'partial' | 'not_coded';

/** `consultation.json`: what a clinician reads first. */
export interface Consultation extends Findings {
  schema: 'medzen.consultation/2';
  recordingId: string;
  meetingId: string;
  appointmentId: string | null;
  /** When the recording began, ISO 8601; null where it is no call that was captured. */
  startedAt: string | null;
  status: ConsultationStatus;
  speakers: Speaker[];
  quality: Quality;
  coverage: Entities['coverage'];
  usage: {
    audioSeconds: number;
    characters: number;
    units: Partial<Record<Operation, number>>;
    calls: Record<string, number>;
    /** What this run has paid, by list prices. */
    estimatedUsd: number;
    /** The part of the audio and of the units that an earlier run of the recording has paid for. */
    adopted?: { audioSeconds: number; units: Partial<Record<Operation, number>> };
  };
  versions: {
    pipeline: string;
    transcriptSchema: string;
    entitiesSchema: string;
    icd10cm: string | null;
    /** Of the models that answered; absent in documents of before this was kept. */
    models?: Partial<Record<Operation, string>>;
  };
}

/** The work of earlier runs that a re-run uses: the job, and answers. */
export interface Adopted {
  audio: boolean;
  answers: readonly KeptAnswer[];
}

/**
 * Makes the consultation of a transcript and its entities: the findings, each with its evidence, and the coverage, use
 * and versions behind them.
 * @param context `startedAt` is when the recording began, where that is known; `coded` is false for a language or region that is not coded; `icd10cm` is the code table's release;
 * `adopted` is what an earlier run of the recording has paid for
 */
export function toConsultation(
  transcript: Transcript,
  entities: Entities,
  context: { startedAt?: string | undefined; coded: boolean; icd10cm: string | null; adopted?: Adopted },
): Consultation {
  return {
    schema: 'medzen.consultation/2',
    recordingId: transcript.recordingId,
    meetingId: transcript.meetingId,
    appointmentId: transcript.appointmentId,
    startedAt: context.startedAt ?? null,
    status: toStatus(entities, context.coded),
    ...toFindings(transcript, entities.entities, context.icd10cm !== null),
    speakers: transcript.speakers,
    quality: transcript.quality,
    coverage: entities.coverage,
    usage: toUsage(transcript, entities, context.adopted),
    versions: {
      pipeline: pipelineVersion,
      transcriptSchema: transcript.schema,
      entitiesSchema: entities.schema,
      icd10cm: context.icd10cm,
      models: toModels(entities),
    },
  };
}

function toModels({ engine }: Entities): Partial<Record<Operation, string>> {
  return Object.fromEntries(Object.entries(engine.operations).map(([name, { modelVersion }]) => [name, modelVersion]));
}

function toStatus(entities: Entities, coded: boolean): ConsultationStatus {
  if (!coded) return 'not_coded';
  return entities.coverage.complete ? 'completed' : 'partial';
}

function toUsage(transcript: Transcript, entities: Entities, adopted?: Adopted): Consultation['usage'] {
  const audioSeconds = Math.ceil(transcript.durationMs / 1000);
  const units: Partial<Record<Operation, number>> = {};
  const { name } = transcript.engine;
  const calls: Record<string, number> = name === 'imported' ? {} : { [name]: 1 };
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
    ...toPaid(name, audioSeconds, units, adopted),
  };
}

function toPaid(
  engine: Transcript['engine']['name'],
  audioSeconds: number,
  used: Partial<Record<Operation, number>>,
  adopted: Adopted | undefined,
): Pick<Consultation['usage'], 'estimatedUsd' | 'adopted'> {
  if (!adopted?.audio && !adopted?.answers.length) return { estimatedUsd: estimateUsd(engine, audioSeconds, used) };
  const saved: Partial<Record<Operation, number>> = {};
  for (const answer of adopted.answers) {
    const sum = callsOf(answer).reduce((total, call) => total + unitsOf(call), saved[answer.operation] ?? 0);
    saved[answer.operation] = sum;
  }
  const paid = Object.entries(used) as [Operation, number][];
  const left = Object.fromEntries(paid.map(([operation, sum]) => [operation, sum - (saved[operation] ?? 0)]));
  return {
    estimatedUsd: estimateUsd(engine, adopted.audio ? null : audioSeconds, left),
    adopted: { audioSeconds: adopted.audio ? audioSeconds : 0, units: saved },
  };
}
