import type { RefusalName } from '../refusals.ts';
import { type Right, rightRefusalOf } from '../rights.ts';
import type { Appointment, CallContext, CallRole } from './call.ts';
import type { ActionName } from './requests.ts';

export interface AccessRules {
  /** The appointment's words for being over, in lower case: nobody meets for such a one. */
  closedAppointments: readonly string[];
}

/** Who may do what in a meeting, and whether only while the visit goes on. */
const rights: Readonly<Record<Exclude<ActionName, 'create'>, Right>> = {
  join: { who: 'everybody', over: 'refused' },
  'batch-join': { who: 'provider', over: 'refused' },
  admit: { who: 'provider', over: 'refused' },
  mute: { who: 'provider', over: 'refused' },
  remove: { who: 'provider', over: 'refused' },
  // For oneself, from the waiting room too.
  consent: { who: 'everybody', over: 'refused' },
  // Captions reach everybody in the meeting, and nobody has read them before.
  transcription: { who: 'provider', over: 'refused' },
  report: { who: 'everybody', over: 'fine' },
  status: { who: 'everybody', over: 'fine' },
  end: { who: 'provider', over: 'fine' },
};

/** Why a request is not granted; undefined when it is. */
export function refusalOf(action: ActionName, context: CallContext, rules: AccessRules): RefusalName | undefined {
  const { tooMany, userId, appointment, session } = context;
  if (tooMany) return 'TooManyRequests';
  if (userId === null) return 'UnknownUser';
  if (action === 'create') {
    if (appointment === null) return 'AppointmentNotFound';
    if (roleFor(userId, appointment) === undefined) return 'NotAParticipant';
    return isOpen(appointment, rules) ? removed(context) : 'AppointmentNotOpen';
  }
  if (session === null) return 'MeetingNotFound';
  const role = roleOf(context);
  if (role === undefined || removed(context)) return 'NotAParticipant';
  const isOver = session.endedBy !== null || (action !== 'join' && session.status === 'ended');
  const refused = rightRefusalOf(rights[action], role, isOver ? 'MeetingEnded' : undefined);
  if (refused !== undefined) return refused;
  // One that ended by itself is opened anew by whoever comes back, for as long as the appointment is there and open.
  const reopens = action === 'join' && session.status !== 'active';
  return reopens && !(appointment && isOpen(appointment, rules)) ? 'AppointmentNotOpen' : undefined;
}

/**
 * The caller's part in the visit; undefined for somebody else. The appointment says whose visit it is: a session may have
 * been opened for somebody whose place another has taken, and then that person's row does not let her in either.
 */
export function roleOf({ userId, session, appointment, participant }: CallContext): CallRole | undefined {
  if (userId === null) return undefined;
  const parties = {
    providerId: appointment?.providerId ?? session?.providerId ?? null,
    patientId: appointment?.patientId ?? session?.patientId ?? null,
  };
  const wasParty = participant?.role === 'provider' || participant?.role === 'patient';
  return roleFor(userId, parties) ?? (participant && !wasParty ? 'other' : undefined);
}

type Parties = Pick<Appointment, 'providerId' | 'patientId'>;

function roleFor(userId: string, { providerId, patientId }: Parties): Exclude<CallRole, 'other'> | undefined {
  if (userId === providerId) return 'provider';
  return userId === patientId ? 'patient' : undefined;
}

/** Nobody meets herself. */
function isOpen({ status, videoEnabled, providerId, patientId }: Appointment, rules: AccessRules): boolean {
  const isClosed = rules.closedAppointments.includes(status?.trim().toLowerCase() ?? '');
  return videoEnabled === true && !isClosed && providerId !== null && patientId !== null && providerId !== patientId;
}

/** Removed by the provider: she lets that person in again by `batch-join`. The provider herself cannot be shut out. */
function removed(context: CallContext): RefusalName | undefined {
  const isRemoved = context.participant?.status === 'removed' && roleOf(context) !== 'provider';
  return isRemoved ? 'NotAParticipant' : undefined;
}
