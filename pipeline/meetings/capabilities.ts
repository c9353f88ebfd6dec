import type { CallParticipant, Capabilities } from './call.ts';
import { mayBeHeard } from './consent.ts';

/** Why somebody may not send or receive everything. */
export type Restraint = 'removed' | 'waiting' | 'consent' | 'muted';

/** What decides it, of a person's row. */
export type Restrained = Pick<CallParticipant, 'status' | 'admitted' | 'muted' | 'consent' | 'isRecorded'>;

const shut: Capabilities = { Audio: 'None', Video: 'None', Content: 'None' };
const open: Capabilities = { Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' };

const allowed: Readonly<Record<Restraint, Capabilities>> = {
  // Her attendee is deleted; until Chime can be asked to, it is there.
  removed: shut,
  waiting: shut,
  // Nothing of somebody who has not agreed can be recorded.
  consent: { Audio: 'Receive', Video: 'Receive', Content: 'Receive' },
  muted: { ...open, Audio: 'Receive' },
};

/**
 * The strongest reason counts.
 * @param consentVersion of the text that counts
 */
export function restraintOf(person: Restrained, consentVersion: string): Restraint | undefined {
  if (person.status === 'removed') return 'removed';
  if (!person.admitted) return 'waiting';
  if (person.isRecorded && !mayBeHeard(person.consent, consentVersion)) return 'consent';
  return person.muted ? 'muted' : undefined;
}

/** What somebody may send and receive now: the only place that decides it. */
export function capabilitiesOf(person: Restrained, { consentVersion }: { consentVersion: string }): Capabilities {
  const restraint = restraintOf(person, consentVersion);
  return restraint === undefined ? open : allowed[restraint];
}

export function isSame(one: Capabilities, other: Capabilities): boolean {
  return one.Audio === other.Audio && one.Video === other.Video && one.Content === other.Content;
}
