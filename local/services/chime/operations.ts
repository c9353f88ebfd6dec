import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { type JsonObject, ServiceError } from '../jsonService.ts';
import { type Answer, codeOf } from './answers.ts';
import { capabilitiesFor } from './capabilities.ts';
import type { Events } from './events.ts';
import type { Life } from './life.ts';
import { type Attendee, attendeesOf, describeAttendee, describeMeeting, isSameUser, type Meeting } from './meeting.ts';
import type { MeetingStore } from './meetingStore.ts';
import type { People } from './people.ts';
import { isSamePartition } from './regions.ts';
import {
  type AttendeeRequest,
  capacityOf,
  type MeetingRequest,
  type OperationName,
  type Request,
  reserved,
} from './requests.ts';
import type { Unverified } from './settings.ts';
import type { LiveTranscription } from './transcription.ts';

export interface OperationsContext {
  clock: Clock;
  accountId: string;
  store: MeetingStore;
  events: Events;
  life: Life;
  people: People;
  transcription: LiveTranscription;
  assumed: Unverified;
  /** Quotas of the account; `Infinity` for none. */
  meetings: number;
  attendees: number;
  /** Refuses single attendees of a batch, which is answered with 201 all the same. */
  refuseAttendee: (externalUserId: string) => ServiceError | undefined;
}

type Handlers = { [Name in OperationName]: (request: Request<Name>, region: string) => Promise<Answer> | Answer };

/** The operations, each with its request as it was read and the control region that was asked. */
export function operationsOf(context: OperationsContext): Handlers {
  const { accountId, store, events, life, people, transcription, assumed } = context;
  const create = creator(context);

  const find = (id: string, region: string): Meeting => {
    const meeting = store.find(id);
    if (meeting?.region !== region) throw notFound(`Meeting ${id} not found`);
    if (meeting.endedAt !== undefined) throw notFound('The meeting has ended');
    return meeting;
  };
  const findAttendee = (request: Request<'GetAttendee'>, region: string): [Meeting, Attendee] => {
    const meeting = find(request.MeetingId, region);
    const attendee = attendeesOf(meeting).find(({ id }) => id === request.AttendeeId.toLowerCase());
    if (!attendee) throw notFound(`Attendee ${request.AttendeeId} not found`);
    return [meeting, attendee];
  };
  const described = (meeting: Meeting) => describeMeeting(meeting, accountId);

  return {
    async CreateMeeting(request, region) {
      return { status: 201, body: { Meeting: described((await create(request, region)).meeting) } };
    },

    async CreateMeetingWithAttendees({ Attendees, ...request }, region) {
      const { meeting, isNew } = await create(request, region);
      const made = isNew ? addAll(meeting, Attendees, context) : alreadyIn(meeting, Attendees, context);
      return { status: 201, body: { Meeting: described(meeting), ...made } };
    },

    GetMeeting: ({ MeetingId }, region) => ({ status: 200, body: { Meeting: described(find(MeetingId, region)) } }),

    DeleteMeeting({ MeetingId }, region) {
      life.end(find(MeetingId, region), 'deleted');
      return { status: 204 };
    },

    CreateAttendee({ MeetingId, ...request }, region) {
      const attendee = add(find(MeetingId, region), request, context);
      return { status: 201, body: { Attendee: describeAttendee(attendee) } };
    },

    BatchCreateAttendee: ({ MeetingId, Attendees }, region) => ({
      status: 201,
      body: addAll(find(MeetingId, region), Attendees, context),
    }),

    GetAttendee(request, region) {
      const [, attendee] = findAttendee(request, region);
      return { status: 200, body: { Attendee: describeAttendee(attendee) } };
    },

    ListAttendees({ MeetingId, MaxResults: size = assumed.pageSize, NextToken }, region) {
      const all = attendeesOf(find(MeetingId, region));
      const from = all.findIndex(({ id }) => id === NextToken) + 1;
      if (NextToken !== undefined && from === 0) throw badRequest('Invalid NextToken');
      const page = all.slice(from, from + size);
      const next = all.length > from + size ? { NextToken: page.at(-1)?.id } : {};
      return { status: 200, body: { Attendees: page.map(describeAttendee), ...next } };
    },

    DeleteAttendee(request, region) {
      const [meeting, attendee] = findAttendee(request, region);
      attendee.deletedAt = context.clock.now();
      people.remove(meeting, attendee);
      events.ofAttendee('AttendeeDeleted', meeting, attendee);
      return { status: 204 };
    },

    UpdateAttendeeCapabilities({ Capabilities, ...request }, region) {
      const [meeting, attendee] = findAttendee(request, region);
      const capabilities = capabilitiesFor(meeting.request.MeetingFeatures, Capabilities);
      (attendee.earlier ??= []).push({ until: context.clock.now(), capabilities: attendee.capabilities });
      attendee.capabilities = capabilities;
      store.save();
      events.ofAttendee('AttendeeCapabilitiesUpdated', meeting, attendee);
      return { status: 200, body: { Attendee: describeAttendee(attendee) } };
    },

    StartMeetingTranscription({ MeetingId, TranscriptionConfiguration }, region) {
      transcription.start(find(MeetingId, region), TranscriptionConfiguration);
      return { status: 200 };
    },

    StopMeetingTranscription({ MeetingId }, region) {
      transcription.stop(find(MeetingId, region));
      return { status: 200 };
    },
  };
}

/** Finds or makes the meeting of a token. */
function creator({ clock, store, events, life, assumed, ...context }: OperationsContext) {
  const underWay = new Map<string, Promise<Meeting>>();

  const known = (token: string, region: string): Meeting | undefined => {
    const meeting = store.byToken(region, token);
    if (meeting?.endedAt === undefined || assumed.endedToken === 'ended') return meeting;
    if (assumed.endedToken === 'refused') throw badRequest('The meeting of this ClientRequestToken has ended');
    return undefined;
  };
  const make = (request: MeetingRequest, region: string): Meeting => {
    const active = store.active().length;
    if (active >= context.meetings) throw limitExceeded(`${active} meetings are active: no more can be created`);
    const now = clock.now();
    const meeting = { id: randomUUID(), region, request, createdAt: now, attendees: [], presences: [] };
    store.add(meeting);
    life.look(meeting);
    events.ofMeeting('MeetingStarted', meeting);
    return meeting;
  };

  return async (request: MeetingRequest, region: string): Promise<{ meeting: Meeting; isNew: boolean }> => {
    const { ClientRequestToken: token, MediaRegion: media } = request;
    if (!isSamePartition(region, media)) throw badRequest(`${region} creates no meetings in ${media}`);
    const key = `${region} ${token}`;
    while (underWay.has(key)) {
      if (assumed.simultaneous === 'conflict') {
        throw new ServiceError('ConflictException', 'The same request was made simultaneously', 409);
      }
      await underWay.get(key)?.catch(() => undefined);
    }
    const before = known(token, region);
    if (before) return { meeting: before, isNew: false };
    const working = assumed.createMs > 0 ? pause(assumed.createMs) : nextTurn();
    const making = working.then(() => make(request, region)).finally(() => underWay.delete(key));
    underWay.set(key, making);
    return { meeting: await making, isNew: true };
  };
}

/** @throws ServiceError LimitExceededException, BadRequestException */
function add(meeting: Meeting, request: AttendeeRequest, context: OperationsContext): Attendee {
  const { events, store, assumed } = context;
  const { ExternalUserId: externalUserId } = request;
  const before = attendeesOf(meeting).find((one) => isSameUser(one.externalUserId, externalUserId));
  if (before && assumed.sameExternalUserId === 'same') {
    events.ofAttendee('AttendeeAdded', meeting, before);
    return before;
  }
  const { MeetingFeatures } = meeting.request;
  const capabilities = capabilitiesFor(MeetingFeatures, request.Capabilities);
  const crowd = attendeesOf(meeting).filter((one) => !reserved.test(one.externalUserId)).length;
  if (crowd >= capacityOf(MeetingFeatures, context.attendees)) {
    throw limitExceeded(`The meeting has ${crowd} attendees, and takes no more`);
  }
  const joinToken = randomBytes(96).toString('base64');
  const attendee: Attendee = { id: randomUUID(), externalUserId, joinToken, capabilities };
  meeting.attendees.push(attendee);
  store.save();
  events.ofAttendee('AttendeeAdded', meeting, attendee);
  return attendee;
}

/** Those that can be added are; the answer lists the others, with their reasons. */
function addAll(meeting: Meeting, wanted: readonly AttendeeRequest[], context: OperationsContext): JsonObject {
  const { MeetingFeatures } = meeting.request;
  // A request for what the meeting does not have is refused as a whole.
  for (const { Capabilities } of wanted) capabilitiesFor(MeetingFeatures, Capabilities);
  const attendees: JsonObject[] = [];
  const errors: JsonObject[] = [];
  for (const request of wanted) {
    try {
      const refusal = context.refuseAttendee(request.ExternalUserId);
      if (refusal) throw refusal;
      attendees.push(describeAttendee(add(meeting, request, context)));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { name, message } = error;
      errors.push({ ExternalUserId: request.ExternalUserId, ErrorCode: codeOf(name), ErrorMessage: message });
    }
  }
  return { Attendees: attendees, Errors: errors };
}

/** The answer to a repeated request: the attendees that it made, and those that it could not make before. */
function alreadyIn(meeting: Meeting, wanted: readonly AttendeeRequest[], context: OperationsContext): JsonObject {
  const made = meeting.attendees.filter(({ externalUserId }) =>
    wanted.some((one) => isSameUser(one.ExternalUserId, externalUserId)),
  );
  if (meeting.endedAt !== undefined) return { Attendees: made.map(describeAttendee), Errors: [] };
  const there = attendeesOf(meeting).filter((one) => made.includes(one));
  const rest = wanted.filter((one) => !there.some((other) => isSameUser(one.ExternalUserId, other.externalUserId)));
  const { Attendees, Errors } = addAll(meeting, rest, context);
  return { Attendees: [...there.map(describeAttendee), ...(Attendees as JsonObject[])], Errors };
}

const badRequest = (message: string) => new ServiceError('BadRequestException', message);
const notFound = (message: string) => new ServiceError('NotFoundException', message, 404);
const limitExceeded = (message: string) => new ServiceError('LimitExceededException', message);
