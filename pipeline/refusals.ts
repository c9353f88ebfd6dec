/**
 * The answers of the doors to a request that they do not grant: by name the status and the sentence that a client reads.
 * None of them says anything about a person, a recording or the code.
 */
export const refusals = {
  InvalidToken: [401, 'The token is missing, or it is not valid.'],
  InvalidSecret: [401, 'The secret is missing, or it is not valid.'],
  ThirdPartyAuthMissing: [
    401,
    'The database does not take tokens of Firebase: its project lacks third-party authentication, or the user the claim role.',
  ],
  // A recording that is somebody else's and one that does not exist are one answer.
  OnlyTheProvider: [403, 'Only the provider of this consultation may do this.'],
  NotTheSender: [403, 'Only the sender of a message may do this.'],
  ForeignEvent: [403, 'The event is of another account or region than this deployment.'],
  UnknownUser: [403, 'The token is valid, but no user of the health record belongs to it.'],
  NotAParticipant: [403, 'Only those who take part in this visit may do this.'],
  AppointmentNotFound: [404, 'There is no such appointment.'],
  MeetingNotFound: [404, 'There is no such meeting.'],
  ParticipantNotFound: [404, 'Nobody of that id takes part in this visit.'],
  ChannelNotFound: [404, 'There is no such channel.'],
  MessageNotFound: [404, 'There is no such message in this channel.'],
  RouteNotFound: [404, 'There is no such route.'],
  RecordingGone: [404, 'The recording is no longer kept.'],
  MethodNotAllowed: [405, 'The route does not take this method.'],
  NotFinished: [409, 'The recording is not processed yet, or its processing failed.'],
  AppointmentNotOpen: [409, 'Nobody can meet for this appointment: it is over, or it is not one by video.'],
  MeetingEnded: [409, 'This meeting is over.'],
  ConsentTextOutdated: [409, 'The text of the consent has changed: join again and read the new one.'],
  ConsentMissing: [409, 'Not everybody in this meeting has agreed.'],
  ChannelArchived: [409, 'This conversation is over: it can be read, and no more.'],
  MeetingFull: [409, 'This meeting has as many people as it can take.'],
  ChangedMeanwhile: [409, 'The consultation was changed while it was read: ask again.'],
  DocumentTooLarge: [
    413,
    'The document is too large for one answer, unless it is asked for with accept-encoding: gzip.',
  ],
  MessageTooLarge: [413, 'The message is longer than 4,096 bytes, or its metadata than 1,024.'],
  FileEmpty: [400, 'The file has no bytes.'],
  FileNameNotAllowed: [400, "The file's name is not one that can be kept."],
  FileNotReady: [409, 'The file has not been looked at yet: ask again.'],
  FileTooLate: [409, 'The file came after its channel was archived, or after its sender was removed.'],
  FileNeverCame: [410, 'The file was announced, and did not come.'],
  FileTooLarge: [413, 'A file has 20 MB at most.'],
  FileTypeNotAllowed: [415, 'A file is application/pdf, image/jpeg, image/png or image/heic.'],
  FilesNotHere: [422, 'Files are sent and read through the HTTP API: ask its route POST /messaging.'],
  FileDiffers: [422, 'The file that came is not the one that was announced.'],
  FileTypeDiffers: [422, 'The file that came is not of the type that was announced.'],
  PayloadTooLarge: [413, 'The request is larger than 64 KB.'],
  TextTooLong: [413, 'The text is longer than can be spoken at once.'],
  EventNotTaken: [400, 'The function takes no events of this source and type.'],
  EventOutOfTime: [400, 'The event is older than 25 hours, or of a time that has not come.'],
  InvalidRequest: [400, 'The request is not as the route takes it.'],
  WrongRegion: [421, 'This function ran in a region where it may not: send its name in the header x-region.'],
  LanguageNotSupported: [422, 'Recordings in this language cannot be transcribed.'],
  VoiceNotSupported: [422, 'The language has no such voice.'],
  RegionNotAllowed: [422, 'Meetings of this deployment may not be held in that region.'],
  ChatNotHere: [422, 'This deployment has no chat.'],
  TooManyRequests: [429, 'Too many requests: wait a little, then ask again.'],
  InternalError: [500, 'The request failed here. It was logged.'],
  ChimeUnavailable: [503, 'The meeting cannot be reached now: ask again.'],
  KeysUnavailable: [503, 'The keys by which tokens are checked cannot be had now: ask again.'],
  CallbacksNotHere: [503, 'This deployment takes no callbacks: it was given no secret for them.'],
  ServiceUnavailable: [503, 'A service behind this one does not answer now: ask again.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type RefusalName = keyof typeof refusals;

/** A request that is not granted. Its message is the sentence of its code, unless it says more: ids and shapes only. */
export class Refusal extends Error {
  readonly code: RefusalName;
  readonly status: number;
  /** When to ask again, in seconds, where that is known. */
  readonly retryAfter: number | undefined;

  constructor(code: RefusalName, sentence: string = refusals[code][1], retryAfter?: number) {
    super(sentence);
    this.retryAfter = retryAfter;
    // A log tells failures apart by their names.
    this.name = code;
    this.code = code;
    this.status = refusals[code][0];
  }
}
