import type { RefusalName } from './refusals.ts';

/** Who may do something in a call or a channel, and whether still once that is over. */
export interface Right {
  who: 'provider' | 'everybody';
  over: 'refused' | 'fine';
}

/**
 * Why somebody who takes part may not do it; undefined when she may.
 * @param over what is said of the call or the channel where it is over; undefined while it is not
 */
export function rightRefusalOf(right: Right, role: string, over: RefusalName | undefined): RefusalName | undefined {
  if (right.who === 'provider' && role !== 'provider') return 'OnlyTheProvider';
  return right.over === 'refused' ? over : undefined;
}
