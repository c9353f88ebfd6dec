import { allows } from '../chime/capabilities.ts';
import type { Attendee, Meeting } from '../chime/meeting.ts';
import { reserved } from '../chime/requests.ts';
import type { Stretch } from './pipeline.ts';

/** Whose voice may be heard, from when to when: milliseconds since the epoch. */
export interface Voice {
  attendeeId: string;
  externalUserId: string;
  from: number;
  to: number;
}

/**
 * Everybody who was connected between two times while she might send audio, in the order of connections. It is the truth:
 * it takes no notice of what events say, nor of whether anybody spoke.
 */
export function voicesIn(meeting: Meeting, from: number, to: number): Voice[] {
  return meeting.presences.flatMap(({ attendeeId, externalUserId, ...presence }) => {
    const attendee = meeting.attendees.find(({ id }) => id === attendeeId);
    if (!attendee || reserved.test(externalUserId)) return [];
    const here = overlap({ from, to }, presence);
    return sending(attendee)
      .map((span) => overlap(here, span))
      .filter((span) => span.from < span.to)
      .map((span) => ({ attendeeId, externalUserId, ...span }));
  });
}

/** When an attendee might send audio. */
export function sending({ earlier = [], capabilities }: Attendee): Required<Stretch>[] {
  const all = [...earlier, { until: Infinity, capabilities }];
  return all.flatMap(({ until, capabilities: had }, at) =>
    allows(had, 'Audio', 'Send') ? { from: all[at - 1]?.until ?? -Infinity, to: until } : [],
  );
}

function overlap(one: Required<Stretch>, { from, to = Infinity }: Stretch): Required<Stretch> {
  return { from: Math.max(one.from, from), to: Math.min(one.to, to) };
}
