import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import { toChart } from '../../pipeline/reading/draw.ts';
import { toBundle } from '../../pipeline/reading/fhir.ts';
import { openFiles } from '../../pipeline/reading/openFiles.ts';
import type { OpenedSession } from '../../pipeline/reading/opened.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';

/** The results of a recording, as the texts of its files; one that its workflow did not get to is undefined. */
export type Texts = Readonly<Record<'transcript.json' | 'entities.json' | 'consultation.json', string | undefined>>;

/** The columns of a session's row that the consultation is opened with. */
export interface SessionRow {
  id: string;
  provider_id: string | null;
  patient_id: string | null;
  status: string | null;
}

/** Where a deployment is reached, and when it stored the results. */
export interface Stored {
  base: string;
  /** ISO 8601, as Postgres or JavaScript writes it. */
  at: string;
}

/** The embedded stack is reached by nobody else, and what it stores is gone with it: a Bundle is the same in each replay. */
export const nowhere: Stored = { base: 'https://medzen.example', at: '1970-01-01T00:00:00.000Z' };

/** `fhir.json`: the consultation as FHIR R4, as nobody has reviewed it; undefined where there is none. */
export function toFhir(texts: Texts, row: SessionRow | undefined, { base, at }: Stored): string | undefined {
  const [transcript, entities, consultation] = [
    texts['transcript.json'],
    texts['entities.json'],
    texts['consultation.json'],
  ];
  if (transcript === undefined || entities === undefined || consultation === undefined) return undefined;
  const session: Pick<OpenedSession, 'sessionId' | 'providerId' | 'patientId' | 'status'> = {
    sessionId: row?.id ?? null,
    providerId: row?.provider_id ?? null,
    patientId: row?.patient_id ?? null,
    status: row?.status ?? null,
  };
  const opened = openFiles(
    JSON.parse(transcript) as Transcript,
    JSON.parse(entities) as Entities,
    JSON.parse(consultation) as Consultation,
    { session, storedAt: new Date(at).toISOString() },
  );
  return JSON.stringify(toBundle(toChart(opened), { base }));
}
