import { PollyClient, SynthesizeSpeechCommand, type LanguageCode, type VoiceId } from '@aws-sdk/client-polly';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Refusal } from '../refusals.ts';
import type { Voices } from '../speechPorts.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

/** Polly's own client would speak HTTP/2, which only one operation needs, and to which the limits do not apply. */
export function connectPolly(region: string): PollyClient {
  const overHttp1 = (limit: ReturnType<typeof withLimit>) => ({
    ...limit,
    requestHandler: new NodeHttpHandler(limit.requestHandler),
  });
  return new PollyClient({ region, ...overHttp1(withLimit('polly')) });
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
