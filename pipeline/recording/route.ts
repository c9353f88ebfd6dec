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
    coded: isRead(language) && abilities.comprehendMedical,
  };
}

/** Whether Comprehend Medical reads a language: any English. */
export function isRead(language: string): boolean {
  return language.startsWith('en-');
}
