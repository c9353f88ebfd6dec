import type { JsonObject } from '../services/jsonService.ts';
import type { Stack } from '../stack/stack.ts';

/** How often an app asks again that is told to. */
const tries = 12;
const pauseMs = 5_000;

/** The door of the HTTP API, and the edge function behind the other one. */
const doors = {
  meetings: { path: '/meetings', edge: 'chime-meeting-token' },
  messaging: { path: '/messaging', edge: 'chime-messaging' },
} as const;
type Service = keyof typeof doors;
export type Door = 'lambda' | 'edge';

export interface Answer {
  status: number;
  body: JsonObject;
}

/** What asks the product in somebody's name, as long as it is told to ask again. */
export class App {
  readonly #stack: Stack;
  readonly #pass: (ms: number) => Promise<void>;

  /** @param pass lets time pass */
  constructor(stack: Stack, pass: (ms: number) => Promise<void>) {
    this.#stack = stack;
    this.#pass = pass;
  }

  /**
   * @param ways the doors that it goes through, one after the other
   * @returns undefined when it is told to ask again for as long as it asks
   */
  async ask(
    service: Service,
    userId: string,
    body: JsonObject,
    ways: readonly Door[] = ['lambda'],
  ): Promise<Answer | undefined> {
    for (let n = 0; n < tries; n += 1) {
      const door = ways[n % ways.length] ?? 'lambda';
      const answer = await this.#askOnce(service, door, this.#tokenOf(userId), JSON.stringify(body));
      // Asking again does not help whoever has no right to it, or comes too late.
      if (answer.status !== 429 && answer.status < 500) return answer;
      await this.#pass(pauseMs);
    }
    return undefined;
  }

  /** The functions' clock is ahead of the machine's, by which the edge functions go: a token is good for both. */
  #tokenOf(sub: string): string {
    const exp = Math.floor(this.#stack.clock.now() / 1000) + 3_600;
    return this.#stack.signJwt({ role: 'authenticated', sub, iat: Math.floor(Date.now() / 1000) - 60, exp });
  }

  async #askOnce(service: Service, door: Door, token: string, body: string): Promise<Answer> {
    const { path, edge } = doors[service];
    const headers = { authorization: `Bearer ${token}` };
    if (door === 'edge') {
      const url = `${this.#stack.env['SUPABASE_URL']}/functions/v1/${edge}`;
      const response = await fetch(url, { method: 'POST', headers, body });
      return { status: response.status, body: (await response.json()) as JsonObject };
    }
    const http = { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' };
    const answer = await this.#stack.lambda.invoke(service, {
      rawPath: path,
      rawQueryString: '',
      headers,
      requestContext: { domainName: 'api.example.org', http },
      isBase64Encoded: false,
      body,
    });
    const payload = 'payload' in answer ? answer.payload : {};
    const { statusCode = 500, body: text = '{}' } = payload as { statusCode?: number; body?: string };
    return { status: statusCode, body: JSON.parse(text) as JsonObject };
  }
}
