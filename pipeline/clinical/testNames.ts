import { anyOf } from '../phrases.ts';
import type { Entity } from './entities.ts';
import { toFigures } from './figures.ts';

const whole = (words: RegExp) => new RegExp(`^(?:${words.source})\\.?$`, 'i');

/**
 * Tests that have several everyday names, each under the one it is written by. The service tags the words as they are
 * said, and codes none of them, so nothing else tells that two of them are one test.
 */
const names: Readonly<Record<string, RegExp>> = {
  'blood pressure': whole(anyOf`
    (?:blood )?pressures?(?: readings?)?|b\.?p\.?(?: readings?)?
  `),
  pulse: whole(anyOf`pulse(?: rate)?|heart ?rate`),
  'oxygen saturation': whole(anyOf`
    (?:oxygen|o2)(?: (?:sats?|saturations?|levels?))?|sats?|saturations?|sp ?o2
  `),
  temperature: whole(anyOf`temp|temps|temperatures?`),
  'respiratory rate': whole(anyOf`respirations?|(?:respiratory|respiration|breathing) rate|resps?`),
  ECG: whole(anyOf`
    e\.?[ck]\.?g\.?s?|electrocardiograms?|(?:heart )?tracings?|tracings? of (?:the|your) heart
  `),
  'full blood count': whole(anyOf`(?:full|complete) blood counts?|[fc]\.?b\.?c\.?s?`),
  HbA1c: whole(anyOf`(?:ha?emoglobin |hb ?)?a ?1 ?c`),
  'chest X-ray': whole(anyOf`chest x[- ]?rays?|x[- ]?rays? of (?:the|your) chest`),
  weight: whole(anyOf`weights?|weigh|weighs|weighed`),
};

/** The test that a mention names by one of its everyday names; a blood pressure by its two figures alone, too. */
export function testNameOf({ type, text }: Pick<Entity, 'type' | 'text'>): string | undefined {
  if (type !== 'TEST_NAME') return undefined;
  if (/^\d{2,3}\/\d{2,3}$/.test(toFigures(text))) return 'blood pressure';
  return Object.keys(names).find((name) => names[name]?.test(text));
}
