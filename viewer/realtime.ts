/** The part of a WebSocket that is used here, and what it calls back. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  open: () => void;
  message: (data: unknown) => void;
  close: () => void;
}

/** What a line needs of its environment. */
export interface Environment {
  connect(address: string, on: SocketEvents): Socket;
  /** Calls back in so many milliseconds. @returns what calls it off */
  after(ms: number, then: () => void): () => void;
  /** The user's own token, as it is now. */
  token(): Promise<string>;
  /** Calls back with each token that takes the place of another. @returns what ends that */
  onToken(renewed: (token: string) => void): () => void;
  /** From 0 to below 1: pages that lost one server do not all come back at once. */
  random(): number;
}

/** What a line tells. */
export interface Hearing {
  /** From here on it hears everything; what came before it may have missed. */
  joined(): void;
  /** It hears nothing until it is joined again. */
  lost(): void;
  heard(event: string, payload: Record<string, unknown>): void;
}

const heartbeatMs = 25_000;
const firstRetryMs = 1000;
const longestRetryMs = 60_000;

/** Refusals that the same token would meet again. */
const final = /^(Unauthorized|InvalidJWT|MalformedJWT|JwtSign|TopicName|TenantNotFound|RealtimeDisabled|PrivateOnly)/;

type Frame = { topic: string; event: string; payload: Record<string, unknown>; ref: string | null };

/**
 * Listens on one private topic of Supabase's Realtime: the Phoenix protocol over a WebSocket, version 1.0.0 of its frames,
 * which are JSON (https://supabase.com/docs/guides/realtime/protocol). A lost socket comes back, at first after a second and
 * then ever later up to a minute; a refusal stays until there is another token. The token stands in messages, never in the
 * address.
 */
export class Line {
  readonly #address: string;
  readonly #topic: string;
  readonly #environment: Environment;
  readonly #hearing: Hearing;
  readonly #endTokens: () => void;
  #socket: Socket | undefined;
  #state: 'lost' | 'joining' | 'joined' = 'lost';
  #attempt = 0;
  #refs = 0;
  #joinRef = '';
  /** Of the heartbeat that was not answered yet. */
  #beat: string | undefined;
  #retryMs = firstRetryMs;
  #cancel = (): void => undefined;
  #isClosed = false;

  /** @param place the project's address and its public key, which opens nothing by itself */
  constructor(place: { url: string; apiKey: string; topic: string }, environment: Environment, hearing: Hearing) {
    const { url, apiKey, topic } = place;
    const query = new URLSearchParams({ apikey: apiKey, vsn: '1.0.0' });
    this.#address = `${url.replace(/^http/, 'ws')}/realtime/v1/websocket?${query.toString()}`;
    this.#topic = `realtime:${topic}`;
    this.#environment = environment;
    this.#hearing = hearing;
    this.#endTokens = environment.onToken((token) => this.#renew(token));
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    this.#endTokens();
    this.#drop();
  }

  #connect(): void {
    this.#cancel();
    this.#attempt += 1;
    const attempt = this.#attempt;
    // A socket that was given up says nothing any more.
    const isMine = () => attempt === this.#attempt;
    this.#socket = this.#environment.connect(this.#address, {
      open: () => void this.#join(isMine),
      message: (data) => {
        const frame = isMine() ? toFrame(data) : undefined;
        if (frame) this.#hear(frame);
      },
      close: () => {
        if (isMine()) this.#lose(false);
      },
    });
  }

  async #join(isMine: () => boolean): Promise<void> {
    const token = await this.#environment.token();
    if (!isMine()) return;
    this.#state = 'joining';
    const config = { private: true, broadcast: { ack: false, self: false }, presence: { enabled: false } };
    this.#joinRef = this.#send('phx_join', { config: { ...config, postgres_changes: [] }, access_token: token });
    this.#wait();
  }

  /** Sends heartbeats. One that is not answered until the next is due means that nobody is there any more. */
  #wait(): void {
    this.#cancel = this.#environment.after(heartbeatMs, () => {
      if (this.#beat !== undefined || this.#state === 'joining') return this.#lose(false);
      this.#beat = this.#send('heartbeat', {}, 'phoenix');
      this.#wait();
    });
  }

  #send(event: string, payload: object, topic = this.#topic): string {
    this.#refs += 1;
    const ref = `${this.#refs}`;
    const joinRef = topic === this.#topic ? { join_ref: event === 'phx_join' ? ref : this.#joinRef } : {};
    this.#socket?.send(JSON.stringify({ topic, event, payload, ref, ...joinRef }));
    return ref;
  }

  #hear({ topic, event, payload, ref }: Frame): void {
    if (event === 'phx_reply' && ref === this.#beat) this.#beat = undefined;
    if (topic !== this.#topic) return;
    if (event === 'phx_reply' && ref === this.#joinRef) this.#answered(payload);
    else if (event === 'phx_error' || event === 'phx_close') this.#lose(false);
    else if (event === 'broadcast' && this.#state === 'joined') {
      const { event: name, payload: told } = payload;
      if (typeof name === 'string' && isObject(told)) this.#hearing.heard(name, told);
    }
  }

  #answered({ status, response }: Record<string, unknown>): void {
    if (status !== 'ok') {
      const { reason } = isObject(response) ? response : {};
      return this.#lose(final.test(String(reason)));
    }
    this.#state = 'joined';
    this.#retryMs = firstRetryMs;
    this.#hearing.joined();
  }

  #renew(token: string): void {
    if (this.#state === 'joined') this.#send('access_token', { access_token: token });
    else if (this.#state === 'lost') {
      this.#drop();
      this.#connect();
    }
  }

  #lose(isFinal: boolean): void {
    if (this.#isClosed) return;
    this.#drop();
    this.#hearing.lost();
    if (isFinal) return;
    const ms = this.#retryMs * (0.5 + this.#environment.random());
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
    this.#cancel = this.#environment.after(ms, () => this.#connect());
  }

  #drop(): void {
    this.#cancel();
    this.#state = 'lost';
    this.#beat = undefined;
    this.#attempt += 1;
    this.#socket?.close();
    this.#socket = undefined;
  }
}

function toFrame(data: unknown): Frame | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const { topic, event, payload, ref } = JSON.parse(data) as Frame;
    return isObject(payload) ? { topic, event, payload, ref } : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
