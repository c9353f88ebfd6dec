import type { Device, DocumentReference, Encounter, Patient, Practitioner, Resource } from '@medplum/fhirtypes';
import { operationNames } from '../../clinical/operations.ts';
import type { Chart } from '../chart.ts';
import { addressOf, encounterOf, type Frame, identifierOf, patientOf } from './frame.ts';
import { assertedBy, concept, systems, textOf, toLanguageTag } from './terms.ts';

/** The path of a person who treats: by the id of the user, never by a name. */
export function practitionerPath(userId: string): `Practitioner/${string}` {
  return `Practitioner/${userId}`;
}

/** The consultation around the findings: who met, what was recorded, and what wrote it down. */
export function toSurroundings(frame: Frame, decidedBy: readonly (string | null)[]): Resource[] {
  const { session, recording } = frame.chart;
  const users = [session.providerId, recording.signedBy, ...decidedBy].filter((user) => user !== null);
  return [
    toPatient(frame),
    ...[...new Set(users)].map((user) => toPractitioner(frame, user)),
    toDevice(frame),
    toEncounter(frame),
    toRecording(frame),
    toTranscript(frame),
  ];
}

function toPatient(frame: Frame): Patient {
  const { patientId } = frame.chart.session;
  return {
    resourceType: 'Patient',
    id: frame.names.id('Patient'),
    ...(patientId !== null && { identifier: [identifierOf(frame, 'user', patientId)] }),
  };
}

function toPractitioner(frame: Frame, userId: string): Practitioner {
  return {
    resourceType: 'Practitioner',
    id: frame.names.id(practitionerPath(userId)),
    identifier: [identifierOf(frame, 'user', userId)],
  };
}

const engines: Readonly<Record<string, string>> = {
  'transcribe-medical': 'Amazon Transcribe Medical',
  transcribe: 'Amazon Transcribe',
  imported: 'imported: another recognizer made the transcript',
};

function toDevice({ chart, names }: Frame): Device {
  return {
    resourceType: 'Device',
    id: names.id('Device'),
    deviceName: [{ name: 'MedZen consultation pipeline', type: 'model-name' }],
    type: concept('aiDeviceType', 'Artificial-Intelligence'),
    version: versionsOf(chart).flatMap(([text, version]) => {
      const value = textOf(version);
      return value === undefined ? [] : [{ type: { text }, value }];
    }),
  };
}

/** What made the words and the findings: the engine, the pipeline, the code table and each model that answered. */
function versionsOf({ recording, versions }: Chart): [what: string, version: string | null][] {
  const { pipeline, icd10cm, models = {} } = versions;
  const answered = operationNames.flatMap((name): [string, string][] => {
    const version = models[name];
    return version === undefined ? [] : [[`Comprehend Medical ${name}`, version]];
  });
  return [
    ['speech recognition', engines[recording.engine] ?? recording.engine],
    ['pipeline', pipeline],
    ['ICD-10-CM', icd10cm],
    ...answered,
  ];
}

function toEncounter(frame: Frame): Encounter {
  const { session, recording } = frame.chart;
  const { meetingId, appointmentId, providerId } = session;
  return {
    resourceType: 'Encounter',
    id: frame.names.id('Encounter'),
    identifier: [
      identifierOf(frame, 'meeting', meetingId),
      ...(appointmentId === null ? [] : [identifierOf(frame, 'appointment', appointmentId)]),
    ],
    status: session.status === 'active' ? 'in-progress' : 'finished',
    class: { system: systems.actCode, code: 'VR', display: 'virtual' },
    subject: patientOf(frame),
    ...(providerId !== null && {
      participant: [{ individual: frame.names.ref<Practitioner>(practitionerPath(providerId)) }],
    }),
    ...(recording.startedAt !== null && { period: { start: recording.startedAt } }),
  };
}

function toRecording(frame: Frame): DocumentReference {
  const { chart, names } = frame;
  return {
    resourceType: 'DocumentReference',
    id: names.id('DocumentReference/recording'),
    identifier: [identifierOf(frame, 'recording', chart.recordingId)],
    status: 'current',
    type: { text: 'Recording of the consultation' },
    subject: patientOf(frame),
    date: chart.recording.storedAt,
    content: [{ attachment: { url: addressOf(frame), title: 'Recording' } }],
    context: { encounter: [encounterOf(frame)] },
  };
}

function toTranscript(frame: Frame): DocumentReference {
  const { chart, names } = frame;
  const language = toLanguageTag(chart.recording.language);
  const isSigned = chart.signature !== 'unsigned';
  const attachment = (contentType: string, title: string) => ({ attachment: { contentType, language, title } });
  return {
    resourceType: 'DocumentReference',
    id: names.id('DocumentReference/transcript'),
    meta: { security: [assertedBy(isSigned)] },
    status: 'current',
    docStatus: isSigned ? 'final' : 'preliminary',
    type: { text: 'Transcript of the consultation' },
    subject: patientOf(frame),
    date: chart.recording.storedAt,
    author: [names.ref<Device>('Device')],
    relatesTo: [{ code: 'transforms', target: names.ref<DocumentReference>('DocumentReference/recording') }],
    content: [attachment('text/vtt', 'transcript.vtt'), attachment('application/json', 'transcript.json')],
    context: { encounter: [encounterOf(frame)] },
  };
}
