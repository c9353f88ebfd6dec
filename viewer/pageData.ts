import type { Opened } from '../pipeline/reading/opened.ts';
import { type Audio, SourceFault } from './source.ts';
import type { Place } from './supabaseSource.ts';

/** What stands in a page that holds its consultation. */
export interface PageData {
  schema: 'medzen.page/1';
  opened: Opened;
  audio: Audio | null;
  /** Where the deployment is reached that it comes from, such as `https://api.example.org`. */
  base: string;
}

/** What stands in a page that reads its consultation from the database: nothing of a patient. */
export interface RemotePageData {
  schema: 'medzen.page/1';
  place: Place;
  /** Those of the pages that may hand over the user's session. */
  origins: readonly string[];
}

/** @throws SourceFault for what this page cannot read, or could read wrong */
export function readFilePage(text: string): PageData {
  return read<PageData>(text, (data) => data.opened?.schema === 'medzen.opened/1');
}

/** @throws SourceFault for what this page cannot read, or could read wrong */
export function readRemotePage(text: string): RemotePageData {
  return read<RemotePageData>(text, (data) => data.place !== undefined);
}

function read<Page extends PageData | RemotePageData>(text: string, isWhole: (data: Partial<Page>) => boolean): Page {
  const data = parse<Page>(text);
  if (data.schema === 'medzen.page/1' && isWhole(data)) return data as Page;
  const schemas: unknown[] = [data.schema, (data as Partial<PageData>).opened?.schema];
  const isLater = schemas.some((schema) => /^medzen\.(?:page|opened)\/(?!1$)/.test(String(schema)));
  throw new SourceFault(isLater ? 'later' : 'unreadable');
}

function parse<Page>(text: string): Partial<Page> {
  try {
    return (JSON.parse(text) as Partial<Page> | null) ?? {};
  } catch {
    throw new SourceFault('unreadable');
  }
}
