import { anyOf } from '../phrases.ts';
import type { Entity } from './entities.ts';
import { toFigures } from './figures.ts';

const whole = (words: RegExp) => new RegExp(`^(?:${words.source})\\.?$`, 'i');

/**
 * Measurements that have several everyday names, each under the one it is written by. The service tags the words as they
 * are said, and codes none of them, so nothing else tells that two of them are one measurement.
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
  weight: whole(anyOf`weights?|weigh|weighs|weighed`),
};

/** The vital sign that a mention names: a test by one of its names, or a blood pressure by its two figures alone. */
export function vitalSignOf({ type, text }: Pick<Entity, 'type' | 'text'>): string | undefined {
  if (type !== 'TEST_NAME') return undefined;
  if (/^\d{2,3}\/\d{2,3}$/.test(toFigures(text))) return 'blood pressure';
  return Object.keys(names).find((name) => names[name]?.test(text));
}
