import { type Consultation, type ConsultationStatus, toConsultation } from '../clinical/consultation.ts';
import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError } from '../errors.ts';
import type { Entities } from '../clinical/entities.ts';
import type { Gap, KeptAnswer } from '../clinical/extraction.ts';
import type { MetricName } from '../metrics.ts';
import type { Ports } from '../ports.ts';
import { keys } from '../recording/recording.ts';
import { parseTranscript } from '../transcript/transcript.ts';
import { type CallOutcome, type InspectedInput, jobOf, type OfJob, toAuditFacts, toRow } from '../workflow.ts';

export interface StoreInput extends InspectedInput, OfJob {
  transcriptKey: string;
  /** Of the text that the calls read. */
  textSha256: string;
  calls: CallOutcome[];
  /** When the execution started, ISO 8601. */
  startedAt: string;
}

export interface StoredResults {
  status: ConsultationStatus;
  resultsKey: string;
  entities: number;
  gaps: number;
}

/** Merges the answers, writes the results to S3 and to the health record in one transaction, and audits last. */
export const storeResults: Step<StoreInput, StoredResults> = (ports) => async (input) => {
  const { recordingId, calls, inspection } = input;
  const transcript = parseTranscript(await ports.documents.read('transcripts', input.transcriptKey));
  // The tables behind the merge take as long to load as a client: they load while the answers are fetched.
  const [answers, { toEntities }] = await Promise.all([
    readAnswers(ports, recordingId, calls),
    import('../clinical/merge.ts'),
  ]);
  const codeTable = await ports.codeTable();
  const entities = await toEntities(transcript, answers, toGaps(calls), codeTable);
  if (entities.textSha256 !== input.textSha256) {
    throw new PipelineError('TextReplaced', 'the transcript is not the one whose text was read');
  }
  const consultation = toConsultation(transcript, entities, {
    startedAt: inspection.startedAt,
    coded: inspection.coded,
    icd10cm: codeTable?.release ?? null,
    adopted: { audio: jobOf(input) !== recordingId, answers: toAdopted(calls, answers) },
  });

  const facts = toAuditFacts(input, 'storeResults');
  const detail = toDetail(entities, consultation);
  await writeResults(ports, recordingId, entities, consultation);
  // The intent comes before the record: results that somebody sees without their RESULTS_STORED show as a hole.
  const intent = { textSha256: entities.textSha256, resultsKey: keys.consultation(recordingId) };
  await ports.audit.record({ ...facts, action: 'ENTITIES_EXTRACTED', detail: { ...detail, ...intent } }, input.chain);
  await ports.ehr.recordResults(toRow(input), { transcript, entities, consultation });
  const stored = await ports.audit.record({ ...facts, action: 'RESULTS_STORED', detail });
  if (stored === 'recorded') {
    ports.measure(recordingId, endings[consultation.status], 1);
    ports.measure(recordingId, 'ProcessingSeconds', (ports.now().getTime() - Date.parse(input.startedAt)) / 1000);
  }
  return { ...detail, status: consultation.status, resultsKey: keys.consultation(recordingId) };
};

const endings = {
  completed: 'RecordingsCompleted',
  partial: 'RecordingsPartial',
  not_coded: 'RecordingsNotCoded',
} as const satisfies Record<ConsultationStatus, MetricName>;

export const handler = lambda('storeResults', storeResults);

async function readAnswers(ports: Ports, recordingId: string, calls: readonly CallOutcome[]): Promise<KeptAnswer[]> {
  const answered = calls.filter((call) => call.error === undefined);
  return Promise.all(
    answered.map(async ({ operation, n, adoptedFrom = recordingId }) => {
      const text = await ports.documents.read('medicalData', keys.answer(adoptedFrom, operation, n));
      if (text === undefined) throw new PipelineError('NotThereYet', `the answer ${operation}-${n} is not there`);
      return JSON.parse(text) as KeptAnswer;
    }),
  );
}

/** The answers that an earlier run has paid for. */
function toAdopted(calls: readonly CallOutcome[], answers: readonly KeptAnswer[]): KeptAnswer[] {
  const adopted = calls.filter((call) => call.adoptedFrom !== undefined);
  return answers.filter(({ operation, n }) => adopted.some((call) => call.operation === operation && call.n === n));
}

function toGaps(calls: readonly CallOutcome[]): Gap[] {
  return calls.flatMap(({ operation, begin, end, error }) =>
    error === undefined ? [] : [{ operation, begin, end, error }],
  );
}

async function writeResults(ports: Ports, recordingId: string, entities: Entities, consultation: Consultation) {
  const json = 'application/json';
  await ports.documents.write('medicalData', keys.entities(recordingId), JSON.stringify(entities), json);
  await ports.documents.write('medicalData', keys.consultation(recordingId), JSON.stringify(consultation), json);
}

function toDetail({ entities, coverage }: Entities, { status }: Consultation) {
  return { status, entities: entities.length, gaps: coverage.gaps.length };
}
