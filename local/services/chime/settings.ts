/** The quotas of an account. */
export interface ChimeLimits {
  /** Meetings that have not ended, in all regions together: the stricter of two guides, of which one says per region. */
  meetings: number;
  /** Attendees of a meeting that are not deleted, connected or not. */
  attendees: number;
  /** Requests per second, and at once. */
  rate: number;
  burst: number;
  /**
   * Whether a region's operations share the rate, or each has its own. One guide says the former, another lists a rate for
   * each operation but `GetAttendee` and `UpdateAttendeeCapabilities`: the stricter one counts unless told otherwise.
   */
  ratePer: 'region' | 'operation';
}

export const documentedLimits: ChimeLimits = {
  meetings: 250,
  attendees: 250,
  rate: 10,
  burst: 20,
  ratePer: 'region',
};

/** Where nobody has published what the service does. A product has to work whichever it is. */
export interface Unverified {
  /**
   * A second attendee with an `ExternalUserId` of the meeting: the same one, or one more. It is called an idempotency
   * token, and a published log has two `AttendeeAdded` of one meeting with one attendee id.
   */
  sameExternalUserId: 'same' | 'new';
  /** The token of a meeting that has ended: its description once more, a new meeting, or BadRequestException. */
  endedToken: 'ended' | 'new' | 'refused';
  /** A request while another with its token is under way: ConflictException, as documented, or the same meeting. */
  simultaneous: 'conflict' | 'same';
  /** How long a creation is under way, in milliseconds of real time. With 0 it is one turn of the event loop. */
  createMs: number;
  /** Whether `AttendeeAuthorized` comes with each first join as well, as a published log has it, or only with a handover. */
  authorized: 'every' | 'handover';
  /**
   * What is reported, besides `AttendeeAuthorized`, when the same attendee joins on a second device: nothing, or that one
   * joined and one left, in either order.
   */
  handover: 'nothing' | 'left-joined' | 'joined-left';
  /** What is reported of people who are in a meeting that ends, or are deleted from it, besides that. */
  thrownOut: 'nothing' | 'left' | 'dropped';
  /** The status that a deleted attendee's client ends with: 22 by the documentation, 11 by reports. */
  removedStatus: 22 | 11;
  /** How long nothing is heard of a client before it counts as dropped; documented as 10 to 15 seconds. */
  dropMs: number;
  /** Whether a media pipeline counts as an audio connection: reports say so, and that it is going to change. */
  pipelinesKeepAlive: boolean;
  /** How many attendees a list has that is asked for no number of them. */
  pageSize: number;
  /** A live transcription is started while another runs: UnprocessableEntityException, or it takes the other's place. */
  secondTranscription: 'refused' | 'replaces';
}

export const assumed: Unverified = {
  sameExternalUserId: 'same',
  endedToken: 'ended',
  simultaneous: 'conflict',
  createMs: 0,
  authorized: 'every',
  handover: 'nothing',
  thrownOut: 'nothing',
  removedStatus: 22,
  dropMs: 15_000,
  pipelinesKeepAlive: true,
  pageSize: 100,
  secondTranscription: 'refused',
};
