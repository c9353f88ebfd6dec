import type { Caller, Route } from '../../apiPorts.ts';
import type { CallPorts } from '../../callPorts.ts';
import { refusalOf, roleOf } from '../../meetings/access.ts';
import type { CallContext } from '../../meetings/call.ts';
import { isElsewhere } from '../../meetings/residence.ts';
import { type ActionName, type CallRequest, toCallRequest } from '../../meetings/requests.ts';
import { Refusal, type RefusalName } from '../../refusals.ts';
import { admit } from './admit.ts';
import { batchJoin } from './batchJoin.ts';
import { consent } from './consent.ts';
import { create } from './create.ts';
import { end } from './end.ts';
import type { Granted, GrantedMeeting } from './granted.ts';
import { join } from './join.ts';
import { mute } from './mute.ts';
import { remove } from './remove.ts';
import { report } from './report.ts';
import { status } from './status.ts';
import { transcription } from './transcription.ts';

/** The one route of the call: looks what is asked for and who asks, decides, and acts. */
export const act: Route<CallPorts> =
  (ports) =>
  async (caller, { body }) => {
    const request = toCallRequest(body);
    try {
      return await answer(ports, caller, request);
    } catch (error) {
      const isEntering = request.action === 'create' || request.action === 'join';
      // What is no refusal is answered with 5xx as well.
      const isFailure = !(error instanceof Refusal) || error.status >= 500;
      if (isEntering && isFailure) ports.measure('', 'JoinsFailed', 1);
      throw error;
    }
  };

async function answer(ports: CallPorts, caller: Caller, request: CallRequest): Promise<unknown> {
  const context = await ports.calls.context(caller, askedOf(request));
  const refusal = refusalOf(request.action, context, ports.config);
  if (refusal !== undefined) throw await refuse(ports, request, context, refusal);
  return perform(ports, { ...context, userId: context.userId ?? '', role: roleOf(context) ?? 'other' }, request);
}

function askedOf(request: CallRequest): { action: ActionName; appointmentId?: string; meetingId?: string } {
  const { action } = request;
  return 'appointmentId' in request
    ? { action, appointmentId: request.appointmentId }
    : { action, meetingId: request.meetingId };
}

/**
 * A person who is turned away from a meeting that is or was stands in its audit trail; whoever is unknown does not, and
 * there is no trail of a meeting that never was.
 */
async function refuse(
  { calls, measure }: CallPorts,
  request: CallRequest,
  { userId, session }: CallContext,
  code: RefusalName,
): Promise<Refusal> {
  const { action } = request;
  measure(session?.id ?? '', 'MeetingsRefused', 1);
  // A meeting that has ended exists as well: it was found by its id.
  const meetingId = session && ('meetingId' in request ? request.meetingId : session.meeting?.meetingId);
  if (userId !== null && meetingId && code !== 'TooManyRequests') {
    await calls.refuseAccess({ userId, meetingId, action, code });
  }
  return new Refusal(code);
}

/** They change the meeting, or somebody's attendee, which can be done only where the meeting is controlled. */
const changesMeeting: ReadonlySet<ActionName> = new Set<ActionName>([
  'batch-join',
  'admit',
  'mute',
  'remove',
  'transcription',
]);

function perform(ports: CallPorts, granted: Granted, request: CallRequest): Promise<unknown> {
  if (request.action === 'create') return create(ports)(granted, request);
  const { session } = granted;
  if (session === null) throw new Refusal('MeetingNotFound');
  const meeting: GrantedMeeting = { ...granted, session };
  if (session.meeting && isElsewhere(session.meeting, ports.config) && changesMeeting.has(request.action)) {
    throw new Refusal('ChimeUnavailable');
  }
  switch (request.action) {
    case 'join':
      return join(ports)(meeting, request);
    case 'batch-join':
      return batchJoin(ports)(meeting, request);
    case 'admit':
      return admit(ports)(meeting, request);
    case 'mute':
      return mute(ports)(meeting, request);
    case 'remove':
      return remove(ports)(meeting, request);
    case 'consent':
      return consent(ports)(meeting, request);
    case 'transcription':
      return transcription(ports)(meeting, request);
    case 'report':
      return report(ports)(meeting, request);
    case 'status':
      return status(ports)(meeting, request);
    case 'end':
      return end(ports)(meeting, request);
  }
}
