import table from './weights.json' with { type: 'json' };
import type { Weights } from './likelihood.ts';

/** As `npm run assertion` fits them; `consultations` are those that it fitted them on. */
export const { weights, consultations }: { weights: Weights; consultations: readonly string[] } = table;
