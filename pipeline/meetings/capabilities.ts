import type { CallParticipant, Capabilities } from './call.ts';

/** Why somebody may not send or receive everything. */
export type Restraint = 'waiting' | 'muted';

const open: Capabilities = { Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' };

const allowed: Readonly<Record<Restraint, Capabilities>> = {
  waiting: { Audio: 'None', Video: 'None', Content: 'None' },
  muted: { ...open, Audio: 'Receive' },
};

/** The strongest reason counts. */
export function restraintOf({ admitted, muted }: Pick<CallParticipant, 'admitted' | 'muted'>): Restraint | undefined {
  if (!admitted) return 'waiting';
  return muted ? 'muted' : undefined;
}

/** What somebody may send and receive now: the only place that decides it. */
export function capabilitiesOf(participant: Pick<CallParticipant, 'admitted' | 'muted'>): Capabilities {
  const restraint = restraintOf(participant);
  return restraint === undefined ? open : allowed[restraint];
}

export function isSame(one: Capabilities, other: Capabilities): boolean {
  return one.Audio === other.Audio && one.Video === other.Video && one.Content === other.Content;
}
