import {
  type CallEvidence,
  captureMinutes,
  captureOf,
  capturesOf,
  type Check,
  endOf,
  isDiscarded,
  isOfCall,
  knowsPresence,
  lengthOf,
  minute,
  noesIn,
  peopleIn,
  seconds,
  slackOf,
  sweepMs,
} from './callLimits.ts';
import { consentChecks } from './consentChecks.ts';
import { levelOf } from './harms.ts';

/** How long a call outlasts its people, without the time that a sweep takes. */
const graceMs = 3 * minute - 5_000;
/** What a joined file may lack: two seconds by the product's own rule, and the end of a frame. */
const lackMs = 2_300;

/** What holds of the recording of a call whatever happens. */
export const recordingChecks: Readonly<Record<string, Check>> = {
  ...consentChecks,
  'a capture ends in time': late,
  'a recording is joined, or said to be lost': untold,
  'a recording is not lost without need': lost,
  'a recording that was stopped has not failed': falselyFailed,
  'a talk is transcribed once': transcribedTwice,
  'a call outlasts whoever comes back': cutOff,
};

function late(evidence: CallEvidence): string[] {
  const { call } = evidence;
  const slack = slackOf(evidence);
  return call.truth.flatMap((meeting) => {
    const noes = noesIn(call, meeting.id).map(({ answeredAt = 0 }) => answeredAt);
    return capturesOf(meeting).flatMap(({ id, createdAt, ...capture }) => {
      // Whoever says no wakes the recording; that it is as long as it may be, the sweep notices.
      const limits: [string, number][] = [
        ['its cap', createdAt + captureMinutes * minute + sweepMs],
        ['its meeting', endOf(meeting) + minute],
        ['a no', Math.max(createdAt, Math.min(...noes)) + (slack === 0 ? minute : sweepMs)],
      ];
      return limits.flatMap(([what, until]) => {
        const over = endOf(capture) - until - slack;
        return over > 0 ? [`capture ${id} outlived ${what} by ${seconds(over)}`] : [];
      });
    });
  });
}

/** How each state of a recording is shown by the session, the worst first. */
const shown: [state: string, as: string][] = [
  ['missing', 'missing'],
  ['incomplete', 'incomplete'],
  ['discarded', 'discarded'],
  ['refused', 'refused'],
  ['joined', 'ready'],
];

function untold({ call }: CallEvidence): string[] {
  const wrong = call.truth.flatMap((meeting) => {
    const { state, reason, concatenation_id: joining } = captureOf(call, meeting.id);
    const [ms, what] = [lengthOf(meeting), `the recording of ${meeting.id}`];
    if (capturesOf(meeting).length === 0) return [];
    if (state === undefined) return [`${what} is listed nowhere`];
    if (ms > 0 && state === 'refused') return [`${what} is refused and has chunks`];
    if (ms > 0 && reason === 'NoChunks') return [`${what} is said to have no chunks`];
    if (state !== 'joined') return [];
    const joined = meeting.lengths[`recordings/${meeting.id}/audio/${String(joining)}.mp4`];
    if (joined === undefined) return [`${what} is joined and is nowhere`];
    return joined < ms - lackMs ? [`${what} is joined, ${seconds(joined)} of ${seconds(ms)}`] : [];
  });
  const told = call.sessions.flatMap((session) => {
    const states = call.captures.filter((row) => row['session_id'] === session['id']).map(({ state }) => state);
    const worst = shown.find(([state]) => states.includes(state))?.[1] ?? null;
    const says = session['recording_state'];
    return says === worst ? [] : [`session ${String(session['id'])} says ${String(says)}, not ${String(worst)}`];
  });
  return [...wrong, ...told];
}

const ofJoining = new Set(['half', 'lastChunkMissing', 'neverEnds', 'joinFails']);

/** Three joinings may go wrong before a recording is lost. */
function lost({ call }: CallEvidence): string[] {
  const spoiled = call.plan.spoils.reduce((sum, { name, times }) => sum + (ofJoining.has(name) ? times : 0), 0);
  return call.truth.flatMap((meeting) => {
    const { state, reason } = captureOf(call, meeting.id);
    if (lengthOf(meeting) === 0 || isDiscarded(call, meeting.id) || spoiled > 2 || state === 'joined') return [];
    return [`the recording of ${meeting.id} is ${String(state)} ${String(reason)}`];
  });
}

/** Whoever reads that it failed is told that words are missing. */
function falselyFailed({ hits, call, unanswered }: CallEvidence): string[] {
  const isTold = call.plan.spoils.some(({ name }) => name === 'captureFails');
  const isHit = unanswered > 0 || hits.some((fault) => isOfCall(fault) && levelOf(fault.do) !== 'event');
  if (isTold || isHit) return [];
  const failed = call.captures.filter(({ reason }) => reason === 'Failed');
  return failed.map((row) => `the recording of ${String(row['meeting_id'])} is ${String(row['state'])} Failed`);
}

function transcribedTwice({ call, calls }: CallEvidence): string[] {
  const started = calls.filter(({ operation, status = 500 }) => /^Start(Medical)?Tr/.test(operation) && status < 300);
  const jobs = call.truth.flatMap(({ id }) => {
    const { length } = started.filter(({ input }) => JSON.stringify(input).includes(`/recordings/${id}/`));
    return length > 1 ? [`meeting ${id} has ${length} jobs`] : [];
  });
  const open = call.recordings.filter(({ status }) => !['completed', 'skipped', 'failed'].includes(String(status)));
  return [...jobs, ...open.map((row) => `${String(row['recording_id'])} is ${String(row['status'])}`)];
}

/** The sweep ends a call that everybody has left, and not one whose people were cut off a moment ago. */
function cutOff(evidence: CallEvidence): string[] {
  const { call } = evidence;
  if (!knowsPresence(evidence)) return [];
  return call.truth.flatMap((meeting) => {
    const { id, end, endedAt = Infinity } = meeting;
    const isMeant = call.lost.includes(id) || call.endsAskedAt.some((at) => at <= endedAt);
    if (end !== 'deleted' || isMeant) return [];
    const left = Math.max(...peopleIn(meeting).map(({ to = Infinity }) => Math.min(to, endedAt)));
    const after = endedAt - left;
    return after < graceMs ? [`meeting ${id} was ended ${seconds(after)} after somebody was there`] : [];
  });
}
