import { createHash } from 'node:crypto';
import { ServiceError } from '../jsonService.ts';

const MESSAGE_LIMIT = 1_048_576;

/** A message in a queue; times are milliseconds of the stack's clock. */
export interface Message {
  id: string;
  body: string;
  senderId: string;
  sentAt: number;
  /** From this time on the message is visible: no receiver holds it any more. */
  visibleAt: number;
  receives: number;
  firstReceivedAt?: number;
  /** The queue that it was moved from when nobody could handle it. */
  deadLetterSource?: string;
}

/** Throws the service's error when the message may not be sent. */
export function checkBody(body: string): void {
  if (body === '') throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageBody.');
  // Anything that is not a character of XML 1.0; a lone surrogate is none either.
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(body)) {
    throw new ServiceError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  if (Buffer.byteLength(body) <= MESSAGE_LIMIT) return;
  const reason = `Message must be shorter than ${MESSAGE_LIMIT} bytes.`;
  throw new ServiceError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}`);
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The system attributes of a message, as its receiver gets them. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
    ...(message.deadLetterSource && { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}
