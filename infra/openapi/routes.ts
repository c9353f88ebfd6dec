import * as v from 'valibot';
import { body as speechBody } from '../../pipeline/speech/requests.ts';
import { count, recordingId, text, time, url } from './answers.ts';
import { recordingCallback, transcriptionCallback } from './callbacks.ts';
import { extraction } from './extraction.ts';
import { health } from './health.ts';
import { meetings } from './meetings.ts';
import { messaging } from './messaging.ts';
import type { RouteRow } from './route.ts';

const spoken = v.object({
  url,
  expiresAt: time,
  voice: text,
  engine: v.picklist(['neural', 'standard']),
  billedCharacters: count,
  cached: v.boolean(),
});

const speech: RouteRow = {
  method: 'POST',
  path: '/speech',
  service: 'speech',
  does: 'Texts that are read out.',
  caller: 'user',
  refusals: ['UnknownUser', 'TooManyRequests'],
  asked: {
    does: 'Has a text read out by a voice of its language.',
    body: speechBody.entries,
    answer: spoken,
    refusals: ['LanguageNotSupported', 'VoiceNotSupported', 'TextTooLong'],
  },
};

const issuedLink = v.object({ url, expiresAt: time, contentType: text });

/** What is read of a recording, for its provider: somebody else's and one that is not there are one answer. */
const ofRecording = {
  method: 'GET',
  service: 'reading',
  params: { id: recordingId },
  caller: 'user',
  refusals: ['OnlyTheProvider', 'ThirdPartyAuthMissing', 'TooManyRequests'],
} as const;

const link: RouteRow = {
  ...ofRecording,
  path: '/recordings/{id}/link',
  does: 'The sound of a recording.',
  asked: {
    does: 'A link to the sound of a consultation, for 300 seconds.',
    answer: issuedLink,
    refusals: ['RecordingGone'],
  },
};

const fhir: RouteRow = {
  ...ofRecording,
  path: '/recordings/{id}/fhir',
  does: 'A consultation as FHIR.',
  asked: {
    does: 'The consultation as a FHIR R4 document, as it is reviewed now.',
    contentType: 'application/fhir+json',
    answer: v.looseObject({ resourceType: v.literal('Bundle'), type: v.literal('document') }),
    refusals: ['NotFinished', 'ChangedMeanwhile', 'DocumentTooLarge'],
  },
};

/** Everything that clients may ask. A route, an action or an edge function that has no row here fails a test. */
export const routes: readonly RouteRow[] = [
  meetings,
  messaging,
  speech,
  link,
  fhir,
  extraction,
  health,
  recordingCallback,
  transcriptionCallback,
];
