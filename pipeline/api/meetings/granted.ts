import type { CallPorts } from '../../callPorts.ts';
import type { CallContext, CallRole, CallSession } from '../../meetings/call.ts';
import type { ActionName, RequestOf } from '../../meetings/requests.ts';

/** A request that was granted: whose it is, and of which visit. */
export interface Granted extends CallContext {
  userId: string;
  role: CallRole;
}

/** One that names a meeting. */
export type GrantedMeeting = Granted & { session: CallSession };

/** An action on a meeting, once it was granted. */
export type MeetingAction<Name extends ActionName> = (
  ports: CallPorts,
) => (granted: GrantedMeeting, request: RequestOf<Name>) => Promise<unknown>;
