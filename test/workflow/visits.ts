import type { Case } from '../../local/cases/caseFolder.ts';
import type { SessionFixture } from '../../local/cases/caseFiles.ts';
import { parseDialogue } from '../../local/cases/dialogue.ts';
import { toJobResult } from '../../local/cases/jobResult.ts';
import { uuidOf } from '../../local/replay/session.ts';

const soreThroat = [
  'clinician: Hello. What brings you in today?',
  'patient: I have had a sore throat and a cough for three days.',
  'clinician: Any fever?',
  'patient: No. I take lisinopril for high blood pressure.',
];

/** A short consultation; its name decides its meeting, session and people. */
export function visit(name: string, more: Partial<Case> = {}, lines: readonly string[] = soreThroat): Case {
  const dialogue = parseDialogue(`title: ${name}\n\n${lines.join('\n')}\n`);
  return {
    name,
    kind: 'case-folder',
    jobName: name,
    language: 'en-US',
    job: JSON.stringify(toJobResult(dialogue, { jobName: name })),
    standIn: { durationMs: dialogue.durationMs, channels: 1 },
    ...more,
  };
}

/** A consultation whose recording Transcribe can make nothing of. */
export function visitWithoutResult(name: string): Case {
  const { job: _, ...given } = visit(name);
  return given;
}

export const meetingOf = (name: string) => uuidOf(name, 'meeting');
export const sessionOf = (name: string) => uuidOf(name, 'session');

/** One of a meeting's recordings: the session is that of the meeting's name. */
export function partOf(meeting: string, part: string): SessionFixture {
  return {
    session: {
      id: sessionOf(meeting),
      meeting_id: meetingOf(meeting),
      appointment_id: uuidOf(meeting, 'appointment'),
      provider_id: uuidOf(meeting, 'provider'),
      patient_id: uuidOf(meeting, 'patient'),
    },
    recording: { key: `recordings/${meetingOf(meeting)}/audio/${uuidOf(part, 'pipeline')}.mp4` },
  };
}
