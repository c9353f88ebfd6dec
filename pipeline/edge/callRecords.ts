import type { Calls } from '../callPorts.ts';
import { Refusal } from '../refusals.ts';

export interface CallRecordsOptions {
  /** The Supabase project's address. */
  url: string;
  /** The service role's key: the functions behind it are open to no one else. */
  readKey: () => Promise<string>;
  /** How long one call may take, in milliseconds. */
  limitMs: number;
  fetch?: typeof fetch;
}

/**
 * Asks a function of the database with one object.
 * @throws Refusal ServiceUnavailable; Error `SupabaseRefused` for what is a fault of ours
 */
export function toRpc({ url, readKey, limitMs, fetch = globalThis.fetch }: CallRecordsOptions) {
  return async <Answer>(name: string, p: object): Promise<Answer> => {
    const key = await readKey();
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}/rest/v1/rpc/${name}`, {
        method: 'POST',
        headers: { apikey: key, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ p }),
        signal: AbortSignal.timeout(limitMs),
      });
      text = await response.text();
    } catch {
      throw new Refusal('ServiceUnavailable');
    }
    if (response.ok) return read(text) as Answer;
    if (response.status === 408 || response.status === 429 || response.status >= 500) {
      throw new Refusal('ServiceUnavailable');
    }
    // The answer's text may repeat a row.
    throw Object.assign(new Error(`${name} was answered with ${response.status}`), { name: 'SupabaseRefused' });
  };
}

/** The functions of the database that a call needs. Each takes one object and may be repeated. */
export function toCalls(options: CallRecordsOptions): Calls {
  const rpc = toRpc(options);
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

/** Something between here and the database may answer in its place. */
function read(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal('ServiceUnavailable');
  }
}
