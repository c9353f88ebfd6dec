import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError } from '../errors.ts';
import { type PlannedCall, sealPlan, toPlan } from '../clinical/extraction.ts';
import type { AuditEvent } from '../audit.ts';
import { sha256 } from '../digest.ts';
import type { Ports } from '../ports.ts';
import { keys, meetingEventsKey } from '../recording/recording.ts';
import { checkComplete } from '../transcript/jobResult.ts';
import { toMeetingEvents } from '../transcript/meetingEvents.ts';
import type { Roster } from '../transcript/roster.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { toTranscript } from '../transcript/normalize.ts';
import { toWebVtt } from '../transcript/webvtt.ts';
import { type Chained, type InspectedInput, toAuditFacts, toRow } from '../workflow.ts';

export interface NormalizedTranscript extends Chained {
  transcriptKey: string;
  /** Of the whole text: results are made of this text, or not at all. */
  textSha256: string;
  /** Whether the recording was never normalized before: then no answer can have been kept. */
  isFirst: boolean;
  turns: number;
  words: number;
  /** The calls to make; none for a text that is not coded. */
  plan: PlannedCall[];
}

/** Turns the job's output into the transcript, its text, its captions and the plan of calls that will read the text. */
export const normalizeTranscript: Step<InspectedInput, NormalizedTranscript> = (ports) => async (input) => {
  const { recordingId, inspection } = input;
  const job = await readJob(ports, recordingId);
  const facts = toAuditFacts(input, 'normalizeTranscript');
  const completed: AuditEvent = { ...facts, action: 'TRANSCRIPTION_COMPLETED' };
  let transcript: Transcript;
  try {
    transcript = await normalize(ports, input, job);
  } catch (error) {
    // Whatever becomes of its result, the job was complete.
    await ports.audit.record(completed, input.chain);
    throw error;
  }
  const normalized: AuditEvent = { ...facts, action: 'TRANSCRIPT_NORMALIZED', detail: toDetail(transcript) };
  const [, recorded] = await ports.audit.recordAll([completed, normalized], input.chain);
  const isCoded = inspection.coded && hasText(transcript);
  return {
    transcriptKey: keys.transcript(recordingId),
    textSha256: await sha256(transcript.text),
    turns: transcript.turns.length,
    words: transcript.quality.words,
    plan: isCoded ? await sealPlan(transcript.text, toPlan(transcript, ports.config.operations)) : [],
    isFirst: recorded === 'recorded',
    chain: await ports.audit.headOf(inspection.meetingId),
  };
};

export const handler = lambda('normalizeTranscript', normalizeTranscript);

async function readJob(ports: Ports, recordingId: string): Promise<unknown> {
  const text = await ports.documents.read('transcripts', keys.job(recordingId));
  if (text === undefined) throw new PipelineError('TranscriptionFailed', 'the job left no output');
  const job = parse(text.replace(/^\uFEFF/, ''));
  checkComplete(job);
  return job;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PipelineError('TranscriptShapeUnknown', `the job's output (${text.length} characters) is not JSON`);
  }
}

/** Beside a joined recording, Chime writes who was the active speaker and when; other recordings have no such file. */
async function readRoster(ports: Ports, { recording, inspection }: InspectedInput): Promise<Roster | undefined> {
  const key = meetingEventsKey(recording.key);
  const text = key === undefined ? undefined : await ports.documents.read('recordings', key);
  if (text === undefined) return undefined;
  return { events: toMeetingEvents(text), participants: await ports.ehr.findParticipants(inspection.sessionId) };
}

/** The text is written first: no plan and no transcript is without it. */
async function normalize(ports: Ports, input: InspectedInput, job: unknown): Promise<Transcript> {
  const { recordingId, inspection } = input;
  const roster = await readRoster(ports, input);
  const transcript = toTranscript(job, { recordingId, ...inspection, ...(roster ? { roster } : {}) });
  const transcriptKey = keys.transcript(recordingId);
  const { documents, ehr } = ports;
  await documents.write('transcripts', keys.text(recordingId), transcript.text, 'text/plain; charset=utf-8');
  await documents.write('transcripts', transcriptKey, JSON.stringify(transcript), 'application/json');
  await documents.write('transcripts', keys.captions(recordingId), toWebVtt(transcript), 'text/vtt');
  await ehr.recordStatus(toRow(input), 'extracting', { transcriptKey });
  return transcript;
}

/** Marks alone are nothing that a call could read: a vocabulary filter may leave no more. */
const hasText = ({ text }: Transcript) => /[\p{L}\p{N}]/u.test(text);

function toDetail({ turns, speakers, quality, engine }: Transcript) {
  return { turns: turns.length, speakers: speakers.length, words: quality.words, shape: engine.shape };
}
