import { PipelineError } from '../errors.ts';

/** The languages of a batch job: the values of Transcribe's `LanguageCode`. */
export const transcribeLanguages: readonly string[] = (
  'ab-GE af-ZA am-ET ar-AE ar-SA ast-ES az-AZ ba-RU be-BY bg-BG bn-IN bs-BA ca-ES ckb-IQ ckb-IR cs-CZ cy-GB cy-WL ' +
  'da-DK de-CH de-DE el-GR en-AB en-AU en-GB en-IE en-IN en-NZ en-US en-WL en-ZA es-ES es-MX es-US et-EE et-ET ' +
  'eu-ES fa-AF fa-IR fi-FI fr-CA fr-FR ga-IE gd-GB gl-ES gu-IN ha-NG he-IL hi-IN hr-HR ht-HT hu-HU hy-AM id-ID ' +
  'is-IS it-IT ja-JP jv-ID kab-DZ ka-GE kk-KZ km-KH kn-IN ko-KR ky-KG lg-IN lt-LT lv-LV mhr-RU mi-NZ mk-MK ml-IN ' +
  'mn-MN mr-IN ms-MY mt-MT my-MM ne-NP nl-NL no-NO or-IN pa-IN pl-PL ps-AF pt-BR pt-PT ro-RO ru-RU rw-RW si-LK ' +
  'sk-SK sl-SI so-SO sq-AL sr-RS su-ID sv-SE sw-BI sw-KE sw-RW sw-TZ sw-UG ta-IN te-IN th-TH tl-PH tr-TR tt-RU ' +
  'ug-CN uk-UA uz-UZ vi-VN wo-SN zh-CN zh-HK zh-TW zu-ZA'
).split(' ');

interface Variants {
  /** The variant for a bare language and for every region that is not listed. */
  usual: string;
  /** Regions, or scripts, whose speech is nearer to another variant. */
  nearer?: Readonly<Record<string, string>>;
}

/**
 * The nearest variant of a language that has several, or that Transcribe calls by another name than BCP 47. A language
 * with one variant needs no row. English outside the list is British, as its spelling is in CLDR. Latin American
 * Spanish is the American model, except in Mexico, which has its own.
 */
const variants: Readonly<Record<string, Variants>> = {
  ar: { usual: 'ar-SA', nearer: rows('AE BH KW OM QA', 'ar-AE') },
  ckb: { usual: 'ckb-IQ' },
  cy: { usual: 'cy-WL' },
  de: { usual: 'de-DE', nearer: rows('LI', 'de-CH') },
  en: {
    usual: 'en-GB',
    nearer: {
      ...rows('AS BM CA GU LR MH MP PH PR PW UM VI', 'en-US'),
      ...rows('BW LS MW MZ NA SZ ZM ZW', 'en-ZA'),
      ...rows('BD BT LK MV NP PK', 'en-IN'),
      ...rows('CX CC FJ NF NR PG SB TO VU WS', 'en-AU'),
      ...rows('CK NU PN TK', 'en-NZ'),
    },
  },
  es: { usual: 'es-US', nearer: rows('EA EH GI GQ IC PH', 'es-ES') },
  et: { usual: 'et-EE' },
  fa: { usual: 'fa-IR', nearer: rows('PK', 'fa-AF') },
  fil: { usual: 'tl-PH' },
  fr: { usual: 'fr-FR', nearer: rows('PM US', 'fr-CA') },
  nb: { usual: 'no-NO' },
  nn: { usual: 'no-NO' },
  pt: { usual: 'pt-PT' },
  sw: { usual: 'sw-KE' },
  yue: { usual: 'zh-HK' },
  zh: { usual: 'zh-CN', nearer: { Hant: 'zh-TW', ...rows('MO', 'zh-HK') } },
};

function rows(regions: string, variant: string): Record<string, string> {
  return Object.fromEntries(regions.split(' ').map((region) => [region, variant]));
}

/** Bare languages that mean another variant than a region that is not listed. */
const bare: Readonly<Record<string, string>> = { en: 'en-US', es: 'es-ES' };

/**
 * The session's language as Transcribe writes it, or its nearest variant: `en-US` for `en_us` or `EN-US`, `es-US` for
 * `es-419`, `fr-FR` for `fr-CM`, and `en-US` when the session names none. Scripts, variants and extensions of BCP 47 are
 * read, and so is a POSIX locale such as `en_GB.UTF-8`.
 * @throws PipelineError LanguageNotSupported for a language that Transcribe does not read, and for a text that is none
 */
export function toLanguage(text: string | null): string {
  const written = text?.trim() ?? '';
  if (written === '') return 'en-US';
  const tag = written
    .replace(/[.@][\w-]+$/, '')
    .replaceAll('_', '-')
    .toLowerCase();
  const exact = transcribeLanguages.find((code) => code.toLowerCase() === tag);
  if (exact !== undefined) return exact;
  const locale = readLocale(tag);
  const code = locale && nearest(locale);
  if (code === undefined) throw new PipelineError('LanguageNotSupported', refusal(written, locale));
  return code;
}

function readLocale(tag: string): Intl.Locale | undefined {
  try {
    // It also gives old and three-letter names their present form: iw, swa, cmn-Hans.
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}

function nearest({ language, region, script }: Intl.Locale): string | undefined {
  const exact = `${language}-${region}`;
  if (transcribeLanguages.includes(exact)) return exact;
  const { usual, nearer = {} } = variants[language] ?? {
    usual: transcribeLanguages.find((code) => code.startsWith(`${language}-`)),
  };
  const listed = nearer[region ?? ''] ?? nearer[script ?? ''];
  return listed ?? (region === undefined ? bare[language] : undefined) ?? usual;
}

/** Names the language, unless the column holds something that may be anything: a message never repeats such a text. */
function refusal(written: string, locale: Intl.Locale | undefined): string {
  const known = [...new Set(transcribeLanguages.map((code) => code.split('-')[0]))].join(' ');
  const remedy = `set transcription_language to a code such as en-GB, in one of these languages: ${known}`;
  if (locale) return `Transcribe does not read the language ${locale.baseName}; ${remedy}`;
  return `transcription_language (${written.length} characters) is no language code; ${remedy}`;
}
