import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { toClock } from '../../pipeline/reading/clock.ts';
import type { Dialogue } from '../cases/dialogue.ts';
import type { Deployment } from '../replay/deployment.ts';
import { uuidOf } from '../replay/session.ts';
import type { Device } from '../services/chime/device.ts';
import type { VirtualClock } from '../services/clock.ts';
import type { Stack } from '../stack/stack.ts';
import { Apps, type Exchange, people, type Who } from './apps.ts';
import { wrapped } from './lines.ts';
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
 * she is admitted, drops out and comes back, and the provider ends the visit. Every request is said with its answer.
 */
export async function holdVisit(options: VisitOptions): Promise<Visit> {
  const { stack, deployment, clock, dialogue, say } = options;
  await seed(deployment);
  const apps = new Apps(stack, say);
  using pace = new Pace(clock);
  const wrong: string[] = [];
  const told = (text: string, isSo: boolean) => {
    if (!isSo) wrong.push(text);
    say(`    ${text}: ${isSo ? 'yes' : 'NO'}`);
  };
  const granted = async (who: Who, body: Parameters<Apps['ask']>[1]) => {
    const exchange = await apps.ask(who, body);
    if (exchange.status !== 200) wrong.push(`${String(body['action'])}: ${exchange.status}`);
    return exchange;
  };

  say('They meet');
  const created = await granted('provider', { action: 'create', appointmentId: appointment });
  const { MeetingId: meetingId = '', MediaRegion: region } = created.answer.meeting ?? {};
  const sessionId = created.answer.session?.id ?? '';
  say(`    session ${sessionId}, meeting ${meetingId} in ${region}`);
  const phone = apps.enter(created);
  const joined = await granted('patient', { action: 'create', appointmentId: appointment });
  const phones: Record<Who, Device> = { provider: phone, patient: apps.enter(joined) };
  told(
    'the same meeting, in which the patient waits and neither hears nor is heard',
    isSameMeeting(joined, meetingId) && !flows(phones.patient),
  );
  await granted('provider', { action: 'admit', meetingId, userId: people.patient });
  told('admitted, the patient hears and is heard', flows(phones.patient));

  say('\nThey agree to be recorded');
  const { text = '', textVersion = '' } = joined.answer.consent ?? {};
  for (const line of wrapped(
    `version ${textVersion}: "${text.split('\n').filter(Boolean).slice(0, 2).join(' ')} …"`,
    4,
  ))
    say(line);
  for (const who of ['patient', 'provider'] as const) {
    await granted(who, { action: 'consent', meetingId, decision: 'given', textVersion: newestConsentVersion });
  }
  const capture = () =>
    stack.chime.pipelines.all().find((one) => one.kind === 'capture' && one.meetingId === meetingId);
  told('it is recorded, now that both have agreed', await pace.until(() => capture()?.status === 'InProgress'));

  say('\nThey talk');
  const middle = Math.floor(dialogue.utterances.length / 2);
  const voices = { clinician: phones.provider.attendee.id, patient: phones.patient.attendee.id };
  const talk = async (lines: { from?: number; to?: number }) => {
    const ms = await options.talk.say(meetingId, dialogue, voices, lines);
    await pace.pass(ms);
    return ms;
  };
  say(`    for ${toClock(await talk({ to: middle }))}; then the patient loses the network`);
  phones.patient.drop();
  told('Chime notices', await pace.until(async () => (await present(deployment, sessionId)) === 1));
  const back = await granted('patient', { action: 'join', meetingId });
  phones.patient = apps.enter(back);
  const { attendee, admitted } = back.answer;
  told(
    'the same attendee, who need not be admitted or asked again',
    attendee?.AttendeeId === voices.patient && admitted === true && back.answer.consent?.needed === false,
  );
  await pace.until(async () => (await present(deployment, sessionId)) === 2);
  say(`    and for another ${toClock(await talk({ from: middle }))}`);

  say('\nThe provider ends the visit');
  await granted('provider', { action: 'end', meetingId });
  const codes = await Promise.all(Object.values(phones).map(({ ended }) => ended));
  told(
    'both apps are told that the meeting has ended',
    codes.every((code) => code === 5),
  );
  const late = await apps.ask('patient', { action: 'join', meetingId });
  return { sessionId, meetingId, isRight: wrong.length === 0 && late.status === 409 };
}

const isSameMeeting = ({ answer }: Exchange, meetingId: string) => answer.meeting?.MeetingId === meetingId;
const flows = (device: Device) => device.can('Audio', 'Send') || device.can('Audio', 'Receive');

/** How many people Chime has told to be there. */
async function present({ supabase }: Deployment, sessionId: string): Promise<number> {
  const query = supabase.from('call_presence').select('user_id').eq('session_id', sessionId);
  const { data, error } = await query.is('left_at', null);
  if (error) throw new Error(`call_presence: ${error.message}`);
  return data.length;
}

async function seed({ supabase }: Deployment): Promise<void> {
  const users = Object.values(people).map((id) => ({ id }));
  const { provider: provider_id, patient: patient_id } = people;
  const row = { id: appointment, provider_id, patient_id, status: 'scheduled', video_enabled: true };
  const written = [
    await supabase.from('users').upsert(users, { onConflict: 'id' }),
    await supabase.from('appointments').upsert([row], { onConflict: 'id' }),
  ];
  for (const { error } of written) if (error) throw new Error(error.message);
}
