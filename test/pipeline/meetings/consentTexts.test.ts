import { describe, expect, test } from 'vitest';
import {
  consentLanguages,
  consentText,
  consentTextHash,
  consentVersions,
  newestConsentVersion,
  type Withdrawn,
} from '../../../pipeline/meetings/consentTexts.ts';

/** Of every text that was ever published. A line is added with a text, and none is changed: people agreed to it. */
const published: readonly (readonly [version: string, language: string, Withdrawn, sha256: string])[] = [
  ['2026-11-29', 'en', 'keep', '47706f9f74a4ed060c3d8922b70c7000dfd0fa3c0146d3dcf253227ea04c054c'],
  ['2026-11-29', 'en', 'discard', '955ec11e4807d028b79b5472ea60bd4b16a2de4441f163782469552283d1765a'],
  ['2026-11-29', 'fr', 'keep', '64c0cbb37c5b9394f4f09596faa068645b48d8dba1e91fd6dd2da0d8b56999c3'],
  ['2026-11-29', 'fr', 'discard', 'ad53f034a0cb0d3dad4b4b1304d76ac64aa55fcb7ec7ab3169008dc0cb10ec1a'],
];

test.each(published)('the text %s in %s, %s, is as it was published', async (version, language, withdrawn, sha256) => {
  const shown = consentText(version, withdrawn, [language]);
  expect([shown.version, shown.language, await consentTextHash(shown)]).toEqual([version, language, sha256]);
});

test('no text is without its line', () => {
  const all = consentVersions.flatMap((version) =>
    consentLanguages(version).flatMap((language) => [`${version} ${language} keep`, `${version} ${language} discard`]),
  );
  expect(published.map(([version, language, withdrawn]) => `${version} ${language} ${withdrawn}`)).toEqual(all);
});

test('the newest is the last of the table, and every version has English', () => {
  expect(newestConsentVersion).toBe(consentVersions.toSorted().at(-1));
  for (const version of consentVersions) expect(consentLanguages(version)).toContain('en');
});

test.each<[string, (string | null | undefined)[], string]>([
  ['of a country', ['fr-CM'], 'fr'],
  ['in other letters', ['FR_ca'], 'fr'],
  ['the first that there is', ['ln-CD', null, 'fr-FR', 'en-US'], 'fr'],
  ['that there is not', ['ln-CD'], 'en'],
  ['of a prototype', ['constructor', 'toString'], 'en'],
  ['that nobody asked for', [undefined, null, ''], 'en'],
  ['none', [], 'en'],
])('a language %s', (_, languages, expected) => {
  expect(consentText(newestConsentVersion, 'keep', languages).language).toBe(expected);
});

describe.each(consentVersions.flatMap((version) => consentLanguages(version).map((one) => [version, one] as const)))(
  'the text %s in %s',
  (version, language) => {
    test('differs by what becomes of the recording, in the last paragraph alone', () => {
      const [kept, discarded] = (['keep', 'discard'] as const).map((withdrawn) =>
        consentText(version, withdrawn, [language]).text.split('\n\n'),
      );
      expect(kept?.slice(0, -1)).toEqual(discarded?.slice(0, -1));
      expect(kept?.at(-1)).not.toBe(discarded?.at(-1));
    });

    test('is short', () => {
      expect(consentText(version, 'discard', [language]).text.split(/\s+/).length).toBeLessThan(300);
    });
  },
);

test.each(['1', 'toString', ''])('there is no version %j', (version) => {
  expect(() => consentText(version, 'keep')).toThrow('there is no consent text');
});
