import { uuidOf } from '../../local/replay/session.ts';
import type { Device } from '../../local/services/chime/device.ts';
import type { VirtualClock } from '../../local/services/clock.ts';
import { checkAnswer } from './answers.ts';
import type { TestStack } from './testStack.ts';

export type Person = 'provider' | 'patient' | 'other';

interface Entry {
  meeting: { MeetingId: string };
  attendee: { AttendeeId: string; JoinToken: string };
}

const minute = 60_000;

/** A visit by video on a stack whose clock jumps: what its people's apps ask for, through the HTTP API. */
export class Visit {
  readonly name: string;
  readonly #product: TestStack;

  constructor(product: TestStack, name: string) {
    this.#product = product;
    this.name = name;
  }

  /** Three people, two of whom have an appointment. */
  static async arrange(product: TestStack, name: string): Promise<Visit> {
    const visit = new Visit(product, name);
    const [provider, patient] = [visit.id('provider'), visit.id('patient')];
    await product.sql(`
      insert into public.users (id) values ('${provider}'), ('${patient}'), ('${visit.id('other')}');
      insert into public.appointments (id, provider_id, patient_id, status, video_enabled)
        values ('${visit.appointment}', '${provider}', '${patient}', 'confirmed', true)`);
    return visit;
  }

  id(person: Person): string {
    return uuidOf(this.name, person);
  }

  get appointment(): string {
    return uuidOf(this.name, 'appointment');
  }

  /** @param path of the HTTP API, or an address @throws Error with the answer, when it is a refusal */
  async ask<Answer>(person: Person, body: object, path = '/meetings'): Promise<Answer> {
    const { status, answer } = await this.request(person, body, path);
    if (status !== 200) throw new Error(`${JSON.stringify(body)}: ${status} ${JSON.stringify(answer)}`);
    return answer as Answer;
  }

  async request(person: Person, body: object, path = '/meetings', headers: Readonly<Record<string, string>> = {}) {
    const { stack } = this.#product;
    // Time skips on the stack and not in functions: the token outlives both.
    const seconds = Math.floor(Date.now() / 1000);
    const times = { iat: seconds - 60, exp: seconds + 30 * 86_400 };
    const token = stack.signJwt({ role: 'authenticated', sub: this.id(person), ...times });
    const response = await fetch(path.startsWith('/') ? `${stack.env['API_URL']}${path}` : path, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    checkAnswer({
      method: 'POST',
      path: new URL(response.url).pathname,
      asked: body,
      status: response.status,
      body: answer,
    });
    return { status: response.status, answer };
  }

  /** Both parties are in the meeting. No time passes meanwhile: a meeting in which nobody is ends. */
  async meet(): Promise<{ meetingId: string; devices: Device[] }> {
    const goOn = this.hold();
    try {
      const { appointment: appointmentId } = this;
      const created = await this.ask<Entry>('provider', { action: 'create', appointmentId });
      const meetingId = created.meeting.MeetingId;
      const joined = await this.ask<Entry>('patient', { action: 'join', meetingId });
      const { people } = this.#product.stack.chime;
      const devices = [created, joined].map(({ attendee }) => people.join(meetingId, attendee.JoinToken));
      return { meetingId, devices };
    } finally {
      goOn();
    }
  }

  hold(): () => void {
    return (this.#product.stack.clock as VirtualClock).hold();
  }

  /** Lets time pass until a sweep has just been. */
  async untilSwept(): Promise<void> {
    const { clock } = this.#product.stack;
    await clock.sleep(5 * minute - (clock.now() % (5 * minute)) + 1_000);
  }

  /** The row of the appointment's session. */
  async session(): Promise<Record<string, unknown> | undefined> {
    const rows = await this.#product.rows('video_call_sessions', 'appointment_id', this.appointment);
    return rows[0];
  }
}
