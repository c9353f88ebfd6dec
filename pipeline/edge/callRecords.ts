import type { Calls } from '../callPorts.ts';
import { type ServiceRpcOptions, toServiceRpc } from './serviceRpc.ts';

/** The functions of the database that a call needs. Each takes one object and may be repeated. */
export function toCalls(options: ServiceRpcOptions): Calls {
  const rpc = toServiceRpc(options);
  return {
    context: ({ issuer, subject }, asked) => rpc('call_context', { issuer, subject, ...asked }),
    openSession: (opening) => rpc('open_session', opening),
    participant: (of) => rpc('call_participant', of),
    recordMeeting: (of, meeting) => rpc('record_meeting', { ...of, meeting }),
    recordAttendee: (attendee) => rpc('record_attendee', attendee),
    renewMeeting: (of) => rpc('renew_meeting', of),
    failSession: (of) => rpc('fail_session', of),
    invite: (of) => rpc('invite', of),
    setParticipant: (of) => rpc('set_participant', of),
    recordConsent: (consent) => rpc('record_consent', consent),
    status: (sessionId) => rpc('call_status', { sessionId }),
    report: (report) => rpc('record_report', report),
    refuseAccess: (refused) => rpc('refuse_access', refused),
    closeSession: (of) => rpc('close_session', of),
    meetingEnded: (of) => rpc('meeting_ended', of),
    meetingSeen: (of) => rpc('meeting_seen', of),
    recordPresence: (event) => rpc('record_presence', event),
    toSweep: (at, most) => rpc('calls_to_sweep', { at, most }),
    recordingFacts: (of) => rpc('recording_facts', of),
    keepCapture: (of) => rpc('keep_capture', of),
    setCaptions: (captions) => rpc('set_captions', captions),
    knownPipelines: (ids) => rpc('known_pipelines', { ids }),
  };
}
