import type { Opened } from '../pipeline/reading/opened.ts';
import { type Audio, SourceFault } from './source.ts';
import type { Place } from './supabaseSource.ts';

/** What stands in a page that holds its consultation. */
export interface PageData {
  schema: 'medzen.page/1';
  opened: Opened;
  audio: Audio | null;
}

/** What stands in a page that reads its consultation from the database: nothing of a patient. */
export interface RemotePageData {
  schema: 'medzen.page/1';
  place: Place;
  /** Those of the pages that may hand over the user's session. */
  origins: readonly string[];
}

/** @throws SourceFault for what this page cannot read, or could read wrong */
export function readPage(text: string): PageData | RemotePageData {
  const data = parse(text);
  const schemas = [data.schema, data.opened?.schema].filter((schema) => schema !== undefined);
  const isKnown = schemas.every((schema) => schema === 'medzen.page/1' || schema === 'medzen.opened/1');
  if (isKnown && data.schema && (data.opened || data.place)) return data as PageData | RemotePageData;
  const isLater = !isKnown && schemas.every((schema) => /^medzen\.(?:page|opened)\//.test(schema));
  throw new SourceFault(isLater ? 'later' : 'unreadable');
}

function parse(text: string): Partial<PageData & RemotePageData> {
  try {
    return (JSON.parse(text) as Partial<PageData & RemotePageData> | null) ?? {};
  } catch {
    throw new SourceFault('unreadable');
  }
}
