import { expect, test } from 'vitest';
import { rulingCues, traitCues } from '../../../../../pipeline/clinical/assertion/cues/traits.ts';
import type { Trait } from '../../../../../pipeline/clinical/entities.ts';
import { mentionsIn } from '../../../marked.ts';

function mentionWith(traits: Trait[]) {
  const [mention] = mentionsIn('P: I have [asthma].', traits).mentions;
  if (!mention) throw new Error('nothing is marked');
  return mention;
}

const negated = (score: number): Trait => ({ name: 'NEGATION', score });

test.each<[Trait[], string[]]>([
  [[], ['no trait']],
  [[{ name: 'SYMPTOM', score: 0.3 }], ['trait SYMPTOM']],
  [[negated(0.59)], ['trait NEGATION', 'NEGATION weak']],
  [[negated(0.6)], ['trait NEGATION', 'NEGATION fair']],
  [
    [negated(0.85), { name: 'SIGN', score: 1 }],
    ['trait NEGATION', 'trait SIGN', 'NEGATION sure'],
  ],
])('%j: %j', (traits, cues) => expect(traitCues(mentionWith(traits))).toEqual(cues));

test('what the rules make of it counts by itself, and by how it is said', () => {
  const mention = { ...mentionWith([]), ruling: { status: 'absent', reason: 'denied' } as const };
  expect(rulingCues(mention)).toEqual(['rule denied', 'ruled absent', 'patientStated ruled absent']);
});
