import { LanguageCode } from '@aws-sdk/client-transcribe';
import { describe, expect, test } from 'vitest';
import { toLanguage, transcribeLanguages } from '../../../pipeline/recording/languages.ts';

test('the list is the service’s own', () => {
  expect([...transcribeLanguages].toSorted()).toEqual(Object.values(LanguageCode).toSorted());
});

test.each(transcribeLanguages)('%s is taken as it is, in any case and with an underscore', (code) => {
  expect(toLanguage(code)).toBe(code);
  expect(toLanguage(code.toUpperCase().replace('-', '_'))).toBe(code);
});

test.each([
  ['nothing', [null, '', ' ', '\t\n'], 'en-US'],
  ['English alone', ['en', 'EN ', 'eng', 'en-Latn'], 'en-US'],
  ['American English', ['en_us', 'en-US-posix', 'en_US.UTF-8', 'en-PR', 'en-CA', 'en-PH'], 'en-US'],
  ['British English', ['en_gb', 'en-UK', 'en_GB@euro', 'en-NG', 'en-CM', 'en-GH', 'en-KE', 'en-001', 'en-JM'], 'en-GB'],
  ['English of the south of Africa', ['en-ZA', 'en-BW', 'en-ZW', 'en-ZM'], 'en-ZA'],
  ['English of India', ['en-IN', 'en-PK', 'en-LK'], 'en-IN'],
  ['Spanish alone', ['es', 'spa', 'es-Latn'], 'es-ES'],
  ['Spanish of Latin America', ['es-419', 'ES_419', 'es-AR', 'es-CO', 'es-DO'], 'es-US'],
  ['Spanish of Africa', ['es-GQ'], 'es-ES'],
  ['Spanish of Mexico', ['ES-mx'], 'es-MX'],
  ['French', ['fr', 'fre', 'fra', 'fr-CM', 'fr-SN', 'fr-BE', 'fr-CD', 'fr_CI'], 'fr-FR'],
  ['French of Canada', ['fr-ca'], 'fr-CA'],
  ['Portuguese', ['pt', 'pt-AO', 'pt-MZ'], 'pt-PT'],
  ['Arabic', ['ar', 'ara', 'arb', 'ar-EG', 'ar-001', 'ar-SD', 'ar-Arab-MA'], 'ar-SA'],
  ['Arabic of the Gulf', ['ar-AE', 'ar-KW', 'ar-QA'], 'ar-AE'],
  ['Swahili', ['sw', 'swa', 'swh', 'sw-CD'], 'sw-KE'],
  ['Swahili of Tanzania', ['sw-tz'], 'sw-TZ'],
  ['Mandarin, simplified', ['zh', 'zh-Hans', 'zh-Hans-CN', 'zh_Hans_SG', 'cmn', 'chi'], 'zh-CN'],
  ['Mandarin, traditional', ['zh-Hant', 'zh-TW', 'zh-Hant-TW'], 'zh-TW'],
  ['Cantonese', ['yue', 'zh-HK', 'zh-Hant-HK', 'zh-MO', 'yue-HK'], 'zh-HK'],
  ['German', ['de', 'de-AT', 'de-LU'], 'de-DE'],
  ['Norwegian', ['nb', 'nn-NO', 'no'], 'no-NO'],
  ['Filipino', ['fil', 'tl', 'fil-PH'], 'tl-PH'],
  ['Hebrew by its old name', ['iw', 'iw_IL'], 'he-IL'],
  ['languages with one variant', [' ZU ', 'zul', 'zu-SZ'], 'zu-ZA'],
  ['Hausa', ['ha', 'ha-NE', 'hau'], 'ha-NG'],
  ['Punjabi of Pakistan', ['pa-Arab-PK'], 'pa-IN'],
  ['Somali of Kenya', ['so-KE'], 'so-SO'],
] as const)('%s: %j is %s', (_, written, language) => {
  expect(written.map(toLanguage)).toEqual(written.map(() => language));
});

describe('refuses', () => {
  const refused = (message: RegExp) =>
    expect.objectContaining({ name: 'LanguageNotSupported', message: expect.stringMatching(message) });

  test.each([
    ['yo', /not read the language yo; set transcription_language to a code such as en-GB, in one of .* sw /],
    ['ig-NG', /language ig-NG;/],
    ['pcm', /language pcm;/],
    ['xh_ZA', /language xh-ZA;/],
    ['ti-ER', /language ti-ER;/],
    ['xx', /language xx;/],
    ['english', /language english;/],
  ])('%s by its name, and says what would do', (text, message) => {
    expect(() => toLanguage(text)).toThrow(refused(message));
  });

  test.each(['-', '_', 'e-US', 'en-USA', 'en--US', '12', 'Mrs. Jones', 'en US'])(
    'what is no language code, without repeating it: %j',
    (text) => {
      expect(() => toLanguage(text)).toThrow(
        refused(/^transcription_language \(\d+ characters\) is no language code; set/),
      );
    },
  );
});
