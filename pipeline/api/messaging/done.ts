import { refusedBy } from '../../messaging/access.ts';
import { Refusal } from '../../refusals.ts';

/**
 * What the record did. Between the look and the write, the person may have been removed, or the channel archived.
 * @throws Refusal for what it did not do
 */
export function done<Answer extends { outcome: string }>(
  answer: Answer,
): Exclude<Answer, { outcome: keyof typeof refusedBy }> {
  const { outcome } = answer;
  if (outcome === 'isParty') {
    throw new Refusal('InvalidRequest', 'The field userId names one of the two people of the appointment, who stay.');
  }
  if (outcome in refusedBy) throw new Refusal(refusedBy[outcome as keyof typeof refusedBy]);
  return answer as Exclude<Answer, { outcome: keyof typeof refusedBy }>;
}
