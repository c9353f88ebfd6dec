import { LanguageCode, VoiceId } from '@aws-sdk/client-polly';
import { describe, expect, test } from 'vitest';
import { regions } from '../../../pipeline/recording/regions.ts';
import { spokenIn, toSpeakers } from '../../../pipeline/speech/voices.ts';
import { languagesOf, regions as regionsOfPolly } from '../../../local/services/polly/voices.ts';

const byVoice = (language: string, voice?: string, region = 'eu-west-1') =>
  toSpeakers({ language, voice }, region).map((one) => `${one.language} ${one.voice} ${one.engine}`);

test.each<[language: string, voice: string | undefined, region: string, speakers: string[]]>([
  ['en-ZA', undefined, 'af-south-1', ['en-ZA Ayanda neural']],
  ['en_za', undefined, 'eu-west-1', ['en-ZA Ayanda neural']],
  ['en-GB', undefined, 'eu-west-1', ['en-GB Amy neural', 'en-GB Amy standard']],
  ['en-GB', 'Brian', 'eu-west-1', ['en-GB Brian neural', 'en-GB Brian standard']],
  ['en-GB', 'Arthur', 'eu-west-1', ['en-GB Arthur neural']],
  // That region has no neural engine.
  ['en-GB', undefined, 'us-east-2', ['en-GB Amy standard']],
  ['fr', undefined, 'us-east-2', ['fr-FR Lea standard']],
  ['en-AU', undefined, 'us-east-2', ['en-AU Nicole standard']],
  // The one that comes first for a bare language is the recordings' own.
  ['en', undefined, 'eu-west-1', ['en-US Joanna neural', 'en-US Joanna standard']],
  ['pt', undefined, 'eu-west-1', ['pt-PT Ines neural', 'pt-PT Ines standard']],
  ['es', undefined, 'eu-west-1', ['es-ES Lucia neural', 'es-ES Lucia standard']],
  ['de', undefined, 'eu-central-1', ['de-DE Vicki neural', 'de-DE Vicki standard']],
  ['ar', undefined, 'eu-west-1', ['arb Zeina standard']],
  ['ARB', 'Zeina', 'eu-west-1', ['arb Zeina standard']],
  // One voice, two languages.
  ['hi-IN', 'Kajal', 'eu-west-1', ['hi-IN Kajal neural']],
  ['en-IN', 'Kajal', 'eu-west-1', ['en-IN Kajal neural']],
])('%s, %s, in %s', (language, voice, region, speakers) => {
  expect(byVoice(language, voice, region)).toEqual(speakers);
});

describe('a language without a voice is refused, with those that have one', () => {
  test.each(['af', 'zu', 'xh', 'sw', 'ha', 'yo', 'af-ZA', 'sw-KE', 'en-NG', 'e', '', 'constructor', '__proto__'])(
    '%s',
    (language) => {
      const listed = expect.stringMatching(/en-ZA, en-GB,.* arb,/) as string;
      expect(() => byVoice(language)).toThrow(
        expect.objectContaining({ code: 'LanguageNotSupported', status: 422, message: listed }),
      );
    },
  );

  test('of a region: one that has only neural voices is not among those without them', () => {
    expect(() => byVoice('en-ZA', undefined, 'us-east-2')).toThrow(/^No voice speaks this language\. (?!.*en-ZA)/);
    expect(spokenIn('eu-west-1')).toContain('en-ZA');
    expect(spokenIn('nowhere-1')).toEqual([]);
  });
});

test.each([
  ['en-ZA', 'Amy', /^The voices of en-ZA are Ayanda\.$/],
  ['fr-FR', 'lea', /^The voices of fr-FR are Lea, Remi, Celine, Mathieu\.$/],
  ['en-GB', 'Amy:ns', /^The voices of en-GB are Amy, Emma, Brian, Arthur\.$/],
  ['en-AU', 'Olivia', /^The voices of en-AU are Nicole, Russell\.$/, 'us-east-2'],
])('%s has no voice %s', (language, voice, message, region = 'eu-west-1') => {
  expect(() => byVoice(language, voice, region)).toThrow(
    expect.objectContaining({
      code: 'VoiceNotSupported',
      status: 422,
      message: expect.stringMatching(message) as string,
    }),
  );
});

test('every voice of the table is one of Polly, with that language and that engine by its guide', () => {
  const all = spokenIn('eu-west-1').flatMap((language) => {
    const voices = /are (.+)\.$/.exec(messageOf(() => byVoice(language, 'nobody')))?.[1]?.split(', ') ?? [];
    return voices.flatMap((voice) => toSpeakers({ language, voice }, 'eu-west-1'));
  });
  expect(all.length).toBeGreaterThan(90);
  for (const { voice, language, engine } of all) {
    expect([Object.values(VoiceId), Object.values(LanguageCode)]).toEqual([
      expect.arrayContaining([voice]),
      expect.arrayContaining([language]),
    ]);
    expect([voice, languagesOf(engine, voice)]).toEqual([voice, expect.arrayContaining([language])]);
  }
});

test.each(Object.keys(regions))(
  '%s, in which the pipeline may run, has the engines that it is said to have',
  (region) => {
    const engines = new Set(byVoice('en-GB', 'Amy', region).map((one) => one.split(' ')[2] ?? ''));
    const ofPolly = (['neural', 'standard'] as const).filter((engine) => regionsOfPolly[engine].includes(region));
    expect([...engines]).toEqual(ofPolly);
  },
);

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
