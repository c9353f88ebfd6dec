import type { Caller } from '../../../../pipeline/apiPorts.ts';
import type { ServiceAnswer } from '../../../../pipeline/clinical/extraction.ts';
import { defaultOperations, type Operation } from '../../../../pipeline/clinical/operations.ts';
import type { ExtractionPorts, Extracted } from '../../../../pipeline/extractionPorts.ts';
import { charactersADay } from '../../../../pipeline/extraction/limits.ts';
import type { Opened } from '../../../../pipeline/reading/opened.ts';

export const caller: Caller = { issuer: 'supabase', subject: 'user', token: 'token' };
export const sessionId = '0b9c1f30-6a5e-4d0f-9a54-1d0c2f1d7a11';
/** The end of the day on which everything happens. */
export const resetsAt = '2026-11-30T00:00:00.000Z';
const day = '2026-11-29';

export interface MemoryExtraction extends ExtractionPorts {
  /** Every effect in its order. */
  did: string[];
  measured: unknown[][];
  logged: unknown[];
  kept: Extracted[];
}

interface Given {
  region?: string;
  /** What the caller is, where that is not a provider. */
  asker?: 'unknown' | 'notProvider' | 'tooMany';
  used?: number;
  opened?: Opened;
  lostMeanwhile?: boolean;
  /** Answers, or fails, in the service's place. Without it, it finds each "cough". */
  ask?: (operation: Operation, text: string) => Promise<ServiceAnswer>;
}

/** The ports of the route that reads texts, without anything behind them. */
export function memoryExtraction(given: Given = {}): MemoryExtraction {
  const { region = 'eu-west-1', asker, opened, ask = findCoughs } = given;
  const did: string[] = [];
  const measured: unknown[][] = [];
  const logged: unknown[] = [];
  const kept: Extracted[] = [];
  let used = given.used ?? 0;
  const count = (by: number) => {
    used += by;
    return { used, day };
  };
  return {
    did,
    measured,
    logged,
    kept,
    config: { region, operations: defaultOperations, edgeRegions: [], edgeRegion: undefined },
    callers: { identify: async () => caller },
    extractions: {
      async ask({ subject }, session) {
        did.push(`ask ${subject} of ${session ?? 'any'}`);
        return asker ?? count(0);
      },
      async take(_, characters) {
        did.push(`take ${characters}`);
        const outcome = used + characters > charactersADay ? 'tooMany' : 'granted';
        return { outcome, ...count(outcome === 'granted' ? characters : 0) };
      },
      async giveBack(_, characters, of) {
        did.push(`give back ${characters} of ${of}`);
        return count(-characters);
      },
      async keep(_, extracted) {
        if (given.lostMeanwhile) return 'notProvider';
        kept.push(extracted);
        return { id: 'kept-1' };
      },
    },
    records: {
      async newest({ token }, session) {
        did.push(`newest of ${session} with ${token}`);
        return opened?.recordingId ?? '';
      },
      async open({ token }, recordingId, page) {
        did.push(`open ${page} of ${recordingId} with ${token}`);
        if (opened === undefined) throw new Error('there is no recording');
        return opened;
      },
    },
    clinicalText: {
      async ask(operation, text) {
        did.push(`${operation} ${text.length}`);
        return ask(operation, text);
      },
    },
    log: (...line) => void logged.push(line),
    measure: (id, name, value, ...by) => void measured.push([id, name, value, ...by]),
    now: () => new Date(`${day}T18:00:00.000Z`),
    pause: async () => {},
  };
}

export async function findCoughs(operation: Operation, text: string): Promise<ServiceAnswer> {
  if (operation === 'InferRxNorm') return { Entities: [], ModelVersion: '2.0' };
  const Entities = [...text.matchAll(/cough/g)].map(({ index: BeginOffset }) => ({
    BeginOffset,
    EndOffset: BeginOffset + 5,
    Text: 'cough',
    Category: 'MEDICAL_CONDITION',
    Type: 'DX_NAME',
    Score: 0.9,
    ...(operation === 'InferICD10CM' && { ICD10CMConcepts: [{ Code: 'R05.9', Description: 'Cough', Score: 0.8 }] }),
  }));
  return { Entities, ModelVersion: '3.0' };
}
