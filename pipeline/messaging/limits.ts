import { Refusal } from '../refusals.ts';
import { fileLimit, fileTypes } from './attachment.ts';

/** Of a message's text, in bytes of UTF-8, as Chime takes a STANDARD message. */
export const messageLimit = 4_096;

/** Of what a client adds to a message, in bytes of its JSON, so that it fits where Chime keeps its own 1,024. */
export const metadataLimit = 1_024;

/** How long Chime keeps a channel: seven years, as the audit trail, and thirty days. */
export const channelDays = 7 * 365 + 2 + 30;

/** @throws Refusal MessageTooLarge */
export function checkMessage(message: string): void {
  const bytes = bytesOf(message);
  if (bytes > messageLimit) {
    throw new Refusal('MessageTooLarge', `The message has ${bytes} bytes of UTF-8, and ${messageLimit} are the most.`);
  }
}

/** @throws Refusal MessageTooLarge */
export function checkMetadata(metadata: unknown): void {
  const bytes = bytesOf(JSON.stringify(metadata ?? null));
  if (bytes > metadataLimit) {
    throw new Refusal(
      'MessageTooLarge',
      `The metadata have ${bytes} bytes of JSON, and ${metadataLimit} are the most.`,
    );
  }
}

/** @throws Refusal FileEmpty, FileTooLarge, FileTypeNotAllowed */
export function checkFile({ size, contentType }: { size: number; contentType: string }): void {
  if (size === 0) throw new Refusal('FileEmpty');
  if (size > fileLimit) {
    throw new Refusal('FileTooLarge', `The file has ${size} bytes, and ${fileLimit} are the most.`);
  }
  if (!Object.hasOwn(fileTypes, contentType)) throw new Refusal('FileTypeNotAllowed');
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
