import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultsOf, isInstalled } from './checks.ts';
import { parts, readConsultations } from './consultations.ts';
import { reviewsOf } from './reviews.ts';

/** Reviews that are tried of each consultation. */
const numRuns = Number(process.env['FHIR_REVIEWS'] || 1);

describe.runIf(isInstalled)('a consultation is valid FHIR R4 after any review', () => {
  test.each(parts)('part %i', async (part) => {
    let count = 0;
    for await (const { name, opened } of readConsultations(part)) {
      count += 1;
      const isValid = fc.asyncProperty(reviewsOf(opened), async (reviewed) => {
        expect([name, await faultsOf(reviewed)]).toEqual([name, []]);
      });
      await fc.assert(isValid, { numRuns });
    }
    console.log(`part ${part}: ${count * numRuns} reviews of ${count} consultations`);
    expect(count).toBeGreaterThan(20);
  });
});
