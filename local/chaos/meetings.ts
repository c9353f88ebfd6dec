import type { Case } from '../cases/caseFolder.ts';
import { parseDialogue } from '../cases/dialogue.ts';
import { toJobResult } from '../cases/jobResult.ts';
import { makeStandIn } from '../cases/standIn.ts';
import type { Deployment } from '../replay/deployment.ts';
import { seedSession, uuidOf } from '../replay/session.ts';
import { type Uploaded, uploadRecording } from '../replay/upload.ts';
import type { Kind, Schedule } from './schedule.ts';

/** One object of the schedule's recordings, which are numbered through all meetings. */
export interface Planned {
  number: number;
  kind: Kind;
  meetingId: string;
  sessionId: string;
  key: string;
  given: Case;
}

/** Begins each word that is said nowhere but in these recordings. */
export const canary = 'zqx';

/** The recordings of a schedule; the name makes the meetings' ids, and the words, those of one run. */
export function plan({ meetings }: Schedule, name: string): Planned[] {
  const planned: Planned[] = [];
  for (const [at, { kind, recordings }] of meetings.entries()) {
    for (let n = 0; n < recordings; n += 1) planned.push(toPlanned(`${name}-${at}`, kind, planned.length));
  }
  return planned;
}

function toPlanned(meeting: string, kind: Kind, number: number): Planned {
  const name = `${meeting}-${number}`;
  const meetingId = uuidOf(meeting, 'meeting');
  const key = `recordings/${meetingId}/audio/${uuidOf(name, 'pipeline')}.mp4`;
  const dialogue = parseDialogue(`title: ${name}\n\n${talk(name).join('\n')}\n`);
  const given: Case = {
    name,
    kind: 'case-folder',
    jobName: name,
    language: kind === 'german' ? 'de-DE' : 'en-US',
    ...(kind !== 'unusable' && { job: JSON.stringify(toJobResult(dialogue, { jobName: name })) }),
    standIn: { durationMs: dialogue.durationMs, channels: 1 },
    session: {
      session: {
        id: uuidOf(meeting, 'session'),
        meeting_id: meetingId,
        appointment_id: uuidOf(meeting, 'appointment'),
        provider_id: uuidOf(meeting, 'provider'),
        patient_id: uuidOf(meeting, 'patient'),
        transcription_enabled: kind !== 'unwanted',
      },
      recording: { key, uploads: kind === 'twice' ? 2 : 1 },
    },
  };
  return { number, kind, meetingId, sessionId: uuidOf(meeting, 'session'), key, given };
}

function talk(name: string): string[] {
  const word = (what: string) => `${canary}${uuidOf(name, what).replaceAll(/[^a-f]/g, '')}`;
  return [
    `clinician: Hello, mister ${word('patient')}. What brings you in today?`,
    'patient: I have had a sore throat and a cough for three days.',
    `clinician: Any fever since you came back from ${word('place')}?`,
    'patient: No. I take lisinopril for high blood pressure.',
  ];
}

/** Writes the sessions and uploads the recordings. */
export async function upload(deployment: Deployment, planned: readonly Planned[]): Promise<(Planned & Uploaded)[]> {
  const uploaded: (Planned & Uploaded)[] = [];
  for (const one of planned) {
    const session = await seedSession(deployment.supabase, one.given);
    const recording = await silence(one.given);
    const objects = await uploadRecording(deployment, { ...one.given, recording }, session);
    uploaded.push(...objects.map((object) => ({ ...one, ...object })));
  }
  return uploaded;
}

let made: Promise<Uint8Array> | undefined;

/** The same silence for all: only the name at its end, in a box that players pass over, is each recording's own. */
async function silence({ name, standIn }: Case): Promise<{ fileName: string; bytes: Uint8Array }> {
  made ??= makeStandIn(standIn, '').then(({ bytes }) => bytes);
  const text = Buffer.from(name);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length + 8);
  return { fileName: 'recording.mp4', bytes: Buffer.concat([await made, size, Buffer.from('free'), text]) };
}
