import { LanguageCode, VoiceId } from '@aws-sdk/client-polly';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { type Call, type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';
import { NOT_SUPPORTED, notSupported, only, readRequest } from '../readRequest.ts';
import type { ScopedRequest, ScopedService } from '../scopedService.ts';
import { TokenBuckets } from '../tokenBucket.ts';
import { silentMp3 } from './mp3.ts';
import { billedCharacters } from './text.ts';
import { type Engine, languagesOf, regions } from './voices.ts';

/** Requests a second, and at once. */
const rates = { standard: { rate: 80, burst: 100 }, neural: { rate: 8, burst: 10 } };

const request = v.strictObject({
  Engine: v.optional(
    v.pipe(
      v.picklist(['standard', 'neural', 'long-form', 'generative']),
      v.check((engine) => engine === 'standard' || engine === 'neural', NOT_SUPPORTED),
    ),
    'standard',
  ),
  VoiceId: v.picklist(Object.values(VoiceId)),
  LanguageCode: v.optional(v.picklist(Object.values(LanguageCode))),
  Text: v.string(),
  TextType: v.optional(v.picklist(['text', 'ssml']), 'text'),
  OutputFormat: v.pipe(v.picklist(['json', 'mp3', 'ogg_opus', 'ogg_vorbis', 'pcm', 'mulaw', 'alaw']), only('mp3')),
  SampleRate: notSupported,
  LexiconNames: notSupported,
  SpeechMarkTypes: notSupported,
});

/** What the service has besides. */
const missing: readonly [string, RegExp, string][] = [
  ['GET', /^\/v1\/voices$/, 'DescribeVoices'],
  ['GET', /^\/v1\/lexicons$/, 'ListLexicons'],
  ['GET', /^\/v1\/lexicons\/[^/]+$/, 'GetLexicon'],
  ['PUT', /^\/v1\/lexicons\/[^/]+$/, 'PutLexicon'],
  ['DELETE', /^\/v1\/lexicons\/[^/]+$/, 'DeleteLexicon'],
  ['POST', /^\/v1\/synthesisTasks$/, 'StartSpeechSynthesisTask'],
  ['GET', /^\/v1\/synthesisTasks$/, 'ListSpeechSynthesisTasks'],
  ['GET', /^\/v1\/synthesisTasks\/[^/]+$/, 'GetSpeechSynthesisTask'],
];

/** Polly without its voices: it checks what it is asked to say, and answers with silence of that length. */
export function createPolly(clock: Clock): ScopedService {
  const buckets = new TokenBuckets(clock);
  const admit = (engine: Engine, region: string) => {
    if (buckets.take(`${region} ${engine}`, rates[engine])) return;
    throw new ServiceError('ThrottlingException', 'Rate exceeded');
  };
  return {
    scope: 'polly',
    read: readRoute,
    answer(asked) {
      const { operation, input } = readRoute(asked);
      const { Engine, VoiceId, LanguageCode, Text, TextType } = readRequest(
        operation,
        request,
        input,
        'ValidationException',
      );
      const engine = Engine as Engine;
      requireEngine(engine, VoiceId, asked);
      if (LanguageCode && !languagesOf(engine, VoiceId).includes(LanguageCode)) {
        throw new ServiceError('LanguageNotSupportedException', `${VoiceId} does not speak ${LanguageCode}`);
      }
      admit(engine, asked.region);
      const characters = billedCharacters(Text, TextType === 'ssml', engine);
      return {
        status: 200,
        headers: { 'content-type': 'audio/mpeg', 'x-amzn-requestcharacters': String(characters) },
        body: silentMp3(characters, engine === 'neural' ? 24_000 : 22_050),
      };
    },
    refuse: ({ name, message, status }) => ({
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
      body: JSON.stringify({ message }),
    }),
  };
}

function readRoute({ method, url, body }: ScopedRequest): { operation: 'SynthesizeSpeech'; input: JsonObject } {
  if (method !== 'POST' || url.pathname !== '/v1/speech') {
    const [, , name = `${method} ${url.pathname}`] =
      missing.find(([verb, path]) => verb === method && path.test(url.pathname)) ?? [];
    throw new NotImplemented(`polly: ${name}`);
  }
  try {
    return { operation: 'SynthesizeSpeech', input: JSON.parse(body.toString()) as JsonObject };
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
}

function requireEngine(engine: Engine, voice: string, { region }: Call): void {
  // A region without the service has no host that a client could find.
  if (!regions.standard.includes(region)) {
    throw new ServiceError('UnrecognizedClientException', `Amazon Polly has no endpoint in ${region}`);
  }
  if (!regions[engine].includes(region)) {
    throw new ServiceError('EngineNotSupportedException', 'The selected engine is not supported in this region');
  }
  if (languagesOf(engine, voice).length === 0) {
    throw new ServiceError('EngineNotSupportedException', `This voice does not support the engine ${engine}`);
  }
}
