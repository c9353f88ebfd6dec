import * as v from 'valibot';
import { Envelope } from '../../pipeline/meetings/callback.ts';
import type { RouteRow } from './route.ts';

/** Both take an event of EventBridge as it is. */
const ofEvents = {
  method: 'POST',
  service: 'callbacks',
  caller: 'eventBridge',
  refusals: ['InvalidSecret', 'CallbacksNotHere', 'ForeignEvent', 'EventNotTaken', 'EventOutOfTime'],
} as const;
const answer = v.object({ outcome: v.picklist(['told', 'nothing']) });

export const recordingCallback: RouteRow = {
  ...ofEvents,
  edgeFunction: 'chime-recording-callback',
  does: "Chime's events of people and captures, by a second leg.",
  asked: { does: 'Keeps what Chime tells of people and of a capture.', body: Envelope.entries, answer, refusals: [] },
};

export const transcriptionCallback: RouteRow = {
  ...ofEvents,
  edgeFunction: 'chime-transcription-callback',
  does: "Chime's events of captions, by a second leg.",
  asked: { does: 'Hands on what Chime tells of captions.', body: Envelope.entries, answer, refusals: [] },
};
