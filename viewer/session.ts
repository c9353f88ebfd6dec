/** The messages between this page and the one that embeds or opened it. */
export const messages = { ready: 'medzen.ready', session: 'medzen.session' } as const;

/** What a session needs of the window. */
export interface Listening {
  onMessage: (listener: (event: Pick<MessageEvent, 'origin' | 'data'>) => void) => void;
  /** Whoever may hold the session: the page around this one, and the page that opened it. */
  holders: readonly { postMessage(message: unknown, targetOrigin: string): void }[];
}

/**
 * The user's own session, as the health record's page holds it. Its token comes by message from a configured origin, never
 * in an address, and a later message renews it.
 */
export class Session {
  #token: string | undefined;
  readonly #listeners = new Set<(token: string) => void>();
  readonly #waiting: ((token: string) => void)[] = [];

  constructor({ onMessage, holders }: Listening, origins: readonly string[]) {
    onMessage(({ origin, data }) => {
      const token = origins.includes(origin) ? tokenOf(data) : undefined;
      if (token !== undefined) this.#renew(token);
    });
    for (const holder of holders) {
      // The browser hands it to that origin alone, whoever else may be there.
      for (const origin of origins) holder.postMessage({ type: messages.ready }, origin);
    }
  }

  /** The token as it is now; waits for the first. */
  token(): Promise<string> {
    if (this.#token !== undefined) return Promise.resolve(this.#token);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Calls back with each token that takes the place of another. @returns what ends that */
  onToken(renewed: (token: string) => void): () => void {
    this.#listeners.add(renewed);
    return () => this.#listeners.delete(renewed);
  }

  #renew(token: string): void {
    const isAnother = this.#token !== undefined && this.#token !== token;
    this.#token = token;
    if (isAnother) for (const listener of this.#listeners) listener(token);
    for (const resolve of this.#waiting.splice(0)) resolve(token);
  }
}

function tokenOf(data: unknown): string | undefined {
  const { type, token } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  return type === messages.session && typeof token === 'string' && token !== '' ? token : undefined;
}
