import { ChimeSDKMeetingsClient, DeleteMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { makeAppointment } from '../keep/appointment.ts';
import type { Device } from '../services/chime/device.ts';
import type { VirtualClock } from '../services/clock.ts';
import type { JsonObject } from '../services/jsonService.ts';
import type { Deployment } from '../replay/deployment.ts';
import { uuidOf } from '../replay/session.ts';
import type { Stack } from '../stack/stack.ts';
import { App } from './app.ts';
import { openIn } from './callChecks.ts';
import type { Act, CallPlan, Who } from './callPlan.ts';
import { type CallTraces, meetingsOf, pipelinesOf, rowsOf, type Said, truthOf } from './callTraces.ts';
import { Chat } from './chat.ts';
import { isOfChat } from './chatDeeds.ts';
import type { Chaos } from './disturber.ts';
import { callNumber } from './harms.ts';

const sweepMs = 5 * 60_000;
/** As many sweeps as fit into the longest outage, three joinings that never end, and an hour. */
const sweepsAtMost = 130;

const decisions = { agrees: 'given', refuses: 'refused', withdraws: 'withdrawn' } as const;

interface Entry {
  meeting: { MeetingId: string };
  attendee: { JoinToken: string };
}

/** A call of two or three people that is held, and recorded, while recordings are worked on. */
export class Call {
  readonly #stack: Stack;
  readonly #deployment: Deployment;
  readonly #chaos: Chaos;
  readonly #plan: CallPlan;
  readonly #appointment: string;
  readonly #people: Readonly<Record<Who, string>>;
  readonly #app: App;
  readonly #chat: Chat;
  readonly #entries = new Map<Who, Entry>();
  readonly #devices = new Map<Who, Device>();
  readonly #said: Said[] = [];
  readonly #endsAskedAt: number[] = [];
  readonly #lost: string[] = [];
  /** The newest one that anybody was told of. */
  #meetingId: string | undefined;
  #goOn: () => void;
  /** How many wait for time to pass. */
  #passing = 0;

  constructor(stack: Stack, deployment: Deployment, chaos: Chaos, { name, plan }: { name: string; plan: CallPlan }) {
    this.#stack = stack;
    this.#deployment = deployment;
    this.#chaos = chaos;
    this.#plan = plan;
    this.#appointment = uuidOf(name, 'call');
    const [provider, patient, third] = ['provider', 'patient', 'third'].map((who) =>
      uuidOf(name, `${who} of the call`),
    );
    this.#people = { provider: provider ?? '', patient: patient ?? '', third: third ?? '' };
    chaos.name(callNumber, this.#appointment);
    this.#app = new App(stack, (ms) => this.#pass(ms));
    const of = { appointment: this.#appointment, people: this.#people, app: this.#app };
    this.#chat = new Chat({ stack, deployment, chaos, ...of });
    // Time passes between the acts and not beside them.
    this.#goOn = (stack.clock as VirtualClock).hold();
  }

  /** Everybody does what the plan says. What is refused stays so, and at last nobody is there. */
  async hold(): Promise<void> {
    await this.#seed();
    for (const act of this.#plan.acts) {
      await this.#do(act);
      await this.#pass(act.seconds * 1_000);
    }
    for (const device of this.#devices.values()) device.leave();
    this.#goOn();
  }

  /** Sweeps every five minutes, as the schedule does, until nothing of the call is open. */
  async sweep(): Promise<void> {
    this.#goOn = (this.#stack.clock as VirtualClock).hold();
    for (let n = 0; n < sweepsAtMost && (await this.#isOpen()); n += 1) {
      await this.#pass(sweepMs);
      await this.#stack.lambda.invoke('sweepMeetings', { 'detail-type': 'Scheduled Event', source: 'aws.events' });
    }
    await this.#chat.sweep((ms) => this.#pass(ms));
    this.#goOn();
  }

  async traces(): Promise<CallTraces> {
    const rows = await rowsOf(this.#deployment, this.#appointment);
    const truth: CallTraces['truth'] = [];
    for (const meeting of meetingsOf(this.#stack, rows.sessions)) {
      truth.push(await truthOf(this.#stack, this.#deployment, meeting));
    }
    const [plan, people, said, lost] = [this.#plan, this.#people, this.#said, this.#lost];
    const chat = await this.#chat.traces();
    this.#goOn();
    return { ...rows, plan, people, said, lost, endsAskedAt: this.#endsAskedAt, truth, ...(chat && { chat }) };
  }

  async #isOpen(): Promise<boolean> {
    const rows = await rowsOf(this.#deployment, this.#appointment);
    const truth = meetingsOf(this.#stack, rows.sessions).map((meeting) => ({
      ...meeting,
      pipelines: pipelinesOf(this.#stack, meeting.id),
    }));
    return openIn({ ...rows, truth }).length > 0;
  }

  async #do({ who, does }: Act): Promise<void> {
    if (isOfChat(does)) return this.#chat.do(who, does);
    const device = this.#devices.get(who);
    switch (does) {
      case 'asks':
        return void (await this.#asksFor(who));
      case 'enters':
        return this.#enters(who);
      case 'admits':
        for (const guest of ['patient', 'third'] as const) {
          if (this.#entries.has(guest)) await this.#ask('provider', { action: 'admit', userId: this.#people[guest] });
        }
        return;
      case 'agrees':
      case 'refuses':
      case 'withdraws':
        return this.#says(who, decisions[does]);
      case 'drops':
        return device?.drop();
      case 'leaves':
        return device?.leave();
      case 'returns':
        return this.#returns(who);
      case 'loses the meeting':
        return this.#loseMeeting();
      case 'ends':
        if (this.#meetingId === undefined) return;
        this.#endsAskedAt.push(this.#stack.clock.now());
        return void (await this.#ask(who, { action: 'end' }));
      case 'stays':
    }
  }

  async #asksFor(who: Who): Promise<Entry | undefined> {
    const opens = { action: 'create', appointmentId: this.#appointment };
    if (who === 'third') {
      if (this.#meetingId === undefined) return undefined;
      await this.#ask('provider', { action: 'batch-join', userIds: [this.#people.third] });
    }
    const entry = (await this.#ask(who, who === 'third' ? { action: 'join' } : opens)) as Entry | undefined;
    if (!entry) return undefined;
    const { MeetingId: meetingId } = entry.meeting;
    this.#chaos.name(callNumber, meetingId);
    // The pipelines of the first meeting go wrong.
    if (this.#meetingId === undefined) {
      for (const spoil of this.#plan.spoils) this.#stack.chime.pipelines.spoil({ ...spoil, meetingId });
    }
    this.#meetingId = meetingId;
    this.#entries.set(who, entry);
    return entry;
  }

  async #enters(who: Who): Promise<void> {
    const entry = this.#entries.get(who) ?? (await this.#asksFor(who));
    if (!entry) return;
    try {
      const device = this.#stack.chime.people.join(entry.meeting.MeetingId, entry.attendee.JoinToken);
      this.#devices.set(who, device);
    } catch {
      // It has ended meanwhile: whoever asks again is told of another one.
      this.#entries.delete(who);
    }
  }

  async #returns(who: Who): Promise<void> {
    // Whoever was never there does not return.
    if (!this.#entries.has(who)) return;
    const device = this.#devices.get(who);
    try {
      if (device?.state === 'lost' || device?.state === 'dropped') return device.reconnect();
    } catch {
      // There is nothing to come back to.
    }
    await this.#asksFor(who);
    await this.#enters(who);
  }

  async #says(who: Who, decision: Said['decision']): Promise<void> {
    const meetingId = this.#entries.get(who)?.meeting.MeetingId;
    if (meetingId === undefined) return;
    const said: Said = {
      userId: this.#people[who],
      meetingId,
      decision,
      sentAt: this.#stack.clock.now(),
      answeredAt: undefined,
    };
    this.#said.push(said);
    const answer = await this.#ask(who, { action: 'consent', meetingId, decision, textVersion: newestConsentVersion });
    if (answer) said.answeredAt = this.#stack.clock.now();
  }

  /** As Chime ends one by itself. */
  async #loseMeeting(): Promise<void> {
    if (this.#meetingId === undefined) return;
    const { AWS_ENDPOINT_URL: endpoint = '' } = this.#stack.env;
    const region = meetingsOf(this.#stack, await this.#sessions()).find(({ id }) => id === this.#meetingId)?.region;
    if (region === undefined) return;
    this.#lost.push(this.#meetingId);
    const credentials = { accessKeyId: 'chime', secretAccessKey: 'chime' };
    const chime = new ChimeSDKMeetingsClient({ endpoint, region, credentials });
    await chime.send(new DeleteMeetingCommand({ MeetingId: this.#meetingId }));
    chime.destroy();
  }

  async #sessions() {
    return (await rowsOf(this.#deployment, this.#appointment)).sessions;
  }

  /** @returns the answer of a request that was granted; undefined for one that is refused, or never answered */
  async #ask(who: Who, body: JsonObject): Promise<unknown> {
    const meetingId = this.#meetingId === undefined ? {} : { meetingId: this.#meetingId };
    const answer = await this.#app.ask('meetings', this.#people[who], { ...meetingId, ...body });
    return answer?.status === 200 ? answer.body : undefined;
  }

  async #pass(ms: number): Promise<void> {
    this.#passing += 1;
    this.#goOn();
    await this.#stack.clock.sleep(ms);
    this.#passing -= 1;
    // Somebody else may wait as well, for longer.
    if (this.#passing === 0) this.#goOn = (this.#stack.clock as VirtualClock).hold();
  }

  async #seed(): Promise<void> {
    const { supabase } = this.#deployment;
    await makeAppointment(supabase, this.#people, this.#appointment);
    const { error } = await supabase.from('users').upsert([{ id: this.#people.third }], { onConflict: 'id' });
    if (error) throw new Error(`users: ${error.message}`);
  }
}
