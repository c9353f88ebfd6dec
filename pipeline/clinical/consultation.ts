import type { Entities } from './entities.ts';
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
  /** When the recording began, ISO 8601; null, because the transcript does not say. */
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
    estimatedUsd: number;
  };
  versions: { pipeline: string; transcriptSchema: string; entitiesSchema: string; icd10cm: string | null };
}

/**
 * Makes the consultation of a transcript and its entities: the findings, each with its evidence, and the coverage, use
 * and versions behind them.
 * @param context `coded` is false for a language or region that is not coded; `icd10cm` is the code table's release
 */
export function toConsultation(
  transcript: Transcript,
  entities: Entities,
  context: { coded: boolean; icd10cm: string | null },
): Consultation {
  return {
    schema: 'medzen.consultation/2',
    recordingId: transcript.recordingId,
    meetingId: transcript.meetingId,
    appointmentId: transcript.appointmentId,
    startedAt: null,
    status: toStatus(entities, context.coded),
    ...toFindings(transcript, entities.entities, context.icd10cm !== null),
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

function toUsage(transcript: Transcript, entities: Entities): Consultation['usage'] {
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
    estimatedUsd: estimateUsd(name, audioSeconds, units),
  };
}
