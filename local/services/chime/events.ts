import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { BusEvent } from '../eventBridge/rule.ts';
import type { JsonObject } from '../jsonService.ts';
import type { Attendee, Meeting } from './meeting.ts';

export type MeetingEventType = 'MeetingStarted' | 'MeetingEnded';
export type TranscriptionEventType = 'TranscriptionStarted' | 'TranscriptionStopped' | 'TranscriptionFailed';
export type AttendeeEventType =
  | 'AttendeeAdded'
  | 'AttendeeDeleted'
  | 'AttendeeAuthorized'
  | 'AttendeeJoined'
  | 'AttendeeLeft'
  | 'AttendeeDropped'
  | 'AttendeeCapabilitiesUpdated';

/**
 * When an event arrives, in milliseconds from now: once for each copy, and never for none. The service promises neither
 * that one arrives nor in which order.
 */
export type Delivery = (event: BusEvent) => readonly number[];

export interface SenderOptions {
  clock: Clock;
  accountId: string;
  put: (event: BusEvent) => Promise<void> | void;
  delivery: Delivery;
  /** Aborts when the stand-in closes: what is on its way then is lost. */
  closing: AbortSignal;
  onBroken: (error: unknown) => void;
}

/** Something that the service reports in a region, by the name that its `eventType` has after `chime:`. */
export interface Report {
  about: 'Meeting' | 'Media Pipeline';
  type: string;
  region: string;
  detail: JsonObject;
}

/** Reports `Chime … State Change` as the service does, as far as the delivery lets it. */
export function createSender({ clock, accountId, put, delivery, closing, onBroken }: SenderOptions) {
  const send = (event: BusEvent, ms: number) => {
    const sending = async () => put(event);
    const arriving = ms === 0 ? clock.busy(sending()) : clock.sleep(ms, closing).then(() => clock.busy(sending()));
    arriving.catch((error: unknown) => closing.aborted || onBroken(error));
  };
  return ({ about, type, region, detail }: Report): void => {
    const now = clock.now();
    const event: BusEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': `Chime ${about} State Change`,
      source: 'aws.chime',
      account: accountId,
      time: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
      region,
      resources: [],
      detail: { version: '0', eventType: `chime:${type}`, timestamp: now, ...detail },
    };
    for (const ms of delivery(event)) send(event, ms);
  };
}

/** How the life of meetings is reported: `Chime Meeting State Change`, in the control region. */
export interface Events {
  ofMeeting(type: MeetingEventType, meeting: Meeting): void;
  ofAttendee(type: AttendeeEventType, meeting: Meeting, attendee: Attendee): void;
  ofTranscription(type: TranscriptionEventType, meeting: Meeting, detail: JsonObject): void;
}

/** These say by which way the attendee is connected. */
const connections = new Set<AttendeeEventType>(['AttendeeJoined', 'AttendeeLeft', 'AttendeeDropped']);

export function createEvents(options: SenderOptions): Events {
  const send = createSender(options);
  const emit = (type: string, { id, region, request }: Meeting, detail: JsonObject) =>
    send({
      about: 'Meeting',
      type,
      region,
      detail: {
        meetingId: id,
        ...detail,
        externalMeetingId: request.ExternalMeetingId,
        mediaRegion: request.MediaRegion,
      },
    });
  return {
    ofMeeting: (type, meeting) => emit(type, meeting, {}),
    ofTranscription: emit,
    ofAttendee(type, meeting, attendee) {
      const { Audio: audio, Video: video, Content: content } = attendee.capabilities;
      emit(type, meeting, {
        attendeeId: attendee.id,
        externalUserId: attendee.externalUserId,
        ...(connections.has(type) && { networkType: 'Voip' }),
        ...(type === 'AttendeeCapabilitiesUpdated' && {
          success: '1',
          attendeeCapabilities: { audio, video, content },
        }),
      });
    },
  };
}
