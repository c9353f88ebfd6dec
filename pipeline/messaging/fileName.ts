import { Refusal } from '../refusals.ts';
import { type FileType, fileTypes } from './attachment.ts';

/** In bytes of UTF-8, as file systems have it. */
const nameLimit = 255;

/** Joins and keeps apart what some scripts and emojis are made of. */
const joiners = /[\u200c\u200d]/gu;

/**
 * A file's name as it is kept and offered to whoever saves the file: composed, with single blanks, without dots or blanks at
 * its ends, and ending as its type does. A name that could be taken for something else is refused, not mended: one with a
 * folder in it, with characters that nobody sees or that turn the direction of writing, or with another type's ending.
 * @throws Refusal FileNameNotAllowed, which does not repeat the name
 */
export function toFileName(given: string, contentType: FileType): string {
  // The time that trimming takes grows with the square of the length; no name that fits is composed of more.
  if (given.length > 4 * nameLimit) throw refusal(`has more than ${nameLimit} bytes of UTF-8`);
  if (/[/\\]/.test(given)) throw refusal('has a slash in it');
  if (/[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/u.test(given.replace(joiners, ''))) {
    throw refusal('has characters in it that are not to be seen');
  }
  const trimmed = given
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
  if (trimmed.replace(joiners, '') === '') throw refusal('is empty');
  const { extension, endings } = fileTypes[contentType];
  const ending = /\.([\p{L}\p{N}]{1,8})$/u.exec(trimmed)?.[1]?.toLowerCase();
  const isOurs = ending !== undefined && (endings as readonly string[]).includes(ending);
  if (ending !== undefined && !isOurs)
    throw refusal(`has another ending than those of ${contentType}: ${endings.join(', ')}`);
  const name = isOurs ? trimmed : `${trimmed}.${extension}`;
  if (new TextEncoder().encode(name).length > nameLimit) throw refusal(`has more than ${nameLimit} bytes of UTF-8`);
  return name;
}

function refusal(what: string): Refusal {
  return new Refusal('FileNameNotAllowed', `The file's name ${what}.`);
}
