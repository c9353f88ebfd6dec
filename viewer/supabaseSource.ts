import type { Opened } from '../pipeline/reading/opened.ts';
import { apply, type Change } from './changes.ts';
import { type Audio, type Fault, handedOut, type Source, SourceFault } from './source.ts';

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
    const { name, parameters } = toCall(change);
    const body = { recording: this.#place.recording, revision: opened.revision, token, ...parameters };
    const { revision } = await this.#call<{ revision: number }>(name, body);
    const isCorrection = change.kind === 'role' || change.kind === 'words';
    const stamp = { at: this.#access.now().toISOString(), by: opened.session.providerId ?? '', id: token };
    const after = { ...apply(opened, change, stamp), revision };
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

  #openPage(page: number): Promise<Opened> {
    return this.#call<Opened>('open_consultation', { recording: this.#place.recording, page });
  }

  async #call<Answer>(name: string, body: object): Promise<Answer> {
    const response = await this.#send(`${this.#place.url}/rest/v1/rpc/${name}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', apikey: this.#place.apiKey },
    });
    return answerOf<Answer>(response);
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

/** A change as the database takes it. */
function toCall(change: Change): { name: string; parameters: object } {
  switch (change.kind) {
    case 'codes':
      return { name: 'review_codes', parameters: { decisions: change.decisions } };
    case 'findings':
      return { name: 'review_findings', parameters: { decisions: change.decisions } };
    case 'role': {
      const { speaker, fromTurn, toTurn, role } = change;
      return { name: 'correct_role', parameters: { speaker, from_turn: fromTurn, to_turn: toTurn, role } };
    }
    case 'words': {
      const { turn, begin, end, was, becomes } = change;
      return { name: 'correct_words', parameters: { turn, begin, end, was, becomes } };
    }
    case 'withdraw':
      return { name: 'withdraw_correction', parameters: { correction: change.correction } };
    case 'sign':
      return { name: 'sign_consultation', parameters: {} };
  }
}

const faults: Readonly<Record<number, Fault>> = { 401: 'signedOut', 403: 'notYours', 409: 'stale' };

async function answerOf<Answer>(response: Response): Promise<Answer> {
  // A function that answers nothing has no body.
  if (response.status === 204) return undefined as Answer;
  if (response.ok) return (await response.json()) as Answer;
  throw new SourceFault(faults[response.status] ?? (response.status >= 500 ? 'offline' : 'refused'));
}
