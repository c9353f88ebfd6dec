import type { Opened } from '../pipeline/reading/opened.ts';
import { apply, type Change } from './changes.ts';
import type { PageData } from './pageData.ts';
import { type Audio, handedOut, type Source } from './source.ts';

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
  readonly #data: PageData;
  readonly #desk: Desk;
  readonly #log: { at: string; token: string; revision: number; change: Change }[] = [];
  /** A repeat is one of the last change: every consultation that there was would fill the memory. */
  #last: { token: string; after: Opened } | undefined;

  constructor(data: PageData, desk: Desk) {
    this.#data = data;
    this.#desk = desk;
  }

  open(): Promise<Opened> {
    return Promise.resolve(this.#data.opened);
  }

  change(opened: Opened, change: Change, token: string): Promise<Opened> {
    if (this.#last?.token === token) return Promise.resolve(this.#last.after);
    const at = this.#desk.now().toISOString();
    const after = apply(opened, change, { at, by: opened.session.providerId ?? 'clinician', id: this.#desk.id() });
    this.#log.push({ at, token, revision: opened.revision, change });
    this.#last = { token, after };
    return Promise.resolve(after);
  }

  audio(): Promise<Audio | null> {
    return Promise.resolve(this.#data.audio);
  }

  get base(): string {
    return this.#data.base;
  }

  handOut(opened: Opened): Promise<Opened> {
    return Promise.resolve(handedOut(opened, this.#desk.now()));
  }

  decisions(): string {
    const { recordingId } = this.#data.opened;
    return `${JSON.stringify({ schema: 'medzen.decisions/1', recordingId, decisions: this.#log }, undefined, 2)}\n`;
  }
}
