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
  ['2026-11-29', 'en', 'keep', '8d95a9d0a3877ce4d12df378f24e6d1fdcea6bf8090688327685b622fa010766'],
  ['2026-11-29', 'en', 'discard', '44d7689ccbca0624188e5845056f3c4a31b9abeb0e754f5c6d804bdf40c1e7f8'],
  ['2026-11-29', 'fr', 'keep', '00d98184ac3d772def8d942da04fd2b6d15a2784b460e85f5c43fd564c669097'],
  ['2026-11-29', 'fr', 'discard', 'eaeb14b1b131611071e685c998edb41843c0942009359fe7b584942238f17d89'],
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
