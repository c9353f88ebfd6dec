import type { CallTraces, MeetingTruth, Row } from './callTraces.ts';
import type { Evidence } from './evidence.ts';
import { callNumber, levelOf } from './harms.ts';

const minute = 60_000;
/** The longest recording of a deployment under test: calls need not be long to outlast it. */
export const captureMinutes = 2;
/** What no event tells of, the sweep after it finds. */
const sweepMs = 6 * minute;
/** How long a call outlasts its people, without the time that a sweep takes. */
const graceMs = 3 * minute - 5_000;
/** What a joined file may lack: two seconds by the product's own rule, and the end of a frame. */
const lackMs = 2_300;

type CallEvidence = Evidence & { call: CallTraces };
type Check = (evidence: CallEvidence) => string[];

/** What holds of the recording of a call whatever happens. */
export const recordingChecks: Readonly<Record<string, Check>> = {
  'a capture ends in time': late,
  'nobody is heard who has not agreed': heard,
  'a recording begins when everybody there has agreed': hasty,
  'what all agreed to is recorded': unrecorded,
  'a recording is joined, or said to be lost': untold,
  'a recording is not lost without need': lost,
  'a recording that was stopped has not failed': falselyFailed,
  'a talk is transcribed once': transcribedTwice,
  'nobody is silenced without a recording': silenced,
  'what is discarded is gone': kept,
  'a call outlasts whoever comes back': cutOff,
};

const isOfCall = ({ at, do: harm }: Evidence['schedule']['faults'][number]) =>
  at[0] === callNumber || harm === 'away' || harm === 'jump-after';

/** What the faults may cost. A message that failed is seen again six minutes later; a sweep that failed, after five. */
function slackOf({ schedule, unanswered }: Evidence): number {
  const own = schedule.faults.filter(isOfCall);
  return own.reduce((sum, { minutes = 0 }) => sum + 7 * minute + 2 * minutes * minute, 7 * minute * unanswered);
}

/** Whether the product knew who was there, as soon as it was so. */
function knowsPresence({ schedule, unanswered }: Evidence): boolean {
  const blinds = ['followMeeting', 'supabase'];
  const own = schedule.faults.filter(isOfCall);
  const isBlind = own.some(
    ({ at, do: harm }) => levelOf(harm) === 'event' || harm === 'away' || blinds.includes(at[1]),
  );
  return !isBlind && unanswered === 0;
}

const isPerson = ({ externalUserId }: { externalUserId: string }) => !externalUserId.startsWith('aws:');
const peopleIn = ({ presences }: MeetingTruth) => presences.filter(isPerson);
const capturesOf = ({ pipelines }: MeetingTruth) => pipelines.filter(({ kind }) => kind === 'capture');
const endOf = ({ endedAt = Infinity }: { endedAt?: number }) => endedAt;
const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

/** Everybody's answers in a meeting that were acknowledged. */
const noesIn = ({ said }: CallTraces, meetingId: string) =>
  said.filter((one) => one.meetingId === meetingId && one.decision !== 'given' && one.answeredAt !== undefined);

/** When somebody's app first sent that she agrees to a meeting's recording, where the ledger has it. */
function agreedAt({ said, consents }: CallTraces, meetingId: string, userId: string): number {
  const isListed = consents.some(
    (row) => row['meeting_id'] === meetingId && row['user_id'] === userId && row['decision'] === 'given',
  );
  const own = said.filter((one) => one.meetingId === meetingId && one.userId === userId && one.decision === 'given');
  return isListed ? Math.min(...own.map(({ sentAt }) => sentAt)) : Infinity;
}

function late(evidence: CallEvidence): string[] {
  const { call } = evidence;
  const slack = sweepMs + slackOf(evidence);
  return call.truth.flatMap((meeting) => {
    const noes = noesIn(call, meeting.id).map(({ answeredAt = 0 }) => answeredAt);
    return capturesOf(meeting).flatMap(({ id, createdAt, ...capture }) => {
      const limits: [string, number][] = [
        ['its cap', createdAt + captureMinutes * minute],
        ['its meeting', endOf(meeting)],
        ['a no', Math.max(createdAt, Math.min(...noes))],
      ];
      const [what, until] = limits.toSorted(([, a], [, b]) => a - b)[0] ?? ['', Infinity];
      const over = endOf(capture) - until;
      return over > slack ? [`capture ${id} outlived ${what} by ${seconds(over)}, ${seconds(slack)} at most`] : [];
    });
  });
}

/** The truth about voices, and the ledger: who agreed comes before it is recorded, and who withdrew is not heard after. */
function heard({ call }: CallEvidence): string[] {
  const found = call.truth.flatMap(({ id, chunks }) =>
    chunks
      .flatMap(({ voices }) => voices)
      .flatMap(({ externalUserId: userId, from, to }) => {
        const no = Math.min(
          ...noesIn(call, id).flatMap((one) => (one.userId === userId ? (one.answeredAt ?? Infinity) : [])),
        );
        if (from < agreedAt(call, id, userId)) return [`${userId} is heard in ${id} before she agreed`];
        return to > no ? [`${userId} is heard in ${id} after her no was answered`] : [];
      }),
  );
  return [...new Set(found)];
}

function hasty(evidence: CallEvidence): string[] {
  const { call } = evidence;
  if (!knowsPresence(evidence)) return [];
  return call.truth.flatMap((meeting) =>
    capturesOf(meeting).flatMap(({ id, createdAt }) => {
      const there = peopleIn(meeting).filter(({ from, to = Infinity }) => from < createdAt - minute && to > createdAt);
      const silent = there.filter(({ externalUserId }) => agreedAt(call, meeting.id, externalUserId) > createdAt);
      return silent.map(({ externalUserId }) => `capture ${id} began before ${externalUserId} had agreed`);
    }),
  );
}

function unrecorded(evidence: CallEvidence): string[] {
  const { call } = evidence;
  if (evidence.schedule.faults.some((fault) => isOfCall(fault) && levelOf(fault.do) === 'event')) return [];
  const slack = sweepMs + slackOf(evidence);
  return call.truth.flatMap((meeting) => {
    if (call.said.some((one) => one.meetingId === meeting.id && one.decision !== 'given')) return [];
    const people = peopleIn(meeting);
    const both = [call.people.provider, call.people.patient].map((userId) =>
      people.filter((one) => one.externalUserId === userId),
    );
    const comes = Math.max(...people.map(({ from }) => from));
    const agreed = call.said
      .filter((one) => one.meetingId === meeting.id)
      .map(({ answeredAt = Infinity }) => answeredAt);
    const names = new Set(people.map(({ externalUserId }) => externalUserId));
    const all = [...names].every((userId) => agreedAt(call, meeting.id, userId) < Infinity);
    const from = Math.max(comes, ...agreed);
    const isLong = both.every((own) => own.some((one) => one.from <= from && (one.to ?? Infinity) > from + slack));
    if (!all || !isLong || endOf(meeting) < from + slack) return [];
    const isBegun = capturesOf(meeting).some(({ createdAt }) => createdAt <= from + slack);
    return isBegun ? [] : [`meeting ${meeting.id} was not recorded`];
  });
}

const captureOf = ({ captures }: CallTraces, meetingId: string): Row =>
  captures.find((row) => row['meeting_id'] === meetingId) ?? {};
const lengthOf = ({ chunks }: MeetingTruth) => chunks.reduce((sum, { from, to }) => sum + to - from, 0);

/** Whether somebody who had agreed withdrew, where that means that nothing is kept. */
const isDiscarded = ({ plan, consents }: CallTraces, meetingId: string) =>
  plan.discards && consents.some((row) => row['meeting_id'] === meetingId && row['decision'] === 'withdrawn');

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
    if (ms > 0 && (state === 'refused' || reason === 'NoChunks')) return [`${what} has chunks and is ${String(state)}`];
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
function falselyFailed({ schedule, call, unanswered }: CallEvidence): string[] {
  const isTold = call.plan.spoils.some(({ name }) => name === 'captureFails');
  const isHit = unanswered > 0 || schedule.faults.some((fault) => isOfCall(fault) && levelOf(fault.do) !== 'event');
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

/** Whoever is let in is kept from sending only while somebody records, and for as long as it takes to notice. */
function silenced(evidence: CallEvidence): string[] {
  const slack = sweepMs + slackOf(evidence);
  return evidence.call.truth.flatMap((meeting) => {
    const recorded = capturesOf(meeting).map(({ createdAt, endedAt = Infinity }) => [createdAt, endedAt] as const);
    return meeting.attendees.filter(isPerson).flatMap(({ id, externalUserId, earlier = [], capabilities }) => {
      const spans = [...earlier, { until: endOf(meeting), capabilities }].map(
        ({ until, capabilities: had }, at, all) => ({
          from: all[at - 1]?.until ?? meeting.createdAt,
          to: until,
          isSilent: had.Audio === 'Receive',
        }),
      );
      const there = meeting.presences.filter(({ attendeeId }) => attendeeId === id);
      const longest = Math.max(
        0,
        ...spans.flatMap(({ from, to, isSilent }) =>
          there.flatMap((stay) => {
            const [begin, end] = [Math.max(from, stay.from), Math.min(to, stay.to ?? Infinity)];
            return isSilent ? freeOf(begin, end, recorded) : [];
          }),
        ),
      );
      return longest > slack ? [`${externalUserId} was silent for ${seconds(longest)} without a recording`] : [];
    });
  });
}

/** The lengths of what is left of a time without some others. */
function freeOf(begin: number, end: number, others: readonly (readonly [number, number])[]): number[] {
  let at = begin;
  const left = others
    .toSorted(([a], [b]) => a - b)
    .map(([from, to]) => {
      const free = Math.min(from, end) - at;
      at = Math.max(at, to);
      return free;
    });
  return [...left, end - at];
}

function kept({ call }: CallEvidence): string[] {
  return call.truth.flatMap(({ id, keys }) => {
    if (!isDiscarded(call, id)) return [];
    const { state = 'refused' } = captureOf(call, id);
    const isSaid = state === 'discarded' || state === 'refused';
    return [
      ...(isSaid ? [] : [`the recording of ${id} is ${String(state)}, though somebody withdrew`]),
      ...(keys.length > 0 ? [`${keys.length} objects of ${id} are left`] : []),
    ];
  });
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
