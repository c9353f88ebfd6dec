import type { SupabaseClient } from '@supabase/supabase-js';
import { uuidOf } from '../replay/session.ts';
import type { Device } from '../services/chime/device.ts';
import type { JsonObject } from '../services/jsonService.ts';
import type { Stack } from '../stack/stack.ts';

/** What the apps of provider and patient get as answers, as far as they use it here. */
interface Answer {
  code?: string;
  meeting?: { MeetingId: string; MediaRegion: string };
  attendee?: { AttendeeId: string; JoinToken: string; Capabilities: { Audio: string; Video: string } };
  session?: { id: string };
  admitted?: boolean;
  seconds?: number;
  present?: { role: string }[];
  waiting?: string[];
}

/** A request of an app, and what it was answered. */
export interface Exchange {
  who: string;
  door: string;
  body: JsonObject;
  status: number;
  answer: Answer;
  ms: number;
}

export interface VisitOptions {
  stack: Stack;
  supabase: SupabaseClient;
  say: (line: string) => void;
  /** Waits so many milliseconds of real time. */
  wait: (ms: number) => Promise<void>;
}

const people = { provider: uuidOf('call', 'provider'), patient: uuidOf('call', 'patient') };
const appointment = uuidOf('call', 'appointment');
/** How long the people of the example talk, and how long they wait for what Chime reports. */
const talkMs = 1_500;
const pollMs = 50;
const pollsAtMost = 200;

/**
 * Two people meet on the stack as their apps would have them meet, and every request is said with its answer: the patient
 * waits until she is admitted, drops out and comes back, and the provider ends the visit.
 * @returns whether everything was answered as it should be
 */
export async function holdVisit({ stack, supabase, say, wait }: VisitOptions): Promise<boolean> {
  await seed(supabase);
  const app = (who: keyof typeof people, door: Door) => async (body: JsonObject) => {
    const exchange = await ask(stack, who, door, body);
    say(`\n${toLine(exchange)}`);
    return exchange;
  };
  const [provider, patient] = [app('provider', 'api'), app('patient', 'edge')];
  const created = await provider({ action: 'create', appointmentId: appointment });
  const { MeetingId: meetingId = '', MediaRegion: region } = created.answer.meeting ?? {};
  const sessionId = created.answer.session?.id ?? '';
  say(`  the room ${meetingId} is in ${region}; the visit is session ${sessionId}`);
  const providersPhone = enter(stack, created.answer);

  const joined = await patient({ action: 'create', appointmentId: appointment });
  say(`  the same room: ${joined.answer.meeting?.MeetingId === meetingId ? 'yes' : 'NO'}`);
  let phone = enter(stack, joined.answer);
  say(`  in the waiting room: ${flows(phone)}`);
  await provider({ action: 'admit', meetingId, userId: people.patient });
  say(`  admitted: ${flows(phone)}`);
  const there = await untilPresent(2);
  await wait(talkMs);

  phone.drop();
  say('\nThe patient loses the network.');
  await untilPresent(1);
  const back = await patient({ action: 'join', meetingId });
  const isSame = back.answer.attendee?.AttendeeId === joined.answer.attendee?.AttendeeId;
  say(`  the same attendee, who need not be admitted again: ${isSame && back.answer.admitted === true ? 'yes' : 'NO'}`);
  phone = enter(stack, back.answer);
  await untilPresent(2);
  await wait(talkMs);

  const ended = await provider({ action: 'end', meetingId });
  const codes = await Promise.all([providersPhone.ended, phone.ended]);
  say(`  both apps are told that the meeting has ended (status ${codes.join(' and ')})`);
  const late = await patient({ action: 'join', meetingId });
  say('\nWhat the health record has of it:');
  await sayRecord(supabase, sessionId, say);
  const isGranted = [created, joined, back, ended].every(({ status }) => status === 200);
  return isGranted && there && isSame && late.status === 409;

  /** Chime reports who comes and goes a moment later. */
  async function untilPresent(count: number): Promise<boolean> {
    for (let n = 0; n < pollsAtMost; n += 1) {
      const { answer } = await ask(stack, 'provider', 'api', { action: 'status', meetingId });
      if (answer.present?.length === count) {
        say(`  present: ${answer.present.map(({ role }) => role).join(', ')}`);
        return true;
      }
      await wait(pollMs);
    }
    say(`  Chime did not report that ${count} are present`);
    return false;
  }
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

async function ask(stack: Stack, who: keyof typeof people, door: Door, body: JsonObject): Promise<Exchange> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { role: 'authenticated', sub: people[who], iat: now - 60, exp: now + 3_600 };
  const begun = performance.now();
  const response = await fetch(doors[door].url(stack.env), {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.signJwt(claims)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Answer;
  return { who, door: doors[door].name, body, status: response.status, answer, ms: performance.now() - begun };
}

function toLine({ who, door, body, status, answer, ms }: Exchange): string {
  const code = answer.code === undefined ? '' : ` ${answer.code}`;
  return `${who}: ${door} ${JSON.stringify(body)}\n  ${status}${code}, after ${Math.round(ms)} ms`;
}

function enter(stack: Stack, { meeting, attendee }: Answer): Device {
  return stack.chime.people.join(meeting?.MeetingId ?? '', attendee?.JoinToken ?? '');
}

function flows(device: Device): string {
  const can = device.can('Audio', 'Send') || device.can('Audio', 'Receive');
  return can ? 'the patient hears and is heard' : 'the patient neither hears nor is heard';
}

async function seed(supabase: SupabaseClient): Promise<void> {
  const users = Object.values(people).map((id) => ({ id }));
  const { provider: provider_id, patient: patient_id } = people;
  const row = { id: appointment, provider_id, patient_id, status: 'scheduled', video_enabled: true };
  const written = [
    await supabase.from('users').upsert(users, { onConflict: 'id' }),
    await supabase.from('appointments').upsert([row], { onConflict: 'id' }),
  ];
  for (const { error } of written) if (error) throw new Error(error.message);
}

async function sayRecord(supabase: SupabaseClient, sessionId: string, say: (line: string) => void): Promise<void> {
  const of = async (table: string, column: string) => {
    const { data, error } = await supabase.from(table).select('*').eq(column, sessionId);
    if (error) throw new Error(`${table}: ${error.message}`);
    return data as Row[];
  };
  for (const session of await of('video_call_sessions', 'id')) {
    const by = session.ended_by === people.provider ? 'the provider' : 'nobody';
    say(
      `  session: ${session.status}, ended by ${by}, ${session.duration_seconds} s long, in ${session.media_region};`,
    );
    say(`    ${session.total_participants} people, ${session.max_participants_reached} of them at once`);
  }
  const participants = await of('video_call_participants', 'video_call_id');
  for (const { role, status, duration_seconds } of participants.sort((a, b) => b.role.localeCompare(a.role))) {
    say(`  ${role}: ${status}, was there for ${duration_seconds} s`);
  }
}

interface Row {
  media_region: string;
  status: string;
  role: string;
  ended_by: string | null;
  duration_seconds: number | null;
  total_participants: number;
  max_participants_reached: number;
}
