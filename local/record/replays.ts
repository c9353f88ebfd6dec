import { toConsultation } from '../../pipeline/clinical/consultation.ts';
import { probeMedia } from '../../pipeline/edge/media.ts';
import { toEntities } from '../../pipeline/clinical/merge.ts';
import type { CodeTable } from '../../pipeline/clinical/icd10cm.ts';
import { toMeetingEvents } from '../../pipeline/transcript/meetingEvents.ts';
import { toTranscript } from '../../pipeline/transcript/normalize.ts';
import { toWebVtt } from '../../pipeline/transcript/webvtt.ts';
import { parseJson } from '../cases/standIn.ts';
import type { Finished } from './finished.ts';

/**
 * The names of the documents that this version of the pipeline would write differently from the same job result,
 * answers and silence: none when the recording was made by this version, with this code table.
 */
export async function differences(
  finished: Finished,
  silence: Uint8Array,
  codeTable: CodeTable | undefined,
): Promise<string[]> {
  const { documents, texts, calls, meetingEvents, participants } = finished;
  const { recordingId, meetingId, appointmentId, language, engine } = documents.transcript;
  const media = await probeMedia(silence.length, async (start, end) => silence.subarray(start, end));
  const transcript = toTranscript(parseJson(finished.job), {
    recordingId,
    meetingId,
    appointmentId,
    language,
    engine: engine.name,
    durationMs: media?.audio?.durationMs ?? 0,
    ...(meetingEvents !== undefined && { roster: { events: toMeetingEvents(meetingEvents), participants } }),
  });
  const answers = calls.flatMap(({ ended }) => ('error' in ended ? [] : [ended]));
  const gaps = calls.flatMap(({ ended }) => ('error' in ended ? [ended] : []));
  const entities = await toEntities(transcript, answers, gaps, codeTable);
  const coded = documents.consultation.status !== 'not_coded';
  const consultation = toConsultation(transcript, entities, { coded, icd10cm: codeTable?.release ?? null });
  const replayed: Finished['texts'] = {
    'transcript.json': JSON.stringify(transcript),
    'transcript.vtt': toWebVtt(transcript),
    'entities.json': JSON.stringify(entities),
    'consultation.json': JSON.stringify(consultation),
  };
  return (Object.keys(texts) as (keyof typeof texts)[]).filter((name) => replayed[name] !== texts[name]);
}
