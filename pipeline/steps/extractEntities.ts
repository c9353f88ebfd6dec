import { sha256 } from '../digest.ts';
import { lambda, type Step } from '../edge/lambda.ts';
import { askFor } from '../clinical/asking.ts';
import { type KeptAnswer, type PlanItem, type PlannedCall, units } from '../clinical/extraction.ts';
import type { Ports } from '../ports.ts';
import { usdOfUnits } from '../clinical/prices.ts';
import { PipelineError } from '../errors.ts';
import { earlierRunsOf, keys } from '../recording/recording.ts';
import type { CallOutcome, StepInput } from '../workflow.ts';

export interface ExtractInput extends StepInput {
  item: PlannedCall;
  /**
   * Whether nothing can have been kept: the recording was never normalized before, and this is the call's first attempt.
   */
  isFirst: boolean;
  /** When the bucket of the answers took a write, in milliseconds since the epoch. */
  provenAt: number;
}

/**
 * Makes one call of the plan and keeps its answer before it counts: a retry or a redrive never pays twice. A re-run uses an
 * answer that an earlier run of the recording has kept, where that run kept it.
 */
export const extractEntities: Step<ExtractInput, CallOutcome> = (ports) => async (input) => {
  const { recordingId, item } = input;
  const { operation, n, begin, end } = item;
  const call = { operation, n, begin, end };
  const text = await readText(ports, recordingId, item);
  const { run } = await answer(ports, input, call, text, (of) => keys.answer(of, operation, n));
  return run === recordingId ? call : { ...call, adoptedFrom: run };
};

export const handler = lambda('extractEntities', extractEntities);

/**
 * The call's own stretch of the text, and no more: every call would otherwise read the whole of it.
 * @throws PipelineError TextReplaced when the recording was normalized again, and otherwise, since the call was planned
 */
async function readText(ports: Ports, recordingId: string, { operation, n, bytes, textSha256 }: PlannedCall) {
  const text = await ports.documents.readRange('transcripts', keys.text(recordingId), bytes);
  if (text === undefined) throw new PipelineError('NotThereYet', 'the text is not there');
  if ((await sha256(text)) === textSha256) return text;
  throw new PipelineError('TextReplaced', `the text of ${operation}-${n} is not the one that was planned for`);
}

type Reading = Pick<ExtractInput, 'recordingId' | 'isFirst' | 'fresh' | 'provenAt'>;

/** An answer, and the run that keeps it. */
interface Kept {
  answer: KeptAnswer;
  run: string;
}

/** The answer's key among those of a run. */
type KeyOf = (recordingId: string) => string;

/** The kept answer, or a new one, which is then kept. A text that the service finds too long is sent in parts. */
async function answer(ports: Ports, of: Reading, item: PlanItem, text: string, keyOf: KeyOf): Promise<Kept> {
  const { recordingId, isFirst } = of;
  const { operation, n, begin, end } = item;
  const textSha256 = await sha256(text);
  const kept = isFirst ? undefined : await findKept(ports, of, keyOf, { begin, end, textSha256 });
  if (kept) {
    ports.log('answer was kept', { operation, n, run: kept.run });
    return kept;
  }
  // An attempt that comes after another is there because something failed since then, perhaps a write.
  await ports.documents.prove('medicalData', keys.proof(recordingId), isFirst ? of.provenAt : undefined);
  const fresh = await askFor(item, text, {
    async ask() {
      const response = await ports.clinicalText.ask(operation, text);
      measureCall(ports, recordingId, item);
      return response;
    },
    async askForPart(part, partText) {
      const keyOfPart: KeyOf = (run) => keys.partOfAnswer(run, operation, n, part.begin, part.end);
      return (await answer(ports, of, part, partText, keyOfPart)).answer;
    },
    onCut: (parts) => ports.log('the text is cut again', { operation, n, parts }),
  });
  await keep(ports, keyOf(recordingId), fresh);
  return { answer: fresh, run: recordingId };
}

/** The answer is paid for: while the invocation lives, it is worth another try. Then it is lost, and the log says so. */
async function keep(ports: Ports, key: string, answer: KeptAnswer): Promise<void> {
  const text = JSON.stringify(answer);
  try {
    await ports.whileAlive(() => ports.documents.write('medicalData', key, text, 'application/json'));
  } catch (error) {
    const why = error instanceof Error ? error.name : typeof error;
    throw new PipelineError('AnswerNotKept', `the answer ${answer.operation}-${answer.n} was not written: ${why}`);
  }
}

/** Every answered call is billed, whatever becomes of its answer. */
function measureCall(ports: Ports, recordingId: string, item: PlanItem): void {
  ports.measure(recordingId, 'ComprehendUnits', units(item), item.operation);
  ports.measure(recordingId, 'EstimatedUsd', usdOfUnits(item.operation, units(item)));
}

/** The run's own answer, or that of the newest earlier run that has one. */
async function findKept(
  ports: Ports,
  { recordingId, fresh }: Reading,
  keyOf: KeyOf,
  wanted: Pick<KeptAnswer, 'begin' | 'end' | 'textSha256'>,
): Promise<Kept | undefined> {
  for (const run of [recordingId, ...(fresh ? [] : earlierRunsOf(recordingId))]) {
    const found = await readKept(ports, keyOf(run), wanted);
    if (found) return { answer: found, run };
  }
  return undefined;
}

/** An answer to another text, or to the same words elsewhere in an earlier normalization, is no answer to this one. */
async function readKept(
  ports: Ports,
  key: string,
  wanted: Pick<KeptAnswer, 'begin' | 'end' | 'textSha256'>,
): Promise<KeptAnswer | undefined> {
  const text = await ports.documents.read('medicalData', key);
  const kept = text === undefined ? undefined : (JSON.parse(text) as KeptAnswer);
  const isSame = kept?.begin === wanted.begin && kept.end === wanted.end && kept.textSha256 === wanted.textSha256;
  return isSame ? kept : undefined;
}
