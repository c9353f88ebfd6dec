import type { JsonObject } from '../jsonService.ts';
import type { Capabilities } from './capabilities.ts';
import { shortNameOf } from './regions.ts';
import type { MeetingRequest } from './requests.ts';

/** Why a meeting has ended: by DeleteMeeting, five minutes without an audio connection, or after 24 hours. */
export type MeetingEnd = 'deleted' | 'silent' | 'old';

/** A meeting as the stand-in keeps it. Times are milliseconds since the epoch. */
export interface Meeting {
  id: string;
  /** The control region, where alone it can be changed and its events arrive. */
  region: string;
  request: MeetingRequest;
  createdAt: number;
  endedAt?: number;
  end?: MeetingEnd;
  /** Since when there is no audio connection; undefined while there is one. */
  silentSince?: number | undefined;
  /** All that ever were, in the order of their making. */
  attendees: Attendee[];
  /** Who was connected when, in the order of their coming. */
  presences: Presence[];
  /** The live transcriptions that began in it, oldest first. */
  transcriptions?: Transcription[];
}

/** A live transcription, of which nobody makes any text here. */
export interface Transcription {
  from: number;
  /** Undefined while it runs. */
  to?: number;
  /** Where its engine is. */
  region: string;
  /** As it was asked for, in JSON. */
  configuration: string;
}

export interface Attendee {
  id: string;
  externalUserId: string;
  joinToken: string;
  capabilities: Capabilities;
  /** What it had before, each until when. */
  earlier?: { until: number; capabilities: Capabilities }[];
  deletedAt?: number;
}

/** The truth about one connection, which events may report late, twice or never. */
export interface Presence {
  attendeeId: string;
  externalUserId: string;
  from: number;
  /** Undefined while it lasts. */
  to?: number;
}

/** The attendees that are not deleted. */
export function attendeesOf({ attendees }: Meeting): Attendee[] {
  return attendees.filter(({ deletedAt }) => deletedAt === undefined);
}

/** External ids that differ in case only are one. */
export function isSameUser(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The answer's `Meeting`: of the features, those that were asked for. Its hosts are of the service's form and nowhere. */
export function describeMeeting({ id, region, request }: Meeting, accountId: string): JsonObject {
  const host = `m1.${shortNameOf(request.MediaRegion)}.app.chime.invalid`;
  const digest = id.replaceAll('-', '');
  return {
    MeetingId: id,
    MeetingHostId: request.MeetingHostId,
    ExternalMeetingId: request.ExternalMeetingId,
    MediaRegion: request.MediaRegion,
    MediaPlacement: {
      AudioHostUrl: `${digest}.k.${host}:3478`,
      AudioFallbackUrl: `wss://wss.k.${host}:443/calls/${id}`,
      SignalingUrl: `wss://signal.${host}/control/${id}`,
      TurnControlUrl: `https://${id.slice(-4)}.cell.${host}/v2/turn_sessions`,
      ScreenDataUrl: `wss://bitpw.${host}:443/v2/screen/${id}`,
      ScreenViewingUrl: `wss://bitpw.${host}:443/ws/connect?X-BitHub-Call-Id=${id}`,
      ScreenSharingUrl: `wss://bitpw.${host}:443/v2/screen/${id}`,
      EventIngestionUrl: `https://data.svc.${host}/v1/client-events`,
    },
    MeetingFeatures: request.MeetingFeatures,
    TenantIds: request.TenantIds ?? [],
    MeetingArn: `arn:aws:chime:${region}:${accountId}:meeting/${id}`,
  };
}

export function describeAttendee({ id, externalUserId, joinToken, capabilities }: Attendee): JsonObject {
  return {
    ExternalUserId: externalUserId,
    AttendeeId: id,
    JoinToken: joinToken,
    Capabilities: { ...capabilities },
  };
}
