import {
  ContentResolution,
  MediaPlacementNetworkType,
  MeetingFeatureStatus,
  VideoResolution,
} from '@aws-sdk/client-chime-sdk-meetings';
import * as v from 'valibot';
import { notSupported } from '../readRequest.ts';
import { capabilitiesRequest } from './capabilities.ts';
import { mediaRegions } from './regions.ts';
import { transcriptionConfiguration } from './transcriptionConfiguration.ts';

/**
 * The requests with every limit that the API model and its guides state, the stricter one where they differ. Fields that
 * would reach another service (notifications) or another meeting (replicas) are known and not supported.
 */

/** External ids beginning so are the service's own, in any case. */
export const reserved = /^aws:/i;

const externalId = v.pipe(
  v.string(),
  v.minLength(2),
  v.maxLength(64),
  v.regex(/^[-_&@+=,(){}[\]/«».:|'"#a-zA-Z0-9À-ÿ\s]*$/),
  v.check((id) => !reserved.test(id), 'the prefix aws: is reserved'),
);

const id = v.pipe(v.string(), v.regex(/^[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$/));

/** How many attendees fit into a meeting with pictures of the largest kind. */
const crowdInHighDefinition = 25;

const features = v.pipe(
  v.strictObject({
    Audio: v.optional(v.strictObject({ EchoReduction: v.optional(v.picklist(Object.values(MeetingFeatureStatus))) })),
    Video: v.optional(v.strictObject({ MaxResolution: v.optional(v.picklist(Object.values(VideoResolution))) })),
    Content: v.optional(v.strictObject({ MaxResolution: v.optional(v.picklist(Object.values(ContentResolution))) })),
    Attendee: v.optional(
      v.strictObject({
        MaxCount: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(250))),
      }),
    ),
  }),
  v.check(
    (wanted) => (wanted.Attendee?.MaxCount ?? 0) <= crowdInHighDefinition || !isHighDefinition(wanted),
    `Attendee.MaxCount is at most ${crowdInHighDefinition} with FHD video or UHD content`,
  ),
);

export interface MeetingFeatures {
  Audio?: { EchoReduction?: string | undefined } | undefined;
  Video?: { MaxResolution?: string | undefined } | undefined;
  Content?: { MaxResolution?: string | undefined } | undefined;
  Attendee?: { MaxCount?: number | undefined } | undefined;
}

function isHighDefinition({ Video, Content }: MeetingFeatures): boolean {
  return Video?.MaxResolution === 'FHD' || Content?.MaxResolution === 'UHD';
}

/** How many attendees a meeting takes: as many as it says, or as its pictures and the account allow. */
export function capacityOf(wanted: MeetingFeatures | undefined, limit: number): number {
  const most = wanted && isHighDefinition(wanted) ? crowdInHighDefinition : limit;
  return Math.min(wanted?.Attendee?.MaxCount ?? most, most);
}

const tag = v.strictObject({
  Key: v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[a-zA-Z+-=._:/]+$/)),
  Value: v.pipe(v.string(), v.maxLength(256), v.regex(/^[\s\w+-=.:/@]*$/)),
});

const meeting = {
  ClientRequestToken: v.pipe(v.string(), v.minLength(2), v.maxLength(64), v.regex(/^[-_a-zA-Z0-9]*$/)),
  MediaRegion: v.picklist(mediaRegions),
  ExternalMeetingId: externalId,
  MeetingHostId: v.optional(externalId),
  MeetingFeatures: v.optional(features),
  TenantIds: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.minLength(2),
          v.maxLength(256),
          v.regex(/^(?!.*?(.)\1{3})[-_!@#$a-zA-Z0-9]*$/, 'has no such characters, and none four times in a row'),
        ),
      ),
      v.minLength(1),
      v.maxLength(5),
    ),
  ),
  Tags: v.optional(v.pipe(v.array(tag), v.maxLength(50))),
  MediaPlacementNetworkType: v.optional(v.picklist(Object.values(MediaPlacementNetworkType))),
  NotificationsConfiguration: notSupported,
  PrimaryMeetingId: notSupported,
};

const attendee = { ExternalUserId: externalId, Capabilities: v.optional(capabilitiesRequest) };
const attendees = (most: number) => v.pipe(v.array(v.strictObject(attendee)), v.minLength(1), v.maxLength(most));

const page = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)));

/** By operation: the body, with what stands in the path and the query. */
export const requests = {
  CreateMeeting: v.strictObject(meeting),
  // The model says 20, the guide says 10.
  CreateMeetingWithAttendees: v.strictObject({ ...meeting, Attendees: attendees(10) }),
  GetMeeting: v.strictObject({ MeetingId: id }),
  DeleteMeeting: v.strictObject({ MeetingId: id }),
  CreateAttendee: v.strictObject({ MeetingId: id, ...attendee }),
  BatchCreateAttendee: v.strictObject({ MeetingId: id, Attendees: attendees(100) }),
  GetAttendee: v.strictObject({ MeetingId: id, AttendeeId: id }),
  ListAttendees: v.strictObject({
    MeetingId: id,
    MaxResults: page,
    NextToken: v.optional(v.pipe(v.string(), v.maxLength(4096))),
  }),
  DeleteAttendee: v.strictObject({ MeetingId: id, AttendeeId: id }),
  UpdateAttendeeCapabilities: v.strictObject({ MeetingId: id, AttendeeId: id, Capabilities: capabilitiesRequest }),
  StartMeetingTranscription: v.strictObject({ MeetingId: id, TranscriptionConfiguration: transcriptionConfiguration }),
  StopMeetingTranscription: v.strictObject({ MeetingId: id }),
};

export type OperationName = keyof typeof requests;
export type Request<Name extends OperationName> = v.InferOutput<(typeof requests)[Name]>;
export type MeetingRequest = Request<'CreateMeeting'>;
export type AttendeeRequest = Pick<Request<'CreateAttendee'>, 'ExternalUserId' | 'Capabilities'>;
