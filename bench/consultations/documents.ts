import { type Case, readCase } from '../../local/cases/caseFolder.ts';
import { loadEngine } from '../../local/lexicon/engine.ts';
import type { LexiconEngine } from '../../local/services/comprehendMedical/engine.ts';
import { RecordedAnswers } from '../../local/services/comprehendMedical/recordedAnswers.ts';
import { type Consultation, toConsultation } from '../../pipeline/clinical/consultation.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import {
  type KeptAnswer,
  type PlanItem,
  type ServiceAnswer,
  slice,
  toPlan,
} from '../../pipeline/clinical/extraction.ts';
import { toEntities } from '../../pipeline/clinical/merge.ts';
import { defaultOperations, type Operation } from '../../pipeline/clinical/operations.ts';
import { toRoute } from '../../pipeline/recording/route.ts';
import { toTranscript, type TranscriptContext } from '../../pipeline/transcript/normalize.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { findConsultations, type GoldConsultation } from './corpus.ts';

/** What the workflow writes of a recording. */
export interface Documents {
  transcript: Transcript;
  entities: Entities;
  consultation: Consultation;
}

/** What the documents say of the recording besides the words: nothing that a finding depends on. */
type Recording = Partial<Pick<TranscriptContext, 'recordingId' | 'meetingId' | 'appointmentId' | 'durationMs'>>;

export interface Reading {
  engine: LexiconEngine;
  /** Whether the answers keep their traits. Without them the dialogue alone decides what is there. */
  traits: boolean;
}

/** How a consultation is taken: as it is, with answers that have no traits, or with a job whose speaker labels are partly wrong. */
export const variants = ['as it is', 'without traits', 'noisy labels'] as const;
export type Variant = (typeof variants)[number];

/** As on a deployment whose region has both medical services. */
const abilities = { transcribeMedical: true, comprehendMedical: true };

const asked: Partial<Record<Operation, keyof LexiconEngine>> = {
  DetectEntitiesV2: 'detectEntitiesV2',
  InferICD10CM: 'inferIcd10cm',
  InferRxNorm: 'inferRxNorm',
};

/** An annotated consultation, and what the pipeline writes of it. */
export interface Read {
  given: GoldConsultation;
  documents: Documents;
}

/**
 * Takes the annotated consultations of a folder, or those chosen, through the pipeline's documents, one by one. Only those
 * with a job of noisy labels beside them have that variant.
 */
export async function* readAnnotated(
  folder: string,
  variant: Variant = 'as it is',
  isChosen: (id: string) => boolean = () => true,
): AsyncGenerator<Read> {
  const reading = { engine: loadEngine(), traits: variant !== 'without traits' };
  for (const given of await findConsultations(folder)) {
    const path = variant === 'noisy labels' ? given.noisyPath : given.casePath;
    if (path !== undefined && isChosen(given.id))
      yield { given, documents: await toDocuments(await readCase(path), reading) };
  }
}

/**
 * Takes a case's words through the pipeline's documents without the stack: the documents that a replay writes of a case
 * that is a dialogue or a job result, with or without recorded answers, and nothing besides.
 */
export async function toDocuments(
  { name, job, language, standIn, answers: recorded }: Case,
  { engine, traits }: Reading,
  recording: Recording = {},
): Promise<Documents> {
  if (job === undefined) throw new Error(`${name} has no words: neither a dialogue nor a job result`);
  const route = toRoute(language, { format: 'mp4', sampleRate: 16_000, ...standIn }, 'upload', abilities);
  const transcript = toTranscript(JSON.parse(Buffer.from(job).toString()), {
    recordingId: name,
    meetingId: name,
    appointmentId: null,
    durationMs: standIn.durationMs,
    ...recording,
    language,
    engine: route.engine,
  });
  const answers = route.coded ? toAnswers(transcript, engine, recorded) : [];
  const entities = await toEntities(transcript, traits ? answers : answers.map(withoutTraits), [], undefined);
  return { transcript, entities, consultation: toConsultation(transcript, entities, { ...route, icd10cm: null }) };
}

/** What the case's recorded answers, or else the lexicon, answer to the calls that a transcript takes. */
export function toAnswers(transcript: Transcript, engine: LexiconEngine, recorded?: unknown): KeptAnswer[] {
  const known = new RecordedAnswers();
  if (recorded !== undefined) known.add('answers.json', recorded);
  return toPlan(transcript, defaultOperations).map((item) => {
    const text = slice(transcript.text, item);
    const answer = known.find(item.operation, text);
    return {
      ...item,
      textSha256: '',
      response: answer && 'response' in answer ? answer.response : toAnswer(item, text, engine),
    };
  });
}

function toAnswer({ operation }: PlanItem, text: string, engine: LexiconEngine): ServiceAnswer {
  const method = asked[operation];
  if (method === undefined) throw new Error(`the lexicon does not answer ${operation}`);
  return engine[method](text);
}

function withoutTraits({ response, ...answer }: KeptAnswer): KeptAnswer {
  const without: ServiceAnswer = {
    ...response,
    Entities: response.Entities?.map((entity) => ({ ...entity, Traits: [] })),
  };
  return { ...answer, response: without };
}
