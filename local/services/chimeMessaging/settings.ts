/** Nobody has published the quotas of today: these are the numbers of Chime's meetings, for each operation by itself. */
export interface MessagingLimits {
  /** Requests per second of one operation in one region, and at once. */
  rate: number;
  burst: number;
}

export const assumedLimits: MessagingLimits = { rate: 10, burst: 20 };

/** Where nobody has published what the service does. A product has to work whichever it is. */
export interface Unverified {
  /** Whether a channel's creator is a member of it, or moderates it alone. */
  creator: 'member' | 'moderator';
  /** What answers to a channel or a message that is not there, where the model lists no NotFoundException. */
  unknown: 'ForbiddenException' | 'NotFoundException';
  /** The removal of somebody who is no member. The model lists no NotFoundException. */
  unknownMember: 'removed' | 'NotFoundException';
  /** A user or a channel made once more with its own token: ConflictException, or the answer of the first time. */
  repeatedCreation: 'conflict' | 'same';
  /** A token of a message that comes with other content: the first message stays and is the answer, or ConflictException. */
  otherContent: 'same' | 'conflict';
}

export const assumed: Unverified = {
  creator: 'moderator',
  unknown: 'ForbiddenException',
  unknownMember: 'NotFoundException',
  repeatedCreation: 'conflict',
  otherContent: 'same',
};

/** The endpoint table of the API model, of messaging as of identity. */
export const withMessagingApi: readonly string[] = ['us-east-1', 'eu-central-1'];
