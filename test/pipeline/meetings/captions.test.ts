import {
  TranscribeLanguageCode,
  TranscribeMedicalLanguageCode,
  TranscribeMedicalRegion,
  TranscribeRegion,
} from '@aws-sdk/client-chime-sdk-meetings';
import { describe, expect, test } from 'vitest';
import { type Captions, captionsFor } from '../../../pipeline/meetings/captions.ts';
import { chimeMediaRegions } from '../../../pipeline/recording/regions.ts';
import { Refusal } from '../../../pipeline/refusals.ts';

/** The engine, the language and the region, or the code of the refusal. */
function told(language: string | null, held: string, region: string, mediaRegions: readonly string[] = [held]): string {
  try {
    return Object.values(captionsFor(language, held, { region, mediaRegions })).join(' ');
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

describe('US English', () => {
  test.each([
    ['where the meeting is', 'eu-west-1', 'eu-central-1', 'transcribe-medical en-US eu-west-1'],
    ['where recordings are processed', 'eu-central-1', 'eu-west-1', 'transcribe-medical en-US eu-west-1'],
    [
      'of a meeting in South Africa that may be processed elsewhere',
      'af-south-1',
      'eu-west-1',
      'transcribe-medical en-US eu-west-1',
    ],
    [
      'by the other engine, where the medical one is in neither',
      'eu-west-2',
      'eu-central-1',
      'transcribe en-US eu-west-2',
    ],
    [
      'by the other engine, where only the deployment has one',
      'eu-north-1',
      'eu-central-1',
      'transcribe en-US eu-central-1',
    ],
    ['nowhere', 'af-south-1', 'af-south-1', 'RegionNotAllowed'],
  ])('%s', (_, held, region, expected) => expect(told('en-US', held, region)).toBe(expected));

  test('is not heard in a region of the tenant that is neither', () => {
    expect(told('en-US', 'af-south-1', 'af-south-1', ['af-south-1', 'eu-west-1'])).toBe('RegionNotAllowed');
  });

  test('is heard nowhere when it is spoken where the tenant is not', () => {
    expect(told('en-US', 'us-east-1', 'eu-west-1', ['eu-west-1'])).toBe('RegionNotAllowed');
  });
});

describe('a language', () => {
  test.each([
    [null, 'transcribe-medical en-US eu-west-1'],
    ['', 'transcribe-medical en-US eu-west-1'],
    ['EN_us', 'transcribe-medical en-US eu-west-1'],
    ['en-GB', 'transcribe en-GB eu-west-1'],
    ['en-KE', 'transcribe en-GB eu-west-1'],
    ['fr-CM', 'transcribe fr-FR eu-west-1'],
    ['es-419', 'transcribe es-US eu-west-1'],
    ['pt-BR', 'transcribe pt-BR eu-west-1'],
  ])('%j is read as that of a recording', (language, expected) =>
    expect(told(language, 'eu-west-1', 'eu-west-1')).toBe(expected),
  );

  test.each(['es-ES', 'es', 'pt-PT', 'en-ZA', 'en-IN', 'af-ZA', 'sw-KE', 'zu-ZA', 'de-CH'])(
    '%s that no engine has is refused, and no other stands in for it',
    (language) => expect(told(language, 'eu-west-1', 'eu-west-1')).toBe('LanguageNotSupported'),
  );

  test('is named where it is one, and never repeated where it is none', () => {
    const refused = (language: string) => () =>
      captionsFor(language, 'eu-west-1', { region: 'eu-west-1', mediaRegions: ['eu-west-1'] });
    expect(refused('af_za')).toThrow('There are no captions in af-ZA.');
    expect(refused('Ngozi')).toThrow('There are no captions in this language.');
    expect(refused('Ngozi')).toThrow(expect.objectContaining({ code: 'LanguageNotSupported' }));
  });
});

test('the engines have what the API of the service says, and no more', () => {
  const languages = Object.values(TranscribeLanguageCode);
  const made = languages.flatMap((language) =>
    [...chimeMediaRegions].flatMap((held): Captions[] => {
      try {
        return [captionsFor(language, held, { region: held, mediaRegions: [held] })];
      } catch {
        return [];
      }
    }),
  );
  const of = (engine: Captions['engine'], key: 'language' | 'region') =>
    [...new Set(made.flatMap((one) => (one.engine === engine ? [one[key]] : [])))].toSorted();
  expect(of('transcribe', 'language')).toEqual(languages.toSorted());
  expect(of('transcribe-medical', 'language')).toEqual(Object.values(TranscribeMedicalLanguageCode));
  const held = (regions: Readonly<Record<string, string>>) =>
    Object.values(regions)
      .filter((one) => chimeMediaRegions.has(one))
      .toSorted();
  expect(of('transcribe', 'region')).toEqual(held(TranscribeRegion));
  expect(of('transcribe-medical', 'region')).toEqual(held(TranscribeMedicalRegion));
});
