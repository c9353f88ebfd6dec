import { operations } from '../../pipeline/clinical/operations.ts';
import { toAuditFacts, toRow, type InspectedInput } from '../../pipeline/workflow.ts';
import type { Ports } from '../../pipeline/ports.ts';
import { keys } from '../../pipeline/recording/recording.ts';

/** One call that reads a piece of the text. */
export interface Item {
  operation: 'DetectEntitiesV2' | 'InferICD10CM' | 'InferRxNorm';
  n: number;
  characters: number;
}

/** The calls that read a text of so many characters, in ASCII. */
export function planOf(characters: number): Item[] {
  return (['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'] as const).flatMap((operation) => {
    const calls = Math.ceil(characters / operations[operation].bytes);
    return Array.from({ length: calls }, (_, n) => ({
      operation,
      n: n + 1,
      characters: Math.ceil(characters / calls),
    }));
  });
}

const json = 'application/json';

/** What each clinical step does of a recorded consultation: its calls without the work, and its part in the admission. */
export const clinicalSteps = (plan: readonly Item[]) => ({
  normalizeTranscript: (ports: Ports) => async (input: InspectedInput) => {
    const { recordingId, inspection } = input;
    const facts = toAuditFacts(input, 'normalizeTranscript');
    await ports.documents.read('transcripts', keys.job(recordingId));
    await ports.documents.read('recordings', 'meeting-events');
    await ports.places.giveBack(inspection.engine, recordingId);
    for (const key of [keys.text, keys.transcript, keys.captions]) {
      await ports.documents.write('transcripts', key(recordingId), '', json);
    }
    await ports.ehr.recordStatus(toRow(input), 'extracting', {});
    const provenAt = await ports.documents.prove('medicalData', keys.proof(recordingId));
    await ports.audit.recordAll([
      { ...facts, action: 'TRANSCRIPTION_COMPLETED' },
      { ...facts, action: 'TRANSCRIPT_NORMALIZED' },
    ]);
    const transcriptKey = keys.transcript(recordingId);
    return { transcriptKey, textSha256: '', isFirst: true, provenAt, chain: null, plan };
  },
  extractEntities: (ports: Ports) => async (input: { recordingId: string; item: Item }) => {
    const { recordingId, item } = input;
    await ports.documents.read('transcripts', keys.text(recordingId));
    await ports.clinicalText.ask(item.operation, 'x'.repeat(item.characters));
    await ports.documents.write('medicalData', keys.answer(recordingId, item.operation, item.n), '', json);
    return item;
  },
  storeResults: (ports: Ports) => async (input: InspectedInput) => {
    const { recordingId } = input;
    const facts = toAuditFacts(input, 'storeResults');
    await ports.documents.read('transcripts', keys.transcript(recordingId));
    for (const { operation, n } of plan)
      await ports.documents.read('medicalData', keys.answer(recordingId, operation, n));
    for (const key of [keys.entities, keys.consultation])
      await ports.documents.write('medicalData', key(recordingId), '', json);
    await ports.audit.record({ ...facts, action: 'ENTITIES_EXTRACTED' });
    await ports.ehr.recordResults(toRow(input), {} as Parameters<Ports['ehr']['recordResults']>[1]);
    await ports.audit.record({ ...facts, action: 'RESULTS_STORED' });
    return { status: 'completed' };
  },
});
