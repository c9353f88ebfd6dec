import type { Mention } from '../mention.ts';

/** The service's traits; a negation by its score, because a doubtful one is often wrong. */
export function traitCues({ entity: { traits } }: Mention): string[] {
  const negation = traits.find(({ name }) => name === 'NEGATION')?.score;
  return [
    ...traits.map(({ name }) => `trait ${name}`),
    ...(negation === undefined ? [] : [`NEGATION ${negation < 0.6 ? 'weak' : negation < 0.85 ? 'fair' : 'sure'}`]),
    ...(traits.length === 0 ? ['no trait'] : []),
  ];
}

/** What the named rules make of the mention alone. */
export function rulingCues({ ruling: { status, reason }, manner }: Mention): string[] {
  return [`rule ${reason}`, `ruled ${status}`, `${manner} ruled ${status}`];
}
