import {
  agreedAt,
  type CallEvidence,
  captureOf,
  capturesOf,
  type Check,
  endOf,
  isDiscarded,
  isOfCall,
  isPerson,
  knowsPresence,
  noesIn,
  peopleIn,
  seconds,
  slackOf,
  sweepMs,
} from './callLimits.ts';
import { levelOf } from './harms.ts';

/** What holds of those who are recorded, or are not. */
export const consentChecks: Readonly<Record<string, Check>> = {
  'nobody is heard who has not agreed': heard,
  'a recording begins when everybody there has agreed': hasty,
  'what all agreed to is recorded': unrecorded,
  'nobody is silenced without a recording': silenced,
  'what is discarded is gone': kept,
};

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

/** Whoever is there is known at once, unless something is in the way: nothing else happens at that time. */
function hasty(evidence: CallEvidence): string[] {
  const { call } = evidence;
  if (!knowsPresence(evidence)) return [];
  return call.truth.flatMap((meeting) =>
    capturesOf(meeting).flatMap(({ id, createdAt }) => {
      const there = peopleIn(meeting).filter(({ from, to = Infinity }) => from <= createdAt && to > createdAt);
      const silent = there.filter(({ externalUserId }) => agreedAt(call, meeting.id, externalUserId) > createdAt);
      return silent.map(({ externalUserId }) => `capture ${id} began before ${externalUserId} had agreed`);
    }),
  );
}

function unrecorded(evidence: CallEvidence): string[] {
  const { call } = evidence;
  if (evidence.hits.some((fault) => isOfCall(fault) && levelOf(fault.do) === 'event')) return [];
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
