import { words } from './words.ts';

/**
 * A time as it is read: date and minute, in the reader's own time zone. By hand: the browser's own dates of a language take
 * longer to load than the page takes to be drawn.
 */
export function dated(iso: string): string {
  const at = new Date(iso);
  const time = [at.getHours(), at.getMinutes()].map((n) => String(n).padStart(2, '0')).join(':');
  return `${at.getDate()} ${words.months[at.getMonth()]} ${at.getFullYear()}, ${time}`;
}
