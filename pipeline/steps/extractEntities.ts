import { sha256 } from '../digest.ts';
import { lambda, type Step } from '../edge/lambda.ts';
import { type KeptAnswer, type PlanItem, slice } from '../extraction.ts';
import type { Ports } from '../ports.ts';
import { keys } from '../recording.ts';
import { parseTranscript } from '../transcript.ts';
import type { CallOutcome, StepInput } from '../workflow.ts';

export interface ExtractInput extends StepInput {
  transcriptKey: string;
  item: PlanItem;
}

/** Makes one call of the plan and keeps its answer before it counts: a retry or a redrive never pays twice. */
export const extractEntities: Step<ExtractInput, CallOutcome> = (ports) => async (input) => {
  const { recordingId, item } = input;
  const { operation, n, begin, end } = item;
  const transcript = parseTranscript(await ports.documents.read('transcripts', input.transcriptKey));
  const text = slice(transcript.text, item);
  const textSha256 = await sha256(text);
  const answerKey = keys.answer(recordingId, operation, n);

  if (await isKept(ports, answerKey, textSha256)) {
    ports.log('answer was kept', { operation, n });
    return { operation, n, begin, end };
  }
  const response = await ports.clinicalText.ask(operation, text);
  const kept: KeptAnswer = { operation, n, begin, end, textSha256, response };
  await ports.documents.write('medicalData', answerKey, JSON.stringify(kept), 'application/json');
  return { operation, n, begin, end };
};

export const handler = lambda('extractEntities', extractEntities);

/** An answer to another text, of an earlier normalization, is no answer to this one. */
async function isKept(ports: Ports, answerKey: string, textSha256: string): Promise<boolean> {
  const text = await ports.documents.read('medicalData', answerKey);
  return text !== undefined && (JSON.parse(text) as KeptAnswer).textSha256 === textSha256;
}
