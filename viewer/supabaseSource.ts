import type { Opened } from '../pipeline/reading/opened.ts';
import type { Change } from './changes.ts';
import { type Audio, type Fault, handedOut, type Source, SourceFault, type Told } from './source.ts';

/** Which consultation, and where. */
export interface Place {
  recording: string;
  /** Of the Supabase project. */
  url: string;
  /** The project's public key, which opens nothing by itself. */
  apiKey: string;
  /** Of the HTTP API that gives links to recordings. FHIR names the deployment by it. */
  api: string;
}

export interface Access {
  fetch(url: string, request: RequestInit): Promise<Response>;
  /** The user's own token, as it is now: it is renewed while the page is open. */
  token(): Promise<string>;
  now(): Date;
  /** Calls back with each token that takes the place of another. @returns what ends that */
  onToken(renewed: (token: string) => void): () => void;
}

/** A consultation in the database, read and decided on as the user herself, by the functions of the database. */
export class SupabaseSource implements Source {
  readonly stores = true;
  readonly #place: Place;
  readonly #access: Access;

  constructor(place: Place, access: Access) {
    this.#place = place;
    this.#access = access;
  }

  async open(): Promise<Opened> {
    const first = await this.#openPage(0);
    if ((first.schema as string) !== 'medzen.opened/1') throw new SourceFault('later');
    let whole = first;
    for (let page = 1; page < (first.page?.of ?? 1); page += 1) {
      const { revision, turns, entities, codes } = await this.#openPage(page);
      // Somebody decided while it was read.
      if (revision !== first.revision) return this.open();
      whole = {
        ...whole,
        turns: [...whole.turns, ...turns],
        entities: [...whole.entities, ...entities],
        codes: [...whole.codes, ...codes],
      };
    }
    const { page: _page, ...opened } = whole;
    return opened;
  }

  async change(opened: Opened, change: Change, token: string): Promise<Opened> {
    const { apply, toRpc } = await import('./changes.ts');
    const { name, parameters } = toRpc(change, opened);
    const body = { recording: this.#place.recording, token, ...parameters };
    const { revision } = await this.#call<{ revision: number }>(name, body);
    const isCorrection = change.kind === 'role' || change.kind === 'words';
    const stamp = { at: this.#access.now().toISOString(), by: opened.session.providerId ?? '', id: token };
    const after = apply(opened, change, stamp);
    // Somebody decided before it: a release is withdrawn whatever the revision is.
    if (revision !== after.revision) return this.open();
    // By its id it can be withdrawn, and the database gave it.
    return isCorrection ? { ...after, corrections: (await this.#openPage(0)).corrections } : after;
  }

  async audio(): Promise<Audio | null> {
    const { api, recording } = this.#place;
    const response = await this.#send(`${api}/recordings/${encodeURIComponent(recording)}/link`, {});
    if (response.status === 404) return null;
    const { url } = await answerOf<{ url: string }>(response);
    return { url, isSilent: false };
  }

  get base(): string {
    return this.#place.api;
  }

  async handOut(opened: Opened): Promise<Opened> {
    await this.#call('log_access', { recording: this.#place.recording, action: 'fhir' });
    return handedOut(opened, this.#access.now());
  }

  watch(told: (told: Told) => void): () => void {
    let end = (): void => undefined;
    let isEnded = false;
    const begin = async () => {
      const { follow } = await import('./follow.ts');
      if (!isEnded) end = follow(this.#place, this.#access, (query) => this.#row(query), told);
    };
    void begin();
    return () => {
      isEnded = true;
      end();
    };
  }

  async #row(query: string): Promise<object> {
    const { url, apiKey } = this.#place;
    const response = await this.#send(`${url}/rest/v1/${query}`, { headers: { apikey: apiKey } });
    const [row] = await answerOf<object[]>(response);
    if (!row) throw new SourceFault('notYours');
    return row;
  }

  async #openPage(page: number): Promise<Opened> {
    try {
      return await this.#call<Opened>('open_consultation', { recording: this.#place.recording, page });
    } catch (error) {
      // A read conflicts with nothing: there are no results yet.
      throw error instanceof SourceFault && error.fault === 'stale' ? new SourceFault('waiting') : error;
    }
  }

  async #call<Answer>(name: string, body: object): Promise<Answer> {
    const response = await this.#send(`${this.#place.url}/rest/v1/rpc/${name}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', apikey: this.#place.apiKey },
    });
    return answerOf<Answer>(response, body);
  }

  async #send(url: string, { headers, ...request }: Sent): Promise<Response> {
    const authorization = `Bearer ${await this.#access.token()}`;
    try {
      return await this.#access.fetch(url, { ...request, headers: { ...headers, authorization } });
    } catch {
      throw new SourceFault('offline');
    }
  }
}

type Sent = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

const faults: Readonly<Record<number, Fault>> = { 401: 'signedOut', 403: 'notYours' };

async function answerOf<Answer>(response: Response, asked: { revision?: number } = {}): Promise<Answer> {
  // A function that answers nothing has no body.
  if (response.status === 204) return undefined as Answer;
  if (response.ok) return (await response.json()) as Answer;
  const { status } = response;
  if (status === 409) throw new SourceFault((await import('./conflict.ts')).conflictOf(await response.text(), asked));
  throw new SourceFault(faults[status] ?? (status >= 500 ? 'offline' : 'refused'));
}
