import { Refusal } from '../refusals.ts';

/** How a voice is made: neural sounds better, standard takes more tags and costs a quarter. */
export type Engine = 'neural' | 'standard';

/** Somebody who can speak: a voice of Polly, the language that it is to speak, and its engine. */
export interface Speaker {
  /** As Polly writes it: `en-ZA`, `arb`. */
  language: string;
  /** Polly's `VoiceId`. */
  voice: string;
  engine: Engine;
}

/**
 * The voices of each language and their engines, n(eural) and s(tandard); the first voice speaks unless another is named,
 * and the first variant of a language stands for the bare language. From the guide's pages "Neural voices" and "Standard
 * voices" of 2025; those of children, and those that only the long-form or the generative engine has, are left out.
 * Afrikaans, Zulu, Xhosa, Swahili, Hausa and Yoruba have none: English of South Africa is the one language of Africa's own.
 */
const table: Readonly<Record<string, string>> = {
  'en-US': 'Joanna:ns Matthew:n Danielle:n Gregory:n Ruth:n Stephen:n Kendra:ns Kimberly:ns Salli:ns Joey:ns',
  'en-ZA': 'Ayanda:n',
  'en-GB': 'Amy:ns Emma:ns Brian:ns Arthur:n',
  'en-AU': 'Olivia:n Nicole:s Russell:s',
  'en-IE': 'Niamh:n',
  'en-IN': 'Kajal:n Aditi:s Raveena:s',
  'en-NZ': 'Aria:n',
  'en-SG': 'Jasmine:n',
  'fr-FR': 'Lea:ns Remi:n Celine:s Mathieu:s',
  'fr-BE': 'Isabelle:n',
  'fr-CA': 'Gabrielle:n Liam:n Chantal:s',
  'pt-PT': 'Ines:ns Cristiano:s',
  'pt-BR': 'Camila:ns Vitoria:ns Thiago:n Ricardo:s',
  arb: 'Zeina:s',
  'ar-AE': 'Hala:n Zayd:n',
  'de-DE': 'Vicki:ns Daniel:n Marlene:s Hans:s',
  'de-AT': 'Hannah:n',
  'de-CH': 'Sabrina:n',
  'es-ES': 'Lucia:ns Sergio:n Conchita:s Enrique:s',
  'es-MX': 'Mia:ns Andres:n',
  'es-US': 'Lupe:ns Pedro:n Penelope:s Miguel:s',
  'it-IT': 'Bianca:ns Adriano:n Carla:s Giorgio:s',
  'nl-NL': 'Laura:n Lotte:s Ruben:s',
  'nl-BE': 'Lisa:n',
  'ca-ES': 'Arlet:n',
  'cmn-CN': 'Zhiyu:ns',
  'cs-CZ': 'Jitka:n',
  'cy-GB': 'Gwyneth:s',
  'da-DK': 'Sofie:n Naja:s Mads:s',
  'fi-FI': 'Suvi:n',
  'hi-IN': 'Kajal:n Aditi:s',
  'is-IS': 'Dora:s Karl:s',
  'ja-JP': 'Takumi:ns Kazuha:n Tomoko:n Mizuki:s',
  'ko-KR': 'Seoyeon:ns Jihye:n',
  'nb-NO': 'Ida:n Liv:s',
  'pl-PL': 'Ola:n Ewa:s Maja:s Jacek:s Jan:s',
  'ro-RO': 'Carmen:s',
  'ru-RU': 'Tatyana:s Maxim:s',
  'sv-SE': 'Elin:n Astrid:s',
  'tr-TR': 'Burcu:n Filiz:s',
  'yue-CN': 'Hiujin:n',
};

/**
 * Where each engine is, of the regions in which this pipeline may run.
 * Unverified: both lists are the guide's of 2025, and the guide does not say that a region has every voice. So whoever asks
 * for a voice must be ready to hear that it is not there, and to ask for the next one.
 */
const engineRegions: Readonly<Record<Engine, ReadonlySet<string>>> = {
  neural: new Set(
    'us-east-1 us-west-2 af-south-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 us-gov-west-1'.split(
      ' ',
    ),
  ),
  standard: new Set(
    'us-east-1 us-east-2 us-west-2 af-south-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 us-gov-west-1'.split(
      ' ',
    ),
  ),
};

const languages = Object.keys(table);

/** Everybody who speaks a language in a region: for each voice, the neural engine first. */
function speakersOf(language: string, region: string): Speaker[] {
  return (table[language] ?? '').split(' ').flatMap((entry) => {
    const [voice = '', engines = ''] = entry.split(':');
    return (['neural', 'standard'] as const)
      .filter((engine) => engines.includes(engine.charAt(0)) && engineRegions[engine].has(region))
      .map((engine) => ({ language, voice, engine }));
  });
}

/** The languages that somebody speaks in a region. */
export function spokenIn(region: string): string[] {
  return languages.filter((language) => speakersOf(language, region).length > 0);
}

/**
 * The engines of the voice that is asked for, the better one first; without a voice, those of the language's first.
 * @param language as in the table, in any case and with `_` as well, or a bare language: `en_za`, `pt`
 * @throws Refusal LanguageNotSupported, which names the languages that have a voice here; VoiceNotSupported, which names
 * the voices of the language
 */
export function toSpeakers(asked: { language: string; voice?: string | undefined }, region: string): Speaker[] {
  const language = toLanguage(asked.language);
  const speakers = language === undefined ? [] : speakersOf(language, region);
  const [first] = speakers;
  if (language === undefined || !first) throw notSpoken(region);
  const chosen = speakers.filter(({ voice }) => voice === (asked.voice ?? first.voice));
  if (chosen.length > 0) return chosen;
  const voices = [...new Set(speakers.map(({ voice }) => voice))].join(', ');
  throw new Refusal('VoiceNotSupported', `The voices of ${language} are ${voices}.`);
}

/** No voice of the language is in the region. */
export function notSpoken(region: string): Refusal {
  return new Refusal(
    'LanguageNotSupported',
    `No voice speaks this language. These have one: ${spokenIn(region).join(', ')}.`,
  );
}

function toLanguage(text: string): string | undefined {
  const tag = text.trim().replaceAll('_', '-').toLowerCase();
  const bare = tag === 'ar' ? 'arb' : tag;
  return (
    languages.find((code) => code.toLowerCase() === bare) ??
    languages.find((code) => code.toLowerCase().split('-')[0] === bare)
  );
}
