import { uuidOf } from '../replay/session.ts';
import type { Device } from '../services/chime/device.ts';
import type { JsonObject } from '../services/jsonService.ts';
import type { Stack } from '../stack/stack.ts';

/** The people of the visit. */
export const people = { provider: uuidOf('call', 'provider'), patient: uuidOf('call', 'patient') };
export type Who = keyof typeof people;

/** What the apps of provider and patient get as answers, as far as they use it here. */
interface Answer {
  code?: string;
  meeting?: { MeetingId: string; MediaRegion: string };
  attendee?: { AttendeeId: string; JoinToken: string };
  session?: { id: string };
  admitted?: boolean;
  consent?: { needed: boolean; text: string; textVersion: string };
}

/** A request of an app, and what it was answered. */
export interface Exchange {
  who: Who;
  door: Door;
  body: JsonObject;
  status: number;
  answer: Answer;
  ms: number;
}

/** Through which of the two doors an app comes: the HTTP API, or Supabase's edge function. */
type Door = 'api' | 'edge';

const doors: Readonly<Record<Door, { name: string; url: (env: Readonly<Record<string, string>>) => string }>> = {
  api: { name: 'POST /meetings', url: ({ API_URL }) => `${API_URL}/meetings` },
  edge: {
    name: 'POST /functions/v1/chime-meeting-token',
    url: ({ SUPABASE_URL }) => `${SUPABASE_URL}/functions/v1/chime-meeting-token`,
  },
};

/** The provider's app comes through one door, the patient's through the other. */
const doorOf: Readonly<Record<Who, Door>> = { provider: 'api', patient: 'edge' };

/** The two apps of a visit, whose requests are shown with what they were answered. */
export class Apps {
  readonly #stack: Stack;
  readonly #say: (line: string) => void;

  constructor(stack: Stack, say: (line: string) => void) {
    this.#stack = stack;
    this.#say = say;
  }

  async ask(who: Who, body: JsonObject): Promise<Exchange> {
    const now = Math.floor(Date.now() / 1000);
    // The stack's time is ahead of the machine's once people have talked.
    const claims = { role: 'authenticated', sub: people[who], iat: now - 60, exp: now + 7_200 };
    const door = doorOf[who];
    const begun = performance.now();
    const response = await fetch(doors[door].url(this.#stack.env), {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#stack.signJwt(claims)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Answer;
    const exchange = { who, door, body, status: response.status, answer, ms: performance.now() - begun };
    this.#say(toLine(exchange));
    return exchange;
  }

  /** A phone that goes into the meeting with what the answer gave it. */
  enter({ answer: { meeting, attendee } }: Exchange): Device {
    return this.#stack.chime.people.join(meeting?.MeetingId ?? '', attendee?.JoinToken ?? '');
  }
}

/** Ids are left out: those that matter are shown once. */
function toLine({ who, door, body: { action, ...fields }, status, answer, ms }: Exchange): string {
  const shown = Object.entries({ action, ...fields }).filter(([name]) => !name.endsWith('Id'));
  const asked = shown.map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ');
  const code = answer.code === undefined ? '' : ` ${answer.code}`;
  return `  ${who.padEnd(9)} ${doors[door].name.padEnd(38)}  ${asked.padEnd(24)}  ${status}${code}, ${Math.round(ms)} ms`;
}
