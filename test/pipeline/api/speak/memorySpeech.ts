import type { Caller } from '../../../../pipeline/apiPorts.ts';
import type { Speaker } from '../../../../pipeline/speech/voices.ts';
import type { SpeechPorts } from '../../../../pipeline/speechPorts.ts';

export const caller: Caller = { issuer: 'supabase', subject: 'user', token: 'token' };
/** The body of a usual request. */
export const body = { text: 'Take one tablet, Ngozi.', language: 'en-GB' };

export interface MemorySpeech extends SpeechPorts {
  did: string[];
  measured: unknown[][];
  logged: unknown[];
  kept: Map<string, Uint8Array>;
}

/**
 * The ports of the route that speaks, without anything behind them.
 * @param more where it runs, and which voices are not there
 */
export function memorySpeech(more: { region?: string; absent?: (speaker: Speaker) => boolean } = {}): MemorySpeech {
  const { region = 'eu-west-1', absent = () => false } = more;
  const did: string[] = [];
  const measured: unknown[][] = [];
  const logged: unknown[] = [];
  const kept = new Map<string, Uint8Array>();
  const soundAt = (key: string) => ({ bucket: 'speech', key, versionId: 'v1' });
  return {
    did,
    measured,
    logged,
    kept,
    config: { region },
    callers: { identify: async () => caller },
    budgets: {
      async take({ issuer, subject }, characters) {
        did.push(`take ${characters} of ${issuer} ${subject}`);
        return 'granted';
      },
    },
    voices: {
      async speak(_, speaker) {
        did.push(`speak ${speaker.voice} ${speaker.engine}`);
        return absent(speaker) ? 'notHere' : { bytes: new Uint8Array([1]), characters: 21 };
      },
    },
    sounds: {
      async find(key) {
        return kept.has(key) ? soundAt(key) : undefined;
      },
      async keep(key, bytes) {
        did.push('keep');
        kept.set(key, bytes);
        return soundAt(key);
      },
    },
    links: {
      async issue({ bucket, versionId, contentType }, seconds) {
        return `https://${bucket}/${versionId}?${contentType}&${seconds}`;
      },
    },
    readKey: async () => 'secret',
    log: (...line) => void logged.push(line),
    measure: (id, name, value, ...by) => void measured.push([id, name, value, ...by]),
    now: () => new Date('2026-11-28T09:00:00.000Z'),
  };
}
