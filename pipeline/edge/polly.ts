import { PollyClient, SynthesizeSpeechCommand, type LanguageCode, type VoiceId } from '@aws-sdk/client-polly';
import { Refusal } from '../refusals.ts';
import type { Voices } from '../speechPorts.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

export function connectPolly(region: string): PollyClient {
  return new PollyClient({ region, ...withLimit('polly') });
}

/** Polly, in the region where this is deployed: what is said goes nowhere else. */
export function toVoices(client: PollyClient): Voices {
  return {
    async speak({ text, textType }, { voice, language, engine }) {
      const command = new SynthesizeSpeechCommand({
        Text: text,
        TextType: textType,
        OutputFormat: 'mp3',
        Engine: engine,
        VoiceId: voice as VoiceId,
        LanguageCode: language as LanguageCode,
      });
      try {
        return await request('Polly', async () => {
          const { AudioStream, RequestCharacters = 0 } = await client.send(command);
          const bytes = (await AudioStream?.transformToByteArray()) ?? new Uint8Array();
          return { bytes, characters: RequestCharacters };
        });
      } catch (error) {
        // Their messages may repeat the text.
        if (isNamed(error, 'EngineNotSupportedException', 'LanguageNotSupportedException')) return 'notHere';
        if (isNamed(error, 'TextLengthExceededException')) throw new Refusal('TextTooLong');
        if (isNamed(error, 'InvalidSsmlException')) {
          throw new Refusal('InvalidRequest', 'The field text is no SSML that can be spoken.');
        }
        throw error;
      }
    },
  };
}
