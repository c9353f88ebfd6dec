import type { Route } from '../../apiPorts.ts';
import { Refusal } from '../../refusals.ts';
import { toSpeechKey } from '../../speech/key.ts';
import { usdOfSpeech } from '../../speech/prices.ts';
import { type SpeechRequest, toSpeechRequest } from '../../speech/requests.ts';
import { type Engine, notSpoken, type Speaker, toSpeakers } from '../../speech/voices.ts';
import type { Sound, SpeechPorts } from '../../speechPorts.ts';

/** How long a link may be used, in seconds. The bucket's policy caps the links of every other signer at the same. */
export const linkSeconds = 300;

export interface Spoken {
  /** Of an MP3. */
  url: string;
  /** ISO 8601. */
  expiresAt: string;
  voice: string;
  engine: Engine;
  billedCharacters: number;
  /** Whether it had been spoken before, so that nothing is billed for it now. */
  cached: boolean;
}

/** Has a text spoken, for any user of the health record, and gives a link to the sound. */
export const speak: Route<SpeechPorts> =
  (ports) =>
  async (caller, { body }): Promise<Spoken> => {
    const request = toSpeechRequest(body);
    const speakers = toSpeakers(request, ports.config.region).filter(({ engine }) => request.engines.includes(engine));
    if (speakers.length === 0) {
      throw new Refusal('InvalidRequest', 'The field text has a tag that this voice does not take.');
    }
    // What was spoken before counts as well: the answer is the same, and so is the use of it.
    const taken = await ports.budgets.take(caller, request.billedCharacters);
    if (taken !== 'granted') throw new Refusal(taken === 'unknown' ? 'UnknownUser' : 'TooManyRequests');
    const { sound, speaker, cached } = await soundOf(ports, request, speakers);
    const expiresAt = new Date(ports.now().getTime() + linkSeconds * 1000).toISOString();
    const url = await ports.links.issue({ ...sound, contentType: 'audio/mpeg' }, linkSeconds);
    const { billedCharacters } = request;
    return { url, expiresAt, voice: speaker.voice, engine: speaker.engine, billedCharacters, cached };
  };

interface Found {
  sound: Sound;
  speaker: Speaker;
  cached: boolean;
}

/** By the first of the engines that has this voice here. */
async function soundOf(ports: SpeechPorts, request: SpeechRequest, speakers: readonly Speaker[]): Promise<Found> {
  const { sounds, voices, measure } = ports;
  const secret = await ports.readKey();
  for (const speaker of speakers) {
    const key = await toSpeechKey(secret, request, speaker);
    const kept = await sounds.find(key);
    if (kept) return { sound: kept, speaker, cached: true };
    const spoken = await voices.speak(request, speaker);
    if (spoken === 'notHere') continue;
    measure('', 'SpeechCharacters', spoken.characters, speaker.engine);
    measure('', 'EstimatedUsd', usdOfSpeech(speaker.engine, spoken.characters));
    return { sound: await sounds.keep(key, spoken.bytes), speaker, cached: false };
  }
  throw notSpoken(ports.config.region);
}
