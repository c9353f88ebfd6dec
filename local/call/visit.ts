import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { toClock } from '../../pipeline/reading/clock.ts';
import type { Dialogue } from '../cases/dialogue.ts';
import { makeAppointment } from '../keep/appointment.ts';
import type { Deployment } from '../replay/deployment.ts';
import { wrapped } from '../replay/outcomeLines.ts';
import { uuidOf } from '../replay/session.ts';
import { type Device, statusCodes } from '../services/chime/device.ts';
import type { VirtualClock } from '../services/clock.ts';
import type { JsonObject } from '../services/jsonService.ts';
import type { Stack } from '../stack/stack.ts';
import { Apps, type Exchange, people, type Who } from './apps.ts';
import { Pace } from './pace.ts';
import type { Talk } from './talk.ts';

export interface VisitOptions {
  stack: Stack;
  deployment: Deployment;
  clock: VirtualClock;
  talk: Talk;
  /** What the two say to each other: speakers `clinician` and `patient`. */
  dialogue: Dialogue;
  say: (line: string) => void;
}

export interface Visit {
  sessionId: string;
  meetingId: string;
  /** Everything was answered as it should be. */
  isRight: boolean;
}

const appointment = uuidOf('call', 'appointment');

/**
 * Two people meet on the stack as their apps would have them meet, agree to be recorded, and talk; the patient waits until
 * the provider lets her in, drops out and comes back, and the provider ends the visit. Every request is said with its
 * answer.
 */
export async function holdVisit(options: VisitOptions): Promise<Visit> {
  await makeAppointment(options.deployment.supabase, people, appointment);
  using pace = new Pace(options.clock);
  const play = new Play(options, pace);
  await play.meet();
  await play.agree();
  await play.talk();
  await play.end();
  return play.visit;
}

class Play {
  readonly #options: VisitOptions;
  readonly #apps: Apps;
  readonly #pace: Pace;
  readonly #phones = new Map<Who, Device>();
  readonly visit: Visit = { sessionId: '', meetingId: '', isRight: true };

  constructor(options: VisitOptions, pace: Pace) {
    this.#options = options;
    this.#apps = new Apps(options.stack, options.say);
    this.#pace = pace;
  }

  async meet(): Promise<void> {
    const { say } = this.#options;
    const { visit } = this;
    say('They meet');
    const created = await this.#ask('provider', { action: 'create', appointmentId: appointment });
    const { MeetingId: meetingId = '', MediaRegion: region } = created.answer.meeting ?? {};
    Object.assign(visit, { meetingId, sessionId: created.answer.session?.id });
    say(`    session ${visit.sessionId}, meeting ${meetingId} in ${region}`);
    this.#phones.set('provider', this.#apps.enter(created));
    const joined = await this.#ask('patient', { action: 'create', appointmentId: appointment });
    const phone = this.#apps.enter(joined);
    this.#phones.set('patient', phone);
    const isSame = joined.answer.meeting?.MeetingId === meetingId;
    this.#check('the same meeting, in which the patient waits and neither hears nor is heard', isSame && !flows(phone));
    await this.#ask('provider', { action: 'admit', userId: people.patient });
    this.#check('admitted, the patient hears and is heard', flows(phone));
    const { text = '', textVersion = '' } = joined.answer.consent ?? {};
    const begin = text.split('\n').filter(Boolean).slice(0, 2).join(' ');
    say('\nThey agree to be recorded');
    for (const line of wrapped(`version ${textVersion}: "${begin} …"`, '    ')) say(line);
  }

  async agree(): Promise<void> {
    for (const who of ['patient', 'provider'] as const) {
      await this.#ask(who, { action: 'consent', decision: 'given', textVersion: newestConsentVersion });
    }
    const { pipelines } = this.#options.stack.chime;
    const isRecorded = () =>
      pipelines
        .all()
        .some((one) => 'meetingId' in one && one.meetingId === this.visit.meetingId && one.status === 'InProgress');
    this.#check('it is recorded, now that both have agreed', await this.#pace.until(isRecorded));
  }

  async talk(): Promise<void> {
    const { dialogue, say } = this.#options;
    const middle = Math.floor(dialogue.utterances.length / 2);
    say('\nThey talk');
    say(`    for ${toClock(await this.#say({ to: middle }))}; then the patient loses the network`);
    const before = this.#phones.get('patient');
    before?.drop();
    this.#check('Chime notices', await this.#untilPresent(1));
    const back = await this.#ask('patient', { action: 'join' });
    this.#phones.set('patient', this.#apps.enter(back));
    const { attendee, admitted, consent } = back.answer;
    const isSame = attendee?.AttendeeId === before?.attendee.id && admitted === true && consent?.needed === false;
    this.#check('the same attendee, who need not be admitted or asked again', isSame);
    await this.#untilPresent(2);
    say(`    and for another ${toClock(await this.#say({ from: middle }))}`);
  }

  async end(): Promise<void> {
    this.#options.say('\nThe provider ends the visit');
    await this.#ask('provider', { action: 'end' });
    const codes = await Promise.all([...this.#phones.values()].map(({ ended }) => ended));
    const areTold = codes.every((code) => code === statusCodes.meetingEnded);
    this.#check('both apps are told that the meeting has ended', areTold);
    await this.#ask('patient', { action: 'join' }, 409);
  }

  async #ask(who: Who, body: JsonObject, wanted = 200): Promise<Exchange> {
    const { meetingId } = this.visit;
    const exchange = await this.#apps.ask(who, meetingId === '' ? body : { meetingId, ...body });
    this.visit.isRight &&= exchange.status === wanted;
    return exchange;
  }

  #check(what: string, isSo: boolean): void {
    this.visit.isRight &&= isSo;
    this.#options.say(`    ${what}: ${isSo ? 'yes' : 'NO'}`);
  }

  /** Says these lines, and lets the time pass that it takes. */
  async #say(lines: { from?: number; to?: number }): Promise<number> {
    const idOf = (who: Who) => this.#phones.get(who)?.attendee.id ?? '';
    const voices = { clinician: idOf('provider'), patient: idOf('patient') };
    const ms = await this.#options.talk.say(this.visit.meetingId, this.#options.dialogue, voices, lines);
    await this.#pace.pass(ms);
    return ms;
  }

  /** Chime tells who comes and goes a moment later. */
  #untilPresent(count: number): Promise<boolean> {
    return this.#pace.until(async () => (await present(this.#options.deployment, this.visit.sessionId)) === count);
  }
}

const flows = (device: Device) => device.can('Audio', 'Send') || device.can('Audio', 'Receive');

/** How many people Chime has told to be there. */
async function present({ supabase }: Deployment, sessionId: string): Promise<number> {
  const query = supabase.from('call_presence').select('user_id').eq('session_id', sessionId);
  const { data, error } = await query.is('left_at', null);
  if (error) throw new Error(`call_presence: ${error.message}`);
  return data.length;
}
