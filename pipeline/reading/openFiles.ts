import type { Consultation } from '../clinical/consultation.ts';
import type { Entities } from '../clinical/entities.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { compare } from './corrections.ts';
import type { Opened, OpenedCode, OpenedEntity, OpenedSession } from './opened.ts';

/** What is known of a recording beside its documents. */
export interface Beside {
  session: Omit<OpenedSession, 'meetingId' | 'appointmentId'>;
  /** When its results were stored, ISO 8601 in UTC with milliseconds. */
  storedAt: string;
}

const nobody: Beside['session'] = { sessionId: null, providerId: null, patientId: null, status: null };

/** Opens the files of a consultation that nobody has reviewed: the same as the database opens right after it was stored. */
export function openFiles(
  transcript: Transcript,
  entities: Entities,
  consultation: Consultation,
  { session, storedAt }: Beside = { session: nobody, storedAt: '1970-01-01T00:00:00.000Z' },
): Opened {
  const { recordingId, meetingId, appointmentId } = consultation;
  return {
    schema: 'medzen.opened/1',
    recordingId,
    revision: 1,
    session: { ...session, meetingId, appointmentId },
    recording: {
      status: consultation.status,
      language: transcript.language,
      engine: transcript.engine.name,
      durationMs: transcript.durationMs,
      startedAt: consultation.startedAt,
      storedAt,
      signedAt: null,
      signedBy: null,
      signedRevision: null,
      releasedAt: null,
      releasedRevision: null,
      firstExportedAt: null,
    },
    consultation,
    turns: transcript.turns,
    entities: entities.entities.map(withoutCodes).toSorted((a, b) => a.begin - b.begin || compare(a.id, b.id)),
    codes: entities.entities.flatMap(toCodes).toSorted(inOrder),
    unmapped: entities.unmapped,
    findingReviews: [],
    corrections: [],
  };
}

function withoutCodes(entity: Entities['entities'][number]): OpenedEntity {
  const { codes: _, ...rest } = entity;
  return rest;
}

function toCodes({ id, codes }: Entities['entities'][number]): OpenedCode[] {
  return codes.map((code) => ({
    entity: id,
    ...code,
    source: 'pipeline',
    review: 'suggested',
    reviewedAt: null,
    reviewedBy: null,
    note: null,
  }));
}

const inOrder = (a: OpenedCode, b: OpenedCode) =>
  compare(a.entity, b.entity) || compare(a.system, b.system) || a.rank - b.rank || compare(a.code, b.code);
