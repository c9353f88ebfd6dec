import type { Opened } from '../pipeline/reading/opened.ts';
import { apply, type Change } from './changes.ts';
import { type Audio, type Source, SourceFault } from './source.ts';

/** What stands in a page that was written for a file system. */
export interface PageData {
  schema: 'medzen.page/1';
  opened: Opened;
  audio: Audio | null;
}

/** The part of the environment that a source needs. */
export interface Desk {
  now(): Date;
  id(): string;
}

/**
 * A consultation that stands in the page itself. Decisions are kept in memory, as a log that the clinician downloads.
 */
export class FileSource implements Source {
  readonly stores = false;
  #text: string;
  readonly #desk: Desk;
  readonly #log: { at: string; token: string; revision: number; change: Change }[] = [];
  readonly #done = new Map<string, Opened>();
  #data: PageData | undefined;

  constructor(text: string, desk: Desk) {
    this.#text = text;
    this.#desk = desk;
  }

  open(): Promise<Opened> {
    return Promise.resolve().then(() => this.#read().opened);
  }

  change(opened: Opened, change: Change, token: string): Promise<Opened> {
    const before = this.#done.get(token);
    if (before) return Promise.resolve(before);
    const at = this.#desk.now().toISOString();
    const after = apply(opened, change, { at, by: opened.session.providerId ?? 'clinician', id: this.#desk.id() });
    this.#log.push({ at, token, revision: opened.revision, change });
    this.#done.set(token, after);
    return Promise.resolve(after);
  }

  audio(): Promise<Audio | null> {
    return Promise.resolve().then(() => this.#read().audio);
  }

  decisions(): string {
    const { recordingId } = this.#read().opened;
    return `${JSON.stringify({ schema: 'medzen.decisions/1', recordingId, decisions: this.#log }, undefined, 2)}\n`;
  }

  #read(): PageData {
    this.#data ??= parse(this.#text);
    // As long as the consultation itself, and of no more use.
    this.#text = '';
    return this.#data;
  }
}

/** @throws SourceFault for what this page cannot read, or could read wrong */
function parse(text: string): PageData {
  let data: Partial<PageData> | null;
  try {
    data = JSON.parse(text) as Partial<PageData> | null;
  } catch {
    throw new SourceFault('unreadable');
  }
  const schema: unknown = data?.opened?.schema;
  if (data?.schema === 'medzen.page/1' && schema === 'medzen.opened/1') return data as PageData;
  const isLater = [data?.schema, schema].some(
    (one) => typeof one === 'string' && /^medzen\.(?:page|opened)\//.test(one),
  );
  throw new SourceFault(isLater ? 'later' : 'unreadable');
}
