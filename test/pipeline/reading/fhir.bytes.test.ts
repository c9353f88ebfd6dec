import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleOptions } from '../../../infra/build.ts';
import { toChart } from '../../../pipeline/reading/draw.ts';
import { toBundle } from '../../../pipeline/reading/fhir.ts';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { scriptFor } from './fhirScript.ts';
import { openVisit, reviewed } from './visit.ts';

const base = 'https://medzen.example';
let opened: Opened;
beforeAll(async () => {
  const visit = await openVisit();
  opened = reviewed(visit, 'cough', { note: 'café \u{1f637}' });
});

describe('the same bytes', () => {
  const { platform, target, minifySyntax, minifyWhitespace } = bundleOptions;
  // Neither a built-in of Node nor the network, the clock or chance: what is not named here is not there.
  test.each([
    ['as Lambda is given it', { platform, target, minifySyntax, minifyWhitespace }],
    ['as a browser is given it', { platform: 'browser', minify: true }],
  ] as const)('%s', async (_, options) => {
    const realm = createContext({ TextEncoder, opened: JSON.stringify(opened), base });
    const absent = 'delete Date; delete Math.random; delete Intl;';
    const script = await scriptFor(options);
    const text: unknown = runInContext(`${absent} ${script}; made.fhir(opened, base)`, realm);
    expect(text).toBe(JSON.stringify(toBundle(toChart(opened), { base })));
  });

  test('whatever the order in which the database writes the keys of a row', () => {
    const shuffled = JSON.parse(JSON.stringify(opened), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toReversed())
        : value,
    ) as Opened;
    expect(JSON.stringify(toBundle(toChart(shuffled), { base }))).toBe(
      JSON.stringify(toBundle(toChart(opened), { base })),
    );
  });
});
