import type { Caller, Callers, Links } from './apiPorts.ts';
import type { Config } from './config.ts';
import type { Log, Measure } from './ports.ts';
import type { SpeechRequest } from './speech/requests.ts';
import type { Speaker } from './speech/voices.ts';

/** Everything through which the route that speaks reaches the outside. */
export interface SpeechPorts {
  config: Pick<Config, 'region'>;
  callers: Callers;
  budgets: SpeechBudgets;
  voices: Voices;
  sounds: Sounds;
  links: Links;
  /** The secret that the keys of sounds are made with. */
  readKey: () => Promise<string>;
  log: Log;
  measure: Measure;
  now: () => Date;
}

/** How much each user may have spoken. */
export interface SpeechBudgets {
  /**
   * Counts a request and its characters, unless they are too many for this user's hour.
   * @returns `unknown` when no user of the health record belongs to the token
   * @throws Refusal ServiceUnavailable
   */
  take(caller: Pick<Caller, 'issuer' | 'subject'>, characters: number): Promise<'granted' | 'tooMany' | 'unknown'>;
}

/** Whoever speaks. */
export interface Voices {
  /**
   * The sound of a text, as MP3, and how many characters it costs; `notHere` when this voice is not in this region, or not
   * with this engine.
   * @throws Refusal InvalidRequest, TextTooLong; PipelineError Throttled, ServiceUnavailable
   */
  speak(
    request: Pick<SpeechRequest, 'text' | 'textType'>,
    speaker: Speaker,
  ): Promise<{ bytes: Uint8Array; characters: number } | 'notHere'>;
}

/** Where one version of a sound lies. */
export interface Sound {
  bucket: string;
  key: string;
  versionId: string;
}

/** What has been spoken lately. @throws PipelineError Throttled, ServiceUnavailable */
export interface Sounds {
  find(key: string): Promise<Sound | undefined>;
  keep(key: string, bytes: Uint8Array): Promise<Sound>;
}
