import type { JsonObject } from '../jsonService.ts';
import type { ScopedRequest } from '../scopedService.ts';
import type { OperationName } from './requests.ts';
import { paged, readRouteOf, type Route } from './routing.ts';

const meetings = /^\/meetings$/;
const meeting = /^\/meetings\/(?<MeetingId>[^/]+)$/;
const attendees = /^\/meetings\/(?<MeetingId>[^/]+)\/attendees$/;
const attendee = /^\/meetings\/(?<MeetingId>[^/]+)\/attendees\/(?<AttendeeId>[^/]+)$/;
const capabilities = /^\/meetings\/(?<MeetingId>[^/]+)\/attendees\/(?<AttendeeId>[^/]+)\/capabilities$/;
const transcription = /^\/meetings\/(?<MeetingId>[^/]+)\/transcription$/;

const routes: Readonly<Record<OperationName, Route>> = {
  CreateMeeting: { method: 'POST', path: meetings },
  CreateMeetingWithAttendees: { method: 'POST', path: meetings, kind: 'create-attendees' },
  GetMeeting: { method: 'GET', path: meeting },
  DeleteMeeting: { method: 'DELETE', path: meeting },
  CreateAttendee: { method: 'POST', path: attendees },
  BatchCreateAttendee: { method: 'POST', path: attendees, kind: 'batch-create' },
  GetAttendee: { method: 'GET', path: attendee },
  ListAttendees: { method: 'GET', path: attendees, query: paged },
  DeleteAttendee: { method: 'DELETE', path: attendee },
  UpdateAttendeeCapabilities: { method: 'PUT', path: capabilities },
  StartMeetingTranscription: { method: 'POST', path: transcription, kind: 'start' },
  StopMeetingTranscription: { method: 'POST', path: transcription, kind: 'stop' },
};

/** What the service has besides. */
const missing: Readonly<Record<string, Route>> = {
  BatchUpdateAttendeeCapabilitiesExcept: {
    method: 'PUT',
    path: /^\/meetings\/[^/]+\/attendees\/capabilities$/,
    kind: 'batch-update-except',
  },
  ListTagsForResource: { method: 'GET', path: /^\/tags$/ },
  TagResource: { method: 'POST', path: /^\/tags$/, kind: 'tag-resource' },
  UntagResource: { method: 'POST', path: /^\/tags$/, kind: 'untag-resource' },
};

/** The operation of a request, and its input. @throws NotImplemented */
export function readRoute(request: ScopedRequest): { operation: OperationName; input: JsonObject } {
  return readRouteOf({ routes, missing }, request);
}
