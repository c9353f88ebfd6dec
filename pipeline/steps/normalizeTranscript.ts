import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError } from '../errors.ts';
import { type PlannedCall, sealPlan, toPlan } from '../clinical/extraction.ts';
import type { AuditEvent } from '../audit.ts';
import { sha256 } from '../digest.ts';
import type { Ports } from '../ports.ts';
import { earlierRunsOf, keys, meetingEventsKey } from '../recording/recording.ts';
import { checkComplete } from '../transcript/jobResult.ts';
import { toMeetingEvents } from '../transcript/meetingEvents.ts';
import type { Roster } from '../transcript/roster.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { toTranscript } from '../transcript/normalize.ts';
import { toWebVtt } from '../transcript/webvtt.ts';
import { type Chained, type InspectedInput, jobOf, type OfJob, toAuditFacts, toRow } from '../workflow.ts';

export interface NormalizeInput extends InspectedInput, OfJob {
  /** The event of the output, or the job's own status. An event may be early, or come from somebody else's object. */
  wokenBy: string;
}

export interface NormalizedTranscript extends Chained {
  transcriptKey: string;
  /** Of the whole text: results are made of this text, or not at all. */
  textSha256: string;
  /** Whether the recording was never normalized before, and adopts nothing: then no answer can have been kept. */
  isFirst: boolean;
  /** When the bucket of the answers took a write, in milliseconds since the epoch: no question is paid for in vain. */
  provenAt: number;
  turns: number;
  words: number;
  /** The calls to make; none for a text that is not coded. */
  plan: PlannedCall[];
}

/** Turns the job's output into the transcript, its text, its captions and the plan of calls that will read the text. */
export const normalizeTranscript: Step<NormalizeInput, NormalizedTranscript> = (ports) => async (input) => {
  const { recordingId, inspection } = input;
  const facts = toAuditFacts(input, 'normalizeTranscript');
  const completed: AuditEvent = { ...facts, action: 'TRANSCRIPTION_COMPLETED' };
  const job = await readJob(ports, input);
  // A job that says so itself was complete, whatever its output is worth. Otherwise the output has to prove it.
  let isComplete = input.wokenBy === 'job status';
  let transcript: Transcript;
  try {
    const roster = await readRoster(ports, input);
    transcript = ifReady(input, () => toTranscript(job, { recordingId, ...inspection, ...roster }));
    isComplete = true;
    // The job is over, and not before this: its place is another's while its result is written.
    await ports.places.giveBack(inspection.engine, recordingId);
    await write(ports, input, transcript);
  } catch (error) {
    if (isComplete) await ports.audit.record(completed, input.chain);
    throw error;
  }
  const isCoded = inspection.coded && hasText(transcript);
  const provenAt = isCoded ? await ports.documents.prove('medicalData', keys.proof(recordingId)) : 0;
  const normalized: AuditEvent = { ...facts, action: 'TRANSCRIPT_NORMALIZED', detail: toDetail(transcript) };
  const [, recorded] = await ports.audit.recordAll([completed, normalized], input.chain);
  return {
    transcriptKey: keys.transcript(recordingId),
    textSha256: await sha256(transcript.text),
    turns: transcript.turns.length,
    words: transcript.quality.words,
    plan: isCoded ? await sealPlan(transcript.text, toPlan(transcript, ports.config.operations)) : [],
    isFirst: recorded === 'recorded' && (inspection.fresh === true || earlierRunsOf(recordingId).length === 0),
    provenAt,
    chain: await ports.audit.headOf(inspection.meetingId),
  };
};

export const handler = lambda('normalizeTranscript', normalizeTranscript);

async function readJob(ports: Ports, input: NormalizeInput): Promise<unknown> {
  const text = await ports.documents.read('transcripts', keys.job(jobOf(input)));
  return ifReady(input, () => {
    if (text === undefined) throw new PipelineError('TranscriptionFailed', 'the job left no output');
    const job = parse(text.replace(/^\uFEFF/, ''));
    checkComplete(job);
    return job;
  });
}

/** An output that cannot be used fails a recording only once the job itself has said that it is done. */
function ifReady<T>({ wokenBy }: NormalizeInput, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof PipelineError) || wokenBy === 'job status') throw error;
    throw new PipelineError('TranscriptNotReady', `${error.name}: ${error.message}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PipelineError('TranscriptShapeUnknown', `the job's output (${text.length} characters) is not JSON`);
  }
}

/** Beside a joined recording, Chime writes who was the active speaker and when; other recordings have no such file. */
async function readRoster(
  ports: Ports,
  { recording, inspection }: InspectedInput,
): Promise<{ roster: Roster } | undefined> {
  const key = meetingEventsKey(recording.key);
  const text = key === undefined ? undefined : await ports.documents.read('recordings', key, maxEventBytes);
  if (text === undefined) return undefined;
  if (Buffer.byteLength(text) >= maxEventBytes) ports.log('only the first meeting events are read', { maxEventBytes });
  const participants = await ports.ehr.findParticipants(inspection.meetingId);
  return { roster: { events: toMeetingEvents(text), participants } };
}

/** The text is written first: no plan and no transcript is without it. */
async function write(ports: Ports, input: InspectedInput, transcript: Transcript): Promise<void> {
  const { recordingId } = input;
  const transcriptKey = keys.transcript(recordingId);
  const { documents, ehr } = ports;
  await documents.write('transcripts', keys.text(recordingId), transcript.text, 'text/plain; charset=utf-8');
  await documents.write('transcripts', transcriptKey, JSON.stringify(transcript), 'application/json');
  await documents.write('transcripts', keys.captions(recordingId), toWebVtt(transcript), 'text/vtt');
  await ehr.recordStatus(toRow(input), 'extracting', { transcriptKey });
}

/** Four hours in which somebody else speaks every second take less than half of this. */
const maxEventBytes = 8 * 1024 ** 2;

/** Marks alone are nothing that a call could read: a vocabulary filter may leave no more. */
const hasText = ({ text }: Transcript) => /[\p{L}\p{N}]/u.test(text);

function toDetail({ turns, speakers, quality, engine }: Transcript) {
  return { turns: turns.length, speakers: speakers.length, words: quality.words, shape: engine.shape };
}
