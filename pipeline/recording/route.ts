import { PipelineError } from '../errors.ts';
import type { Audio } from './media.ts';
import type { RegionAbilities } from './regions.ts';

export type EngineName = 'transcribe-medical' | 'transcribe';

/** How a recording will be transcribed, and whether its text may then be coded. */
export interface Route {
  engine: EngineName;
  language: string;
  /** Speakers are told apart by channel, or by voice on one track. */
  speakersBy: 'channel' | 'voice';
  coded: boolean;
}

const medicalSampleRate = 16_000;

/**
 * Chooses the engine. Transcribe Medical reads US English at 16 kHz or more, in some regions; everything else goes to
 * standard Transcribe. Comprehend Medical reads any English. A Chime recording is one mix of all attendees even when it
 * is stored as stereo, so only other clients' two-channel files are told apart by channel.
 */
export function toRoute(language: string, audio: Audio, source: 'chime' | 'upload', abilities: RegionAbilities): Route {
  const medical = language === 'en-US' && audio.sampleRate >= medicalSampleRate && abilities.transcribeMedical;
  return {
    engine: medical ? 'transcribe-medical' : 'transcribe',
    language,
    speakersBy: source === 'upload' && audio.channels === 2 ? 'channel' : 'voice',
    coded: language.startsWith('en-') && abilities.comprehendMedical,
  };
}

/** The variant of a bare language that is assumed when the session does not say which one is spoken. */
const defaultVariant: Readonly<Record<string, string>> = {
  af: 'af-ZA',
  de: 'de-DE',
  en: 'en-US',
  es: 'es-ES',
  fr: 'fr-FR',
  it: 'it-IT',
  nl: 'nl-NL',
  pt: 'pt-PT',
  zu: 'zu-ZA',
};

/**
 * The session's language as Transcribe writes it: `en-US` for `en_us` or `EN-US`, `es-ES` for a bare `es`, and `en-US`
 * when the session names none.
 * @throws PipelineError TranscriptionFailed for a text that is not a language code
 */
export function toLanguage(text: string | null): string {
  if (!text) return 'en-US';
  const [language = '', variant] = text.trim().replace('_', '-').split('-');
  const code = variant ? `${language.toLowerCase()}-${variant.toUpperCase()}` : defaultVariant[language.toLowerCase()];
  if (!code || !/^[a-z]{2,3}-[A-Z]{2}$/.test(code)) {
    throw new PipelineError('TranscriptionFailed', 'transcription_language is no language code such as en-US');
  }
  return code;
}
