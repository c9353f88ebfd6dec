import { describe, expect, test } from 'vitest';
import { faultsOf, isInstalled } from './checks.ts';
import { parts, readConsultations } from './consultations.ts';

describe.runIf(isInstalled)('a consultation is valid FHIR R4 before anybody has reviewed it', () => {
  test.each(parts)('part %i', async (part) => {
    const faults: string[] = [];
    let count = 0;
    for await (const { name, opened } of readConsultations(part)) {
      count += 1;
      faults.push(...(await faultsOf(opened)).map((fault) => `${name}: ${fault}`));
    }
    console.log(`part ${part}: ${count} consultations, before review`);
    expect(count).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });
});
