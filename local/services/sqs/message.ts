import { createHash } from 'node:crypto';
import type { JsonObject } from '../jsonService.ts';
import { ServiceError } from '../jsonService.ts';

export const MESSAGE_LIMIT = 1_048_576;

export interface MessageAttribute {
  DataType: string;
  StringValue?: string | undefined;
  /** Base64. */
  BinaryValue?: string | undefined;
}
export type MessageAttributes = Record<string, MessageAttribute>;

/** A message in a queue; times are milliseconds of the stack's clock. */
export interface Message {
  id: string;
  body: string;
  attributes: MessageAttributes;
  senderId: string;
  sentAt: number;
  /** From this time on the message is visible: neither held by a receiver nor delayed. */
  visibleAt: number;
  receives: number;
  firstReceivedAt?: number;
  /** When it was last received. */
  receivedAt?: number;
  /** The queue that it was moved from when nobody could handle it. */
  deadLetterSource?: string;
}

/** Throws the service's error when the message may not be sent. */
export function checkMessage(body: string, attributes: MessageAttributes): void {
  if (body === '') throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageBody.');
  // Anything that is not a character of XML 1.0; a lone surrogate is none either.
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(body)) {
    throw new ServiceError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  if (Object.keys(attributes).length > 10) throw invalid('a message has at most 10 attributes');
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
  if (sizeOf(body, attributes) > MESSAGE_LIMIT) throw invalid(`Message must be shorter than ${MESSAGE_LIMIT} bytes.`);
}

function checkAttribute(
  name: string,
  { DataType: type, StringValue: text, BinaryValue: bytes }: MessageAttribute,
): void {
  const [kind] = type.split('.');
  if (!['String', 'Number', 'Binary'].includes(kind ?? '')) throw invalid(`the type '${type}' of attribute '${name}'`);
  const value = kind === 'Binary' ? bytes : text;
  if (!value) throw invalid(`attribute '${name}' needs a value of the type '${type}'`);
  if (kind === 'Number' && !Number.isFinite(Number(value))) throw invalid(`attribute '${name}' is not a number`);
}

function invalid(reason: string): ServiceError {
  return new ServiceError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}`);
}

/** In bytes, as the limit counts them: the body, and the names, types and values of the attributes. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  const parts = Object.entries(attributes).flatMap(([name, attribute]) => [
    name,
    attribute.DataType,
    valueOf(attribute),
  ]);
  return [body, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

function valueOf({ StringValue: text, BinaryValue: bytes }: MessageAttribute): Buffer | string {
  return text ?? Buffer.from(bytes ?? '', 'base64');
}

export function md5(data: string | Buffer): string {
  return createHash('md5').update(data).digest('hex');
}

/**
 * The digest of message attributes as clients compute it: sorted by name, and of each attribute the name, the data
 * type, a byte for the kind of value (1 text, 2 binary) and the value. All of these except the byte follow their
 * length, which takes four bytes, big endian.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const attribute = attributes[name] as MessageAttribute;
    const kind = Buffer.from([attribute.StringValue === undefined ? 2 : 1]);
    return [withLength(name), withLength(attribute.DataType), kind, withLength(valueOf(attribute))];
  });
  return md5(Buffer.concat(parts));
}

function withLength(part: Buffer | string): Buffer {
  const bytes = Buffer.from(part as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The system attributes of a message, which a receiver may ask for. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
    ...(message.deadLetterSource && { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

/** The attributes that are asked for by `All`, `.*`, a name, or a prefix followed by `.*`. */
export function selectAttributes(attributes: MessageAttributes, names: string[]): MessageAttributes {
  const wanted = (name: string) =>
    names.some((pattern) =>
      pattern === 'All' || pattern === '.*'
        ? true
        : pattern.endsWith('.*')
          ? name.startsWith(pattern.slice(0, -2))
          : name === pattern,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}

export function attributesToJson(attributes: MessageAttributes): JsonObject {
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, { ...attribute }]));
}
