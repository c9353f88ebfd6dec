import {
  type Attendee,
  BatchCreateAttendeeCommand,
  ChimeSDKMeetingsClient,
  CreateAttendeeCommand,
  CreateMeetingCommand,
  DeleteAttendeeCommand,
  DeleteMeetingCommand,
  GetAttendeeCommand,
  GetMeetingCommand,
  type Meeting,
  StartMeetingTranscriptionCommand,
  StopMeetingTranscriptionCommand,
  type TranscriptionConfiguration,
  UpdateAttendeeCapabilitiesCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import type { Meetings } from '../callPorts.ts';
import type { ChimeAttendee, ChimeMeeting } from '../meetings/call.ts';
import type { Captions } from '../meetings/captions.ts';
import { Refusal, type RefusalName } from '../refusals.ts';
import { withLimit } from './limits.ts';

/** A person waits: another try is worth little, and the SDK takes a quota that is used up for haste. */
export function connectChime(region: string): ChimeSDKMeetingsClient {
  return new ChimeSDKMeetingsClient({ region, ...withLimit('chime') });
}

/** How often a meeting is asked for again that somebody else is just making, and the longest pause before. */
const conflicts = 8;
const pauseMs = 300;

export interface Chance {
  /** From 0 up to 1. */
  random: () => number;
  sleep: (ms: number) => Promise<void>;
}

const chance: Chance = { random: Math.random, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };

/** Chime's meetings, in the one region where they are controlled. */
export function toMeetings(client: ChimeSDKMeetingsClient, { random, sleep }: Chance = chance): Meetings {
  const stopCaptions = async (MeetingId: string) => {
    await ask(() => client.send(new StopMeetingTranscriptionCommand({ MeetingId })), gone);
  };
  return {
    async create({ token, externalMeetingId, mediaRegion }) {
      const command = new CreateMeetingCommand({
        ClientRequestToken: token,
        ExternalMeetingId: externalMeetingId,
        MediaRegion: mediaRegion,
      });
      for (let tries = 0; ; tries += 1) {
        const made = await ask(() => client.send(command), tries < conflicts ? ['ConflictException'] : []);
        if (made) return toMeeting(made.Meeting);
        await sleep((0.3 + 0.7 * random()) * pauseMs);
      }
    },
    async exists(MeetingId) {
      return (await ask(() => client.send(new GetMeetingCommand({ MeetingId })), gone)) !== undefined;
    },
    async remove(MeetingId) {
      await ask(() => client.send(new DeleteMeetingCommand({ MeetingId })), gone);
    },
    async createAttendee(MeetingId, { userId, capabilities }) {
      const command = new CreateAttendeeCommand({ MeetingId, ExternalUserId: userId, Capabilities: capabilities });
      const made = await ask(() => client.send(command), gone, 'MeetingFull');
      return made && toAttendee(made.Attendee);
    },
    async createAttendees(MeetingId, attendees) {
      if (attendees.length === 0) return { attendees: [], errors: [] };
      const command = new BatchCreateAttendeeCommand({
        MeetingId,
        Attendees: attendees.map(({ userId, capabilities }) => ({
          ExternalUserId: userId,
          Capabilities: capabilities,
        })),
      });
      const made = await ask(() => client.send(command), gone, 'MeetingFull');
      return (
        made && {
          attendees: (made.Attendees ?? []).map(toAttendee),
          errors: (made.Errors ?? []).map(({ ExternalUserId = '', ErrorCode }) => ({
            userId: ExternalUserId,
            code: isLimit(ErrorCode) ? 'MeetingFull' : 'ChimeUnavailable',
          })),
        }
      );
    },
    async findAttendee(MeetingId, AttendeeId) {
      const found = await ask(() => client.send(new GetAttendeeCommand({ MeetingId, AttendeeId })), gone);
      return found && toAttendee(found.Attendee);
    },
    async setCapabilities(MeetingId, AttendeeId, Capabilities) {
      const command = new UpdateAttendeeCapabilitiesCommand({ MeetingId, AttendeeId, Capabilities });
      return (await ask(() => client.send(command), gone)) === undefined ? 'gone' : 'set';
    },
    async removeAttendee(MeetingId, AttendeeId) {
      await ask(() => client.send(new DeleteAttendeeCommand({ MeetingId, AttendeeId })), gone);
    },
    async startCaptions(MeetingId, captions) {
      const how = { MeetingId, TranscriptionConfiguration: toConfiguration(captions) };
      const start = (expected: readonly string[]) =>
        ask(() => client.send(new StartMeetingTranscriptionCommand(how)), expected);
      if (await start([...gone, ...others])) return 'started';
      await stopCaptions(MeetingId);
      return (await start(gone)) ? 'started' : 'gone';
    },
    stopCaptions,
  };
}

const gone = ['NotFoundException'];
/** A meeting that has captions may be given no others beside them. */
const others = ['UnprocessableEntityException'];

/** Answers that mean that our request was wrong. What else fails may go well in a moment, or when a quota is raised. */
const ours = ['BadRequestException', 'UnprocessableEntityException', 'UnauthorizedException', 'ForbiddenException'];

/**
 * @param full what it means that a quota is used up
 * @returns undefined for an answer of one of the names that are expected
 */
async function ask<Answer>(
  send: () => Promise<Answer>,
  expected: readonly string[],
  full: RefusalName = 'ChimeUnavailable',
): Promise<Answer | undefined> {
  try {
    return await send();
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (expected.includes(name)) return undefined;
    if (isLimit(name)) throw new Refusal(full);
    throw ours.includes(name) ? error : new Refusal('ChimeUnavailable');
  }
}

/** An exception's name, and the code of one person in a batch, which lacks the end of it. */
function isLimit(name: string | undefined): boolean {
  return /^LimitExceeded(?:Exception)?$/.test(name ?? '');
}

function toMeeting(meeting: Meeting | undefined): ChimeMeeting {
  if (!meeting?.MeetingId) throw new Refusal('ChimeUnavailable');
  return meeting as ChimeMeeting;
}

function toConfiguration({ engine, language: LanguageCode, region: Region }: Captions): TranscriptionConfiguration {
  return engine === 'transcribe-medical'
    ? { EngineTranscribeMedicalSettings: { LanguageCode, Region, Specialty: 'PRIMARYCARE', Type: 'CONVERSATION' } }
    : { EngineTranscribeSettings: { LanguageCode, Region } };
}

/** Without its id or its token it is of no use to anybody. */
function toAttendee(attendee: Attendee | undefined): ChimeAttendee {
  const { AttendeeId, ExternalUserId = '', JoinToken, Capabilities } = attendee ?? {};
  if (!AttendeeId || !JoinToken) throw new Refusal('ChimeUnavailable');
  const { Audio = 'SendReceive', Video = 'SendReceive', Content = 'SendReceive' } = Capabilities ?? {};
  return { AttendeeId, ExternalUserId, JoinToken, Capabilities: { Audio, Video, Content } };
}
