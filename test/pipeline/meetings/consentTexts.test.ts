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
  ['2026-11-28', 'en', 'keep', '3062ccf94f1a6e41366b55f37ce8564a179c1ad67e2b76513bc9c9787198e8ef'],
  ['2026-11-28', 'en', 'discard', '813eae41e1c85f3df979fc66331852df7ed911ee5ce4d7b9c6dfdfc82e1ba981'],
  ['2026-11-28', 'fr', 'keep', 'a5c6c487cd354712ffd689c8759a0e22449ed5937eae763ebbeb73619342bd8c'],
  ['2026-11-28', 'fr', 'discard', '5198c30f61f0869fec1cc225d66d8d8b8142b5eb29c666d7b981f5a5b806e4a0'],
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
