import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../jsonService.ts';
import { type QueueAttributes, redrivePolicy, retentionMs } from './attributes.ts';
import type { Message } from './message.ts';

const IN_FLIGHT_LIMIT = 120_000;

/** The part of a queue that survives a restart. */
export interface QueueState {
  name: string;
  attributes: QueueAttributes;
  createdAt: number;
  messages: Message[];
}

export interface Received {
  message: Readonly<Message>;
  /** Valid for this receive only: after the next one it deletes nothing. */
  receiptHandle: string;
}

export interface QueueOptions {
  arn: string;
  clock: Clock;
  state: QueueState;
  /** Finds the queue that a redrive policy names. */
  find: (arn: string) => Queue | undefined;
  /** Resolves once everything that has happened so far is on disk. */
  saved: () => Promise<void>;
}

/**
 * A standard queue: it delivers at least once and promises no order. Its changes are synchronous: nothing comes in
 * between.
 */
export class Queue {
  readonly arn: string;
  readonly state: QueueState;
  readonly saved: () => Promise<void>;
  readonly #clock: Clock;
  readonly #find: QueueOptions['find'];
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor({ arn, clock, state, find, saved }: QueueOptions) {
    this.arn = arn;
    this.state = state;
    this.saved = saved;
    this.#clock = clock;
    this.#find = find;
  }

  get visibilityTimeoutMs(): number {
    return Number(this.state.attributes['VisibilityTimeout']) * 1000;
  }

  send(body: string, senderId: string): Message {
    const now = this.#clock.now();
    const message = { id: randomUUID(), body, senderId, sentAt: now, visibleAt: now, receives: 0 };
    this.#take(message);
    return message;
  }

  /**
   * Receives up to `max` visible messages, which are invisible to others from now on. A message that was received too
   * often goes to its dead-letter queue instead.
   *
   * @param invisibleMs for how long, if not for as long as the queue's own attribute says
   */
  receive(max: number, invisibleMs = this.visibilityTimeoutMs): Received[] {
    const now = this.#clock.now();
    if (this.counts().notVisible + max > IN_FLIGHT_LIMIT) {
      throw new ServiceError('OverLimit', `more than ${IN_FLIGHT_LIMIT} messages would be in flight`);
    }
    const received: Received[] = [];
    for (const message of this.#live()) {
      if (received.length === max) break;
      if (message.visibleAt > now || this.#redrive(message)) continue;
      message.receives += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + invisibleMs;
      received.push({ message: { ...message }, receiptHandle: handleOf(message) });
    }
    return received;
  }

  /** Deleting a message that is gone, or that was received again since, does nothing. Throws ReceiptHandleIsInvalid. */
  delete(receiptHandle: string): void {
    const message = this.#holder(receiptHandle);
    if (!message) return;
    this.state.messages = this.state.messages.filter((other) => other !== message);
    this.#changed();
  }

  counts(): { visible: number; notVisible: number } {
    const now = this.#clock.now();
    const messages = this.#live();
    const visible = messages.filter((message) => message.visibleAt <= now).length;
    return { visible, notVisible: messages.length - visible };
  }

  /**
   * Resolves when the queue has changed or a message becomes visible; rejects with the signal's reason. Sleeps on the
   * clock only if there is something to wait for.
   */
  async wait(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const due = this.#live().reduce((first, message) => Math.min(first, message.visibleAt), Number.POSITIVE_INFINITY);
    if (due <= now) return;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const waits: Promise<unknown>[] = [once(this.#changes, 'change', { signal: either })];
    if (Number.isFinite(due)) waits.push(this.#clock.sleep(due - now, either));
    try {
      await Promise.race(waits);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      over.abort();
    }
  }

  #take(message: Message): void {
    this.state.messages.push(message);
    this.#changed();
  }

  /**
   * Moves a message that was received as often as its policy allows, and says whether it did. The message keeps its age
   * and its count.
   */
  #redrive(message: Message): boolean {
    const policy = redrivePolicy(this.state.attributes);
    const target = policy && message.receives >= policy.maxReceiveCount && this.#find(policy.deadLetterTargetArn);
    if (!target) return false;
    this.state.messages = this.state.messages.filter((other) => other !== message);
    target.#take({ ...message, deadLetterSource: this.arn });
    return true;
  }

  /** The messages whose retention has not ended; the others are forgotten here. */
  #live(): Message[] {
    const oldest = this.#clock.now() - retentionMs(this.state.attributes);
    if (this.state.messages.some((message) => message.sentAt <= oldest)) {
      this.state.messages = this.state.messages.filter((message) => message.sentAt > oldest);
    }
    return this.state.messages;
  }

  #holder(receiptHandle: string): Message | undefined {
    const [id, receives] = Buffer.from(receiptHandle, 'base64').toString().split(' ');
    if (!id || !receives) {
      throw new ServiceError('ReceiptHandleIsInvalid', `The input receipt handle "${receiptHandle}" is not valid.`);
    }
    return this.#live().find((message) => message.id === id && String(message.receives) === receives);
  }

  #changed(): void {
    this.#changes.emit('change');
  }
}

function handleOf({ id, receives }: Message): string {
  return Buffer.from(`${id} ${receives}`).toString('base64');
}
