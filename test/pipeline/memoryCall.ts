import type { Caller } from '../../pipeline/apiPorts.ts';
import { toCallConfig } from '../../pipeline/callConfig.ts';
import type { CallPorts, CallStatus, Calls, ConsentKept, Meetings } from '../../pipeline/callPorts.ts';
import type {
  CallContext,
  CallParticipant,
  CallRole,
  CallSession,
  ChimeAttendee,
  LiveMeeting,
} from '../../pipeline/meetings/call.ts';
import type { Captions, CaptionsKept, CaptionsSet, CaptionsState } from '../../pipeline/meetings/captions.ts';
import { hasAgreed } from '../../pipeline/meetings/consent.ts';
import { Refusal } from '../../pipeline/refusals.ts';
import { decided } from './meetings/decided.ts';

export const callEnv = {
  SUPABASE_URL: 'https://project.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'service-role',
  AWS_CHIME_REGION: 'eu-central-1',
  AWS_REGION: 'eu-west-1',
} as const;

/** A user of that number, by whom everything else is told apart. */
export const userOf = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
export const providerId = userOf(1);
export const patientId = userOf(2);
export const appointmentId = userOf(0xa);
export const sessionId = userOf(0xb);
export const callerOf = (subject: string): Caller => ({ issuer: 'supabase', subject, token: 'token' });

export const rowOf = (userId: string, more: Partial<CallParticipant> = {}): CallParticipant => ({
  userId,
  role: userId === providerId ? 'provider' : userId === patientId ? 'patient' : 'other',
  status: 'invited',
  admitted: userId === providerId,
  muted: false,
  attendeeId: null,
  attendeeMeetingId: null,
  consent: null,
  isRecorded: false,
  ...more,
});

export interface MemoryCallOptions {
  /** Passes between any two things that happen, and may take as long as it likes. */
  turn?: (call: string) => Promise<unknown>;
  /** What happens to a call: it fails before its effect, or its answer is lost after it. */
  fault?: (call: string) => 'before' | 'after' | undefined;
  /** What Chime gives for a token that it knows, and for a person whom it knows: the same, or another one. */
  token?: 'same' | 'new';
  person?: 'same' | 'new';
  env?: Readonly<Record<string, string>>;
}

interface Room {
  token: string;
  alive: boolean;
  attendees: Map<string, ChimeAttendee>;
  /** Whether somebody was told of it. */
  isKnown: boolean;
}

/**
 * One visit of one appointment: the database's rules for it in a few lines, and Chime's. `kept` is what either has and what
 * was asked of them.
 */
export function memoryCall({ turn, fault, token = 'same', person = 'same', env = {} }: MemoryCallOptions = {}) {
  const session: Omit<CallSession, 'meeting'> = {
    id: sessionId,
    appointmentId,
    providerId,
    patientId,
    status: 'scheduled',
    attempt: 1,
    endedBy: null,
    recordingEnabled: false,
    transcriptionEnabled: false,
    transcriptionLanguage: null,
    mediaRegion: null,
    withdrawn: null,
    providerCame: false,
  };
  const appointment = { id: appointmentId, providerId, patientId, status: 'confirmed', videoEnabled: true };
  const kept = {
    session,
    appointment,
    rows: new Map([providerId, patientId].map((id) => [id, rowOf(id)])),
    meetings: [] as (LiveMeeting & { ended: boolean })[],
    rooms: new Map<string, Room>(),
    /** Every call, in the order in which they took effect. */
    calls: [] as string[],
    measured: [] as (string | number)[][],
    reports: [] as object[],
    refused: [] as object[],
    presence: [] as object[],
    consents: [] as object[],
    /** Who made a meeting or an attendee. */
    makers: [] as (string | undefined)[],
    opened: [] as Parameters<Calls['openSession']>[0][],
    nudged: [] as string[],
    /** What was told again of captions. */
    retold: [] as object[],
    /** As the database has them. */
    captions: { on: false, language: null, engine: null } as CaptionsState,
    captioned: [] as Omit<CaptionsSet, 'meetingId'>[],
    /** As they are made at Chime, by meeting. */
    heard: new Map<string, Captions>(),
    isTooMuch: false,
    /** Whether Chime answers in other regions. */
    isThereElsewhere: true,
    status: undefined as Partial<CallStatus> | undefined,
    clock: Date.parse('2026-11-28T09:00:00.000Z'),
  };
  let made = 0;
  const live = () => kept.meetings.find((one) => !one.ended && one.attempt === session.attempt) ?? null;
  const toSession = (): CallSession => structuredClone({ ...session, meeting: live() });
  const rowFor = (id: string): CallParticipant | null => {
    const row = kept.rows.get(id);
    return row ? structuredClone({ ...row, isRecorded: row.isRecorded || kept.captions.on }) : null;
  };
  const happens = async <T>(call: string, effect: () => T): Promise<T> => {
    await turn?.(call);
    const failure = fault?.(call);
    if (failure === 'before') throw new Refusal('ChimeUnavailable');
    kept.calls.push(call);
    const answer = effect();
    await turn?.(call);
    if (failure === 'after') throw new Refusal('ChimeUnavailable');
    return answer;
  };

  const calls: Calls = {
    context: ({ subject }, asked) =>
      happens('context', (): CallContext => {
        const isKnown = asked.meetingId === undefined || kept.meetings.some((one) => one.meetingId === asked.meetingId);
        const isSession = isKnown && (asked.meetingId !== undefined || session.endedBy === null);
        return {
          tooMany: kept.isTooMuch,
          userId: subject.startsWith('nobody') ? null : subject,
          appointment: isKnown ? appointment : null,
          session: isSession ? toSession() : null,
          participant: isSession ? rowFor(subject) : null,
        };
      }),
    openSession: (opening) =>
      happens('openSession', () => {
        kept.opened.push(opening);
        if (session.endedBy !== null) return toSession();
        const isSpent = kept.meetings.some((one) => one.attempt === session.attempt && one.ended);
        if (session.status === 'failed' || isSpent) session.attempt += 1;
        session.status = 'active';
        session.mediaRegion ??= opening.mediaRegion;
        if (!opening.waitingRoom) for (const row of kept.rows.values()) row.admitted = true;
        return toSession();
      }),
    participant: ({ userId }) => happens('participant', () => rowFor(userId)),
    recordMeeting: ({ attempt, controlRegion, userId }, data) =>
      happens('recordMeeting', () => {
        const standing = kept.meetings.find((one) => one.attempt === attempt);
        const isOver = !['active', 'failed'].includes(session.status) || session.attempt !== attempt;
        if (isOver || standing?.ended) return { outcome: 'over', session: toSession() };
        if (standing && standing.meetingId !== data.MeetingId) return { outcome: 'other', session: toSession() };
        session.status = 'active';
        if (standing) return { outcome: 'known', session: toSession() };
        kept.makers.push(userId);
        for (const row of kept.rows.values()) row.consent = null;
        kept.meetings.push({ meetingId: data.MeetingId, attempt, controlRegion, data, isSpoilt: false, ended: false });
        return { outcome: 'kept', session: toSession() };
      }),
    recordAttendee: ({ meetingId, userId, attendeeId, replaces, by = userId }) =>
      happens('recordAttendee', () => {
        const row = kept.rows.get(userId);
        const isOver = live()?.meetingId !== meetingId || session.status !== 'active';
        if (isOver || !row || row.status === 'removed') return { outcome: 'over', participant: rowFor(userId) };
        const isTaken = row.attendeeMeetingId === meetingId && ![attendeeId, replaces].includes(row.attendeeId);
        if (!isTaken && row.attendeeId !== attendeeId) kept.makers.push(by);
        if (userId === providerId) session.providerCame = true;
        if (!isTaken) Object.assign(row, { attendeeId, attendeeMeetingId: meetingId });
        return { outcome: isTaken ? 'other' : 'kept', participant: rowFor(userId) };
      }),
    renewMeeting: ({ meetingId, isLeft }) =>
      happens('renewMeeting', () => {
        const isLive = live()?.meetingId === meetingId;
        if (!isLeft) endOf(meetingId);
        if (isLive && session.status === 'active') session.attempt += 1;
        return toSession();
      }),
    failSession: ({ attempt }) =>
      happens('failSession', () => {
        const isSo = session.status === 'active' && session.attempt === attempt && live() === null;
        if (isSo) session.status = 'failed';
      }),
    invite: ({ userIds, waitingRoom }) =>
      happens('invite', () => {
        const known = userIds.filter((id) => id.startsWith('0'));
        for (const id of known) {
          const row = kept.rows.get(id);
          if (!row) kept.rows.set(id, rowOf(id, { admitted: !waitingRoom }));
          else if (row.status === 'removed') kept.rows.set(id, rowOf(id, { role: row.role }));
        }
        return {
          participants: known.map((id) => rowFor(id) as CallParticipant),
          unknown: userIds.filter((id) => !known.includes(id)),
        };
      }),
    setParticipant: ({ userId, ...change }) =>
      happens('setParticipant', () => {
        const row = kept.rows.get(userId);
        if (!row) return null;
        if ('admitted' in change) row.admitted = true;
        if ('muted' in change) row.muted = change.muted;
        if ('removed' in change) row.status = 'removed';
        return rowFor(userId);
      }),
    recordConsent: ({ meetingId, userId, decision, textVersion, withdrawn, ...said }) =>
      happens('recordConsent', () => {
        const row = kept.rows.get(userId);
        const meeting = live();
        const isOver = meeting?.meetingId !== meetingId || session.status !== 'active' || row?.status === 'removed';
        const now = row && decided({ decision, textVersion }, row.consent);
        const isNo = row?.consent !== null && row?.consent.decision !== 'given';
        const answer = (outcome: ConsentKept['outcome']) => ({
          outcome,
          standing: row?.consent?.decision ?? null,
          isSpoilt: meeting?.isSpoilt ?? false,
          participant: rowFor(userId),
        });
        if (isOver || !row || !meeting) return answer('over');
        if (!now) return answer(isNo && decision === 'given' ? 'final' : 'known');
        row.consent = now;
        if (now.decision !== 'given') meeting.isSpoilt = true;
        session.withdrawn = session.withdrawn === 'discard' ? 'discard' : withdrawn;
        kept.consents.push({ userId, meetingId, withdrawn, ...said, ...now });
        return answer('kept');
      }),
    status: () =>
      happens('status', () => ({
        status: session.status,
        startedAt: null,
        endedAt: null,
        present: [],
        waiting: [],
        isRecording: false,
        captions: structuredClone(kept.captions),
        recordings: [],
        participants: [...kept.rows.values()],
        ...kept.status,
      })),
    report: (report) => happens('report', () => void kept.reports.push(report)),
    refuseAccess: (refused) => happens('refuseAccess', () => void kept.refused.push(refused)),
    closeSession: ({ endedBy, controlRegion }) =>
      happens('closeSession', () => {
        const outcome = session.status === 'active' ? 'closed' : 'known';
        Object.assign(session, { status: 'ended', endedBy: session.endedBy ?? endedBy });
        const open = kept.meetings.filter(
          (one) => !one.ended && one.controlRegion === (controlRegion ?? one.controlRegion),
        );
        return { outcome, seconds: 60, meetings: open.map(({ meetingId }) => meetingId) };
      }),
    meetingEnded: ({ meetingId }) =>
      happens('meetingEnded', () => {
        const closed = live()?.meetingId === meetingId && session.status === 'active';
        if (closed) session.status = 'ended';
        endOf(meetingId);
        return { closed, seconds: closed ? 60 : 0 };
      }),
    meetingSeen: () => happens('meetingSeen', () => {}),
    recordPresence: (event) => {
      return happens('recordPresence', () => {
        kept.presence.push(event);
        const isOurs = kept.meetings.some((one) => one.meetingId === event.meetingId);
        const closed = isOurs && event.kind === 'ended';
        return { known: false, isOurs, closed, seconds: closed ? 60 : 0 };
      });
    },
    toSweep: () => happens('toSweep', () => ({ meetings: [], stranded: 0, recordings: [], running: 0, oldestMs: 0 })),
    recordingFacts: () => happens('recordingFacts', () => null),
    keepCapture: () => {
      throw new Error('no capture is kept here');
    },
    setCaptions: ({ meetingId, on, language, engine, textVersion = '', ...more }) =>
      happens('setCaptions', () => {
        kept.captioned.push({ on, ...more });
        const meeting = live();
        const participants = () =>
          [...kept.rows].flatMap(([id, row]) => (row.attendeeMeetingId === meetingId ? (rowFor(id) ?? []) : []));
        const answer = (outcome: CaptionsKept['outcome']) => ({ outcome, participants: participants(), facts: null });
        if (on && (meeting?.meetingId !== meetingId || session.status !== 'active')) return answer('over');
        if (on && meeting?.isSpoilt) return answer('spoilt');
        const present = kept.status?.present ?? [];
        if (on && present.some(({ userId }) => !hasAgreed(kept.rows.get(userId)?.consent ?? null, textVersion))) {
          return answer('notAgreed');
        }
        const wanted = { on, language: language ?? null, engine: engine ?? null };
        const isKnown = JSON.stringify(wanted) === JSON.stringify(kept.captions);
        kept.captions = wanted;
        return answer(isKnown ? 'known' : 'kept');
      }),
    knownPipelines: () => happens('knownPipelines', () => []),
  };
  const endOf = (meetingId: string) => {
    for (const one of kept.meetings) if (one.meetingId === meetingId) one.ended = true;
  };

  const aliveRoom = (id: string) => (kept.rooms.get(id)?.alive ? kept.rooms.get(id) : undefined);
  const seat = (room: Room, { userId, capabilities }: Parameters<Meetings['createAttendee']>[1]): ChimeAttendee => {
    const before = [...room.attendees.values()].find(({ ExternalUserId }) => ExternalUserId === userId);
    if (before && person === 'same') return before;
    const id = `attendee-${(made += 1)}`;
    const one = { AttendeeId: id, ExternalUserId: userId, JoinToken: `secret-${id}`, Capabilities: capabilities };
    room.attendees.set(id, one);
    return one;
  };
  const meetings: Meetings = {
    create: ({ token: wanted, mediaRegion }) =>
      happens('create', () => {
        const [known] = [...kept.rooms].filter(([, room]) => token === 'same' && room.token === wanted);
        const id = known?.[0] ?? `meeting-${(made += 1)}`;
        if (!known) kept.rooms.set(id, { token: wanted, alive: true, attendees: new Map(), isKnown: false });
        return { MeetingId: id, MediaRegion: mediaRegion };
      }).then((meeting) => {
        const room = kept.rooms.get(meeting.MeetingId);
        if (room) room.isKnown = true;
        return meeting;
      }),
    exists: (id) => happens('exists', () => aliveRoom(id) !== undefined),
    remove: (id) =>
      happens('remove', () => {
        const room = kept.rooms.get(id);
        if (room) room.alive = false;
      }),
    createAttendee: (id, wanted) =>
      happens('createAttendee', () => {
        const room = aliveRoom(id);
        return room && structuredClone(seat(room, wanted));
      }),
    createAttendees: (id, wanted) =>
      happens('createAttendees', () => {
        const room = aliveRoom(id);
        return room && { attendees: structuredClone(wanted.map((one) => seat(room, one))), errors: [] };
      }),
    findAttendee: (id, attendeeId) =>
      happens('findAttendee', () => structuredClone(aliveRoom(id)?.attendees.get(attendeeId))),
    setCapabilities: (id, attendeeId, capabilities) =>
      happens('setCapabilities', () => {
        const one = aliveRoom(id)?.attendees.get(attendeeId);
        if (one) one.Capabilities = capabilities;
        return one ? 'set' : 'gone';
      }),
    removeAttendee: (id, attendeeId) =>
      happens('removeAttendee', () => void kept.rooms.get(id)?.attendees.delete(attendeeId)),
    startCaptions: (id, captions) =>
      happens('startCaptions', () => {
        if (!aliveRoom(id)) return 'gone';
        kept.heard.set(id, captions);
        return 'started';
      }),
    stopCaptions: (id) => happens('stopCaptions', () => void kept.heard.delete(id)),
  };

  const ports: CallPorts = {
    config: toCallConfig({ ...callEnv, ...env }),
    callers: { identify: async () => callerOf(providerId) },
    calls: strict(calls),
    meetings,
    elsewhere: { answers: () => happens('answers', () => kept.isThereElsewhere) },
    nudges: {
      tell: (meetingId, said) =>
        happens('tell', () => {
          kept.nudged.push(meetingId);
          if (said) kept.retold.push({ meetingId, ...said });
        }),
    },
    log: () => {},
    measure: (_, name, value, ...by) => void kept.measured.push([name, value, ...by]),
    now: () => new Date(kept.clock),
  };
  const grantedOf = (userId: string, role: CallRole = userId === providerId ? 'provider' : 'patient') => ({
    tooMany: false,
    userId,
    role,
    appointment,
    session: toSession(),
    participant: rowFor(userId),
  });
  return { ports, kept, grantedOf, live, toSession, happens };
}

/** The keys of every call: the database refuses an object that has another one, which TypeScript lets pass. */
const keys: Readonly<Partial<Record<keyof Calls, string>>> = {
  openSession: 'appointmentId sessionId userId wishes mediaRegion waitingRoom',
  participant: 'sessionId userId',
  recordMeeting: 'sessionId attempt controlRegion userId',
  recordAttendee: 'sessionId meetingId userId attendeeId replaces by',
  renewMeeting: 'sessionId meetingId at isLeft',
  failSession: 'sessionId attempt error',
  invite: 'sessionId userIds waitingRoom',
  setParticipant: 'sessionId userId admitted muted removed',
  recordConsent: 'sessionId meetingId userId decision textVersion textSha256 language withdrawn at',
  report: 'sessionId userId kind values',
  refuseAccess: 'userId meetingId action code',
  closeSession: 'sessionId endedBy at quietSince controlRegion',
  meetingEnded: 'meetingId at',
  meetingSeen: 'meetingId at',
  keepCapture: 'meetingId version touched capture at',
  setCaptions: 'meetingId on language engine region textVersion by at reason',
  recordPresence: 'eventId kind at meetingId attendeeId userId',
};

function strict(calls: Calls): Calls {
  const checked = Object.entries(calls).map(([name, call]: [string, (...given: unknown[]) => unknown]) => [
    name,
    (...given: unknown[]) => {
      const known = keys[name as keyof Calls]?.split(' ');
      const unknown = known && Object.keys(given[0] as object).find((key) => !known.includes(key));
      if (unknown !== undefined) throw new Error(`${name} was given ${unknown}`);
      return call(...given);
    },
  ]);
  return Object.fromEntries(checked) as Calls;
}
