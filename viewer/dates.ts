import { words } from './words.ts';

/** A time as it is read: date and minute, in the reader's own time zone. */
export function dated(iso: string): string {
  return new Date(iso).toLocaleString(words.locale, { dateStyle: 'medium', timeStyle: 'short' });
}
