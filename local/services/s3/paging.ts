import { invalidArgument } from './errors.ts';
import { compareUtf8 } from './store.ts';

/** One page of a listing: entries and groups count alike towards its size. */
export interface Page<Item> {
  items: Item[];
  /** The groups a delimiter makes: each key up to the delimiter, once. */
  prefixes: string[];
  truncated: boolean;
  /** Where the next page goes on: after an entry, or after a whole group. */
  last?: { key: string; item?: Item };
}

export interface Filter {
  prefix: string;
  delimiter: string;
  max: number;
}

/** Fills a page with entries that come in order. */
export function toPage<Item extends { key: string }>(entries: Iterable<Item>, filter: Filter): Page<Item> {
  const page: Page<Item> = { items: [], prefixes: [], truncated: false };
  if (filter.max === 0) return page;
  for (const item of entries) {
    if (!item.key.startsWith(filter.prefix)) continue;
    const group = groupOf(item.key, filter);
    if (group !== undefined && group === page.prefixes.at(-1)) continue;
    if (page.items.length + page.prefixes.length === filter.max) return { ...page, truncated: true };
    if (group !== undefined) page.prefixes.push(group);
    else page.items.push(item);
    page.last = group === undefined ? { key: item.key, item } : { key: group };
  }
  return page;
}

function groupOf(key: string, { prefix, delimiter }: Filter): string | undefined {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** Whether a listing that stopped at `marker` goes on with this key: after a group, none of its keys come again. */
export function isBehind(key: string, marker: string, markerIsGroup: boolean): boolean {
  return compareUtf8(key, marker) > 0 && !(markerIsGroup && key.startsWith(marker));
}

/** `max-keys` and its like: 0 to 1,000; more counts as 1,000. @throws S3Error InvalidArgument */
export function toMax(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null) return 1000;
  if (!/^\d{1,10}$/.test(text))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  return Math.min(Number(text), 1000);
}

/** Encodes names when `encoding-type=url` asks for it, so that any key fits into XML. */
export function nameEncoder(query: URLSearchParams): (name: string) => string {
  const type = query.get('encoding-type');
  if (type === null) return (name) => name;
  if (type === 'url') return encodeName;
  throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
}

function encodeName(name: string): string {
  return encodeURIComponent(name)
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+');
}
