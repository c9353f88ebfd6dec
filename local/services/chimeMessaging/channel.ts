import type { Request } from './requests.ts';

/** All that belongs to one app instance. Times are milliseconds since the epoch. */
export interface AppInstance {
  arn: string;
  /** Where alone it is found. */
  region: string;
  users: AppInstanceUser[];
  channels: Channel[];
}

export interface AppInstanceUser {
  arn: string;
  name: string;
  token: string;
}

/** A private channel whose members its moderators choose. */
export interface Channel {
  arn: string;
  token: string;
  name: string;
  /** The ARNs of users. */
  members: string[];
  moderators: string[];
  expiration?: NonNullable<Request<'CreateChannel'>['ExpirationSettings']>;
  createdAt: number;
  /** Oldest first. */
  messages: Message[];
}

export interface Message {
  id: string;
  /** The ARN of the user in whose name it was sent. */
  sender: string;
  type: 'STANDARD' | 'CONTROL';
  /** Empty once it is redacted. */
  content: string;
  metadata: string | null;
  createdAt: number;
  editedAt: number | null;
  redacted: boolean;
  /** By which a repetition is known: the token, and a digest of what came with it. */
  sent: { token: string; digest: string };
}

/** The app instance that a user or a channel is of, by its ARN. */
export function instanceIn(arn: string): string {
  return arn.split('/', 2).join('/');
}

const dayMs = 24 * 3600 * 1000;

/** Whether a channel's time is over. The service may leave it there for another six hours, which nothing can rest on. */
export function isExpired({ expiration, createdAt, messages }: Channel, now: number): boolean {
  if (!expiration) return false;
  const { ExpirationCriterion: criterion, ExpirationDays: days } = expiration;
  const last = criterion === 'LAST_MESSAGE_TIMESTAMP' ? messages.at(-1)?.createdAt : undefined;
  return now >= (last ?? createdAt) + days * dayMs;
}
