import { gzipSync } from 'node:zlib';
import type { Finding } from '../../pipeline/clinical/finding.ts';
import { CaseError } from '../cases/caseError.ts';
import { type Expected, readExpected, readSessionFixture, type SessionFixture } from '../cases/caseFiles.ts';
import { standInFor } from '../cases/standIn.ts';
import { CommandError } from '../commandLine.ts';
import { defaultOperations } from '../../pipeline/clinical/operations.ts';
import { isRead } from '../../pipeline/recording/route.ts';
import { operationsOf, toAnswers } from './calls.ts';
import type { Finished } from './finished.ts';
import { exactSilence } from './silence.ts';

/** A job result above this many bytes is written as gzip. */
const plainJobBytes = 256 * 1024;

/**
 * The files of a case that replays to the same documents. The sound is left out: a silence of the same length replaces
 * it.
 * @throws CommandError when a case cannot express what the recording needs
 */
export async function toCaseFiles(finished: Finished): Promise<Record<string, string | Uint8Array>> {
  const { job, calls, meetingEvents } = finished;
  const answers = toAnswers(calls);
  return {
    ...(job.length > plainJobBytes ? { 'job.json.gz': gzipSync(job, { level: 9 }) } : { 'job.json': job }),
    'recording.mp4': await toSilence(finished),
    ...(answers.length > 0 && { 'answers.json': pretty(answers) }),
    ...(meetingEvents !== undefined && { 'meeting-events.txt': meetingEvents }),
    'session.json': pretty(toSession(finished)),
    'expected.json': pretty(toExpected(finished)),
  };
}

/** A silence as long as the recording, with as many channels, and at a sample rate that leads to the same engine. */
function toSilence({ job, documents: { transcript } }: Finished): Promise<Uint8Array> {
  const { engine, durationMs, language } = transcript;
  // Transcribe Medical takes US English from 16 kHz on: what went to Transcribe instead was recorded below that.
  const sampleRate = engine.name === 'transcribe' && language === 'en-US' ? 8_000 : 16_000;
  return exactSilence(durationMs, standInFor(job).channels, sampleRate);
}

/** The ids that the documents repeat are kept; people get ids made from the case's name. */
function toSession({ key, documents: { transcript, entities }, participants }: Finished): SessionFixture {
  const { meetingId, appointmentId, language } = transcript;
  const operations = operationsOf(entities);
  if (appointmentId === null) throw new CommandError('the session has no appointment, and a case cannot express that');
  const session: SessionFixture = {
    session: {
      appointment_id: appointmentId,
      meeting_id: meetingId,
      transcription_enabled: true,
      transcription_language: language,
    },
    ...(participants.length > 0 && {
      participants: participants.map(({ attendeeId, role }) => ({ role, attendee_id: attendeeId })),
    }),
    ...(operations.join() !== defaultOperations.join() && { operations: [...operations] }),
    recording: { key },
  };
  return checked(() => readSessionFixture(session, 'session.json'));
}

function toExpected({ documents: { transcript, consultation } }: Finished): Expected {
  const { status, allergies, problems, ruledOut, medications, quality, speakers } = consultation;
  if (status === 'not_coded' && isRead(transcript.language)) {
    throw new CommandError('the text was not coded because of its region, but a replay would code it');
  }
  const roles = speakers.filter(({ label }) => /^(spk|ch)_\d+$/.test(label)).map(({ label, role }) => [label, role]);
  const expected: Expected = {
    status,
    executions: 1,
    problems: unique(problems.flatMap(({ codes }) => codes.filter(({ rank }) => rank === 1).map(({ code }) => code))),
    allergies: labels(allergies),
    ruledOut: labels(ruledOut),
    medications: labels(medications),
    flags: quality.flags,
    speakers: Object.fromEntries(roles) as NonNullable<Expected['speakers']>,
  };
  return checked(() => readExpected(expected, 'expected.json'));
}

/** The message holds ids and shapes, never a value: a case's own errors name a field and what it should be. */
function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CaseError ? new CommandError(error.message) : error;
  }
}

const labels = (findings: readonly Finding[]) => unique(findings.map(({ label }) => label.toLowerCase()));
const unique = (texts: readonly string[]) => [...new Set(texts)];
const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
