import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../jsonService.ts';
import { TokenBucket } from '../tokenBucket.ts';
import type { Target } from './rule.ts';

/** An address over HTTP that a rule may send events to, with the headers of its connection. */
export interface ApiDestination {
  arn: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** How many events a second are sent; more wait. */
  perSecond: number;
}

export interface ApiDestinationsOptions {
  clock: Clock;
  /** By ARN, once their addresses are known. */
  find: (arn: string) => ApiDestination | undefined;
  /** Puts what was given up into a queue. */
  giveUp: (queueArn: string, body: string) => Promise<void>;
  onBroken: (error: unknown) => void;
  /** How long an answer may take, in milliseconds of real time: as on the service unless a test is in a hurry. */
  limitMs?: number;
}

const longestMs = 5_000;
/** What a target has that says nothing of it. */
const usual = { seconds: 86_400, attempts: 185 };
/** Not documented: so doubled and so bounded, 185 attempts take a day. */
const [firstWaitMs, longestWaitMs] = [1_000, 480_000];

const own = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Amazon/EventBridge/ApiDestinations' };

/** One request and no more: by its own rules, `fetch` would send some again. */
async function post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal) {
  const sent = request(url, { method: 'POST', headers, signal, agent: false });
  sent.on('error', () => undefined);
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  sent.end(body);
  const [response] = await answered;
  // Its content is nobody's.
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
}

/** Sends events over HTTP, each until it is taken, refused for good, or too old. */
export function createApiDestinations({ clock, find, limitMs = longestMs, ...options }: ApiDestinationsOptions) {
  const closing = new AbortController();
  const buckets = new Map<string, TokenBucket>();

  const take = async ({ arn, perSecond }: ApiDestination) => {
    const bucket = buckets.get(arn) ?? new TokenBucket(clock, perSecond);
    buckets.set(arn, bucket);
    while (!bucket.has()) await clock.sleep(1_000 / perSecond, closing.signal);
    bucket.take();
  };

  /** What became of one attempt: for how many milliseconds to wait before the next, unless it was the last. */
  const attempt = async ({ url, headers }: ApiDestination, body: string): Promise<'taken' | 'refused' | number> => {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(limitMs)]);
    const answer = await post(url, { ...own, ...headers }, body, signal).catch(() => undefined);
    if (!answer) return 0;
    const { status, retryAfter } = answer;
    if (status >= 200 && status < 300) return 'taken';
    return status === 409 || status === 429 || status >= 500 ? 1_000 * (Number(retryAfter) || 0) : 'refused';
  };

  const deliver = async ({ arn, deadLetterArn, retries = usual }: Target, body: string): Promise<void> => {
    const destination = find(arn);
    if (!destination) throw new Error(`eventBridge: there is no API destination ${arn}`);
    const until = clock.now() + retries.seconds * 1_000;
    for (let tries = 0, waitMs = firstWaitMs; ; tries += 1, waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      await take(destination);
      const outcome = await clock.busy(attempt(destination, body));
      if (outcome === 'taken' || closing.signal.aborted) return;
      const ms = outcome === 'refused' ? Infinity : Math.max(outcome, waitMs);
      if (tries >= retries.attempts || clock.now() + ms > until) break;
      await clock.sleep(ms, closing.signal);
    }
    if (deadLetterArn === undefined) console.error(`An event is lost: its target ${arn} did not take it`);
    else await options.giveUp(deadLetterArn, body);
  };

  return {
    /** Sees to an event by itself: nobody waits for whoever is called. */
    send(target: Target, body: string): void {
      deliver(target, body).catch((error: unknown) => {
        if (!closing.signal.aborted) options.onBroken(error);
      });
    },
    close: () => closing.abort(),
  };
}

export const isApiDestination = (arn: string): boolean =>
  /^arn:[\w-]+:events:[\w-]+:\d{12}:api-destination\//.test(arn);

/** What the service refuses of a target over HTTP. @throws ServiceError */
export function checkTarget({ arn, roleArn, retries }: Target): void {
  const refuse = (what: string) => {
    throw new ServiceError('ValidationException', `The target ${arn} ${what}.`);
  };
  if (isApiDestination(arn) && roleArn === undefined) refuse('needs a RoleArn');
  if (!retries) return;
  const { seconds, attempts } = retries;
  if (seconds < 60 || seconds > usual.seconds) refuse('has a MaximumEventAgeInSeconds that is not from 60 to 86400');
  if (attempts < 0 || attempts > usual.attempts) refuse('has MaximumRetryAttempts that are not from 0 to 185');
}
