import type { Deployment } from '../replay/deployment.ts';
import type { JsonObject } from '../services/jsonService.ts';
import type { Stack } from '../stack/stack.ts';
import type { App, Door } from './app.ts';
import type { Who } from './callPlan.ts';
import type { ChatDeed } from './chatDeeds.ts';
import { atChimeOf, channelOf, chatRowsOf, type ChatTraces, type Change, type Read, type Sent } from './chatTraces.ts';
import type { Chaos } from './disturber.ts';
import { callNumber } from './harms.ts';
import { canary } from './meetings.ts';

/** So many minutes outlast all outages of a schedule. */
const minutesAtMost = 240;

export interface ChatOptions {
  stack: Stack;
  deployment: Deployment;
  chaos: Chaos;
  app: App;
  appointment: string;
  people: Readonly<Record<Who, string>>;
}

/** A chat of the people of a call, beside it. */
export class Chat {
  readonly #at: ChatOptions;
  readonly #sent: Sent[] = [];
  readonly #reads: Read[] = [];
  readonly #changes: Change[] = [];
  #channelId: string | undefined;

  constructor(options: ChatOptions) {
    this.#at = options;
  }

  async do(who: Who, does: ChatDeed): Promise<void> {
    const { people } = this.#at;
    // Whoever is no member opens no channel, and cannot know of it before.
    this.#channelId ??= who === 'third' ? undefined : await this.#open(people[who]);
    if (this.#channelId === undefined) return;
    // The database's clock does not skip: what waits is made older, and the schedule finds it.
    await this.#age();
    switch (does) {
      case 'writes':
        // Where the HTTP API does not answer, the app tries the edge function.
        return this.#write(people[who], [['lambda', 'edge']]);
      case 'writes twice':
        return this.#write(people[who], [['lambda'], ['edge']]);
      case 'reads':
        return this.#read(people[who]);
      case 'includes':
        return this.#change(true);
      case 'excludes':
        return this.#change(false);
    }
  }

  /** Lets minutes pass, as the schedule has them, until Chime knows everything. */
  async sweep(pass: (ms: number) => Promise<void>): Promise<void> {
    for (let n = 0; n < minutesAtMost && (await this.#waits()); n += 1) {
      await this.#age();
      await pass(60_000);
      const tick = { 'detail-type': 'Scheduled Event', source: 'aws.events' };
      await this.#at.stack.lambda.invoke('deliverMessages', tick);
    }
  }

  /** Everybody looks at it once more. @returns undefined where there was none */
  async traces(): Promise<ChatTraces | undefined> {
    const { stack, deployment, appointment, people } = this.#at;
    const channel = await channelOf(deployment, appointment);
    if (channel === undefined) return undefined;
    this.#channelId = String(channel['id']);
    for (const userId of Object.values(people)) await this.#read(userId);
    const rows = await chatRowsOf(deployment, this.#channelId);
    const atChime = atChimeOf(stack, String(channel['channel_arn']));
    return { ...rows, sent: this.#sent, reads: this.#reads, changes: this.#changes, atChime };
  }

  async #open(userId: string): Promise<string | undefined> {
    const { app, appointment, chaos } = this.#at;
    const answer = await app.ask('messaging', userId, { action: 'createChannel', appointmentId: appointment });
    const channelId = (answer?.body['channel'] as { channelId?: string } | undefined)?.channelId;
    if (channelId !== undefined) chaos.name(callNumber, channelId);
    return channelId;
  }

  async #write(userId: string, apps: readonly (readonly Door[])[]): Promise<void> {
    const clientToken = `token-${this.#sent.length}`;
    const text = `${canary}${this.#at.appointment.replaceAll(/[^a-f]/g, '')} ${this.#sent.length}`;
    const sent: Sent = { userId, clientToken, text, from: this.#now(), to: 0, messageIds: [], isRefused: false };
    this.#sent.push(sent);
    const body = { action: 'sendMessage', message: text, clientToken };
    const answers = await Promise.all(apps.map((ways) => this.#ask(userId, body, ways)));
    sent.to = this.#now();
    for (const answer of answers) {
      if (answer === undefined) continue;
      if (answer.status === 200) sent.messageIds.push((answer.body['message'] as { messageId: string }).messageId);
      else sent.isRefused = true;
    }
  }

  /** Page by page. What somebody is not told to the end is no look at it. */
  async #read(userId: string): Promise<void> {
    const from = this.#now();
    const messages: { messageId: string; text: string }[] = [];
    for (let nextToken: string | null | undefined; nextToken !== null; ) {
      const body = { action: 'listMessages', limit: 3, ...(nextToken !== undefined && { nextToken }) };
      const answer = await this.#ask(userId, body, ['lambda', 'edge']);
      if (answer === undefined) return;
      if (answer.status !== 200) return void this.#reads.push({ userId, from, to: this.#now(), messages: null });
      const page = answer.body as unknown as Page;
      messages.unshift(...page.messages.map(({ messageId, message: text }) => ({ messageId, text })).toReversed());
      ({ nextToken } = page);
    }
    this.#reads.push({ userId, from, to: this.#now(), messages });
  }

  async #change(isIn: boolean): Promise<void> {
    const { people } = this.#at;
    const change: Change = { isIn, askedAt: this.#now(), answeredAt: undefined };
    this.#changes.push(change);
    const body = { action: isIn ? 'addMember' : 'removeMember', userId: people.third };
    const answer = await this.#ask(people.provider, body, ['lambda', 'edge']);
    if (answer?.status === 200) change.answeredAt = this.#now();
  }

  #ask(userId: string, body: JsonObject, ways: readonly Door[]) {
    return this.#at.app.ask('messaging', userId, { channelId: this.#channelId ?? '', ...body }, ways);
  }

  #now(): number {
    return this.#at.stack.clock.now();
  }

  async #waits(): Promise<boolean> {
    const { deployment, appointment } = this.#at;
    const channel = await channelOf(deployment, appointment);
    if (channel === undefined) return false;
    const { messages, members } = await chatRowsOf(deployment, String(channel['id']));
    const isHeld = members.some((row) => row['unsettled_at'] !== null && channel['channel_arn'] !== null);
    return isHeld || messages.some(({ state }) => state === 'accepted' || state === 'sent');
  }

  async #age(): Promise<void> {
    const { stack, appointment } = this.#at;
    const own = `channel_id in (select id from public.chime_messaging_channels where appointment_id = '${appointment}')`;
    await stack.sql(`
      update public.chime_messages set changed_at = changed_at - interval '1 minute', tried_at = tried_at - interval '1 minute'
        where ${own};
      update public.chime_channel_members set unsettled_at = unsettled_at - interval '1 minute',
        tried_at = tried_at - interval '1 minute' where ${own}`);
  }
}

interface Page {
  messages: { messageId: string; message: string }[];
  nextToken: string | null;
}
