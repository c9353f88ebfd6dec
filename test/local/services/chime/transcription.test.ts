import {
  DeleteMeetingCommand,
  StartMeetingTranscriptionCommand,
  StopMeetingTranscriptionCommand,
  type TranscriptionConfiguration,
} from '@aws-sdk/client-chime-sdk-meetings';
import { describe, expect, test } from 'vitest';
import { type ChimeHarness, onManualClock, refusalOf } from './harness.ts';

const medical = { LanguageCode: 'en-US', Specialty: 'PRIMARYCARE', Type: 'CONVERSATION' } as const;
const usual = { LanguageCode: 'en-GB' } as const;
const start = (chime: ChimeHarness, MeetingId: string, TranscriptionConfiguration: unknown) =>
  chime.client().send(
    new StartMeetingTranscriptionCommand({
      MeetingId,
      TranscriptionConfiguration: TranscriptionConfiguration as TranscriptionConfiguration,
    }),
  );
const stop = (chime: ChimeHarness, MeetingId: string) =>
  chime.client().send(new StopMeetingTranscriptionCommand({ MeetingId }));

test('starts and stops with an empty answer, and is reported with its engine and region', async () => {
  await using chime = await onManualClock();
  const meetingId = await chime.create();
  const configuration = { EngineTranscribeMedicalSettings: medical };
  const { $metadata, ...answer } = await start(chime, meetingId, configuration);
  expect([$metadata.httpStatusCode, answer]).toEqual([200, {}]);
  const begun = chime.clock.now();
  await chime.clock.advance(1_000);
  await stop(chime, meetingId);
  expect(chime.told()).toEqual(['MeetingStarted', 'TranscriptionStarted', 'TranscriptionStopped']);
  expect(chime.events[1]?.detail).toEqual({
    version: '0',
    eventType: 'chime:TranscriptionStarted',
    timestamp: begun,
    meetingId,
    transcriptionRegion: 'eu-west-1',
    transcriptionConfiguration: JSON.stringify(configuration),
    externalMeetingId: 'visit-1',
    mediaRegion: 'eu-west-1',
  });
  expect(chime.meetings()[0]?.transcriptions).toMatchObject([{ from: begun, to: begun + 1_000, region: 'eu-west-1' }]);
  await stop(chime, meetingId);
  expect(chime.told()).toHaveLength(3);
});

test('stops with its meeting, after which there is nothing to start', async () => {
  await using chime = await onManualClock();
  const MeetingId = await chime.create();
  await start(chime, MeetingId, { EngineTranscribeSettings: usual });
  await chime.client().send(new DeleteMeetingCommand({ MeetingId }));
  expect(chime.told().slice(1)).toEqual(['TranscriptionStarted', 'TranscriptionStopped', 'MeetingEnded']);
  expect(await refusalOf(start(chime, MeetingId, { EngineTranscribeSettings: usual }))).toEqual([
    'NotFoundException',
    404,
  ]);
  expect(await refusalOf(stop(chime, MeetingId))).toEqual(['NotFoundException', 404]);
});

test('a second one is refused, or takes the place of the first', async () => {
  await using chime = await onManualClock();
  const meetingId = await chime.create();
  await start(chime, meetingId, { EngineTranscribeSettings: usual });
  const again = () => start(chime, meetingId, { EngineTranscribeMedicalSettings: medical });
  expect(await refusalOf(again())).toEqual(['UnprocessableEntityException', 422]);
  chime.assumed.secondTranscription = 'replaces';
  await again();
  expect(chime.told().slice(1)).toEqual(['TranscriptionStarted', 'TranscriptionStopped', 'TranscriptionStarted']);
});

describe('is refused', () => {
  const bad = ['BadRequestException', 400];
  const of = (more: object) => ({ EngineTranscribeSettings: { ...usual, ...more } });
  const clinical = (more: object) => ({ EngineTranscribeMedicalSettings: { ...medical, ...more } });

  test.each<[string, object, unknown[]]>([
    ['without an engine', {}, bad],
    ['with both engines', { ...of({}), ...clinical({}) }, bad],
    ['in a language that is not there', of({ LanguageCode: 'es-ES' }), bad],
    ['in a region without the engine', of({ Region: 'af-south-1' }), bad],
    ['by the medical engine in another language', clinical({ LanguageCode: 'en-GB' }), bad],
    ['by the medical engine without a specialty', clinical({ Specialty: undefined }), bad],
    ['by the medical engine without a type', clinical({ Type: undefined }), bad],
    ['by the medical engine in Frankfurt', clinical({ Region: 'eu-central-1' }), bad],
    ['with PHI for the standard engine', of({ ContentIdentificationType: 'PHI' }), bad],
    ['with a list of entities in small letters', of({ PiiEntityTypes: 'name' }), bad],
    ['with a vocabulary', of({ VocabularyName: 'a' }), ['NotImplemented', 501]],
    ['with a model', of({ LanguageModelName: 'a' }), ['NotImplemented', 501]],
  ])('%s', async (_, configuration, refusal) => {
    await using chime = await onManualClock();
    expect(await refusalOf(start(chime, await chime.create(), configuration))).toEqual(refusal);
    expect(chime.told()).toEqual(['MeetingStarted']);
  });
});

describe('fails afterwards, which only an event says', () => {
  test.each<[string, object]>([
    ['without a language', { LanguageCode: undefined }],
    ['with a language that is to be found out', { IdentifyLanguage: true, LanguageOptions: 'en-US,fr-FR' }],
    ['with no languages to choose from', { LanguageCode: undefined, IdentifyLanguage: true }],
    ['with one to choose from', { LanguageCode: undefined, IdentifyLanguage: true, LanguageOptions: 'en-US' }],
    ['with one that is not there', { LanguageCode: undefined, IdentifyLanguage: true, LanguageOptions: 'en-US,es-ES' }],
    ['with languages to choose from, and no choice', { LanguageOptions: 'en-US,fr-FR' }],
    ['with a preference that is no choice', { PreferredLanguage: 'de-DE' }],
    ['marked and redacted', { ContentIdentificationType: 'PII', ContentRedactionType: 'PII' }],
    ['with entities and nothing to do with them', { PiiEntityTypes: 'NAME' }],
    ['as stable as what is not stabilized', { PartialResultsStability: 'high' }],
  ])('%s', async (_, more) => {
    await using chime = await onManualClock();
    const meetingId = await chime.create();
    await start(chime, meetingId, { EngineTranscribeSettings: { ...usual, ...more } });
    expect(chime.told().slice(1)).toEqual(['TranscriptionFailed']);
    expect(chime.events[1]?.detail['message']).toEqual(expect.any(String));
    expect(chime.meetings()[0]?.transcriptions).toBeUndefined();
  });

  test('in a meeting whose region has no engine', async () => {
    await using chime = await onManualClock();
    const meetingId = await chime.create({ MediaRegion: 'af-south-1' });
    await start(chime, meetingId, { EngineTranscribeSettings: usual });
    expect(chime.told().slice(1)).toEqual(['TranscriptionFailed']);
  });
});

describe('runs where', () => {
  test.each<[string, string, object, string]>([
    ['the meeting is', 'eu-central-1', { EngineTranscribeSettings: usual }, 'eu-central-1'],
    ['it is told', 'eu-central-1', { EngineTranscribeSettings: { ...usual, Region: 'eu-west-2' } }, 'eu-west-2'],
    [
      'the meeting is, if it chooses',
      'eu-west-2',
      { EngineTranscribeSettings: { ...usual, Region: 'auto' } },
      'eu-west-2',
    ],
    [
      'an engine is near, if it chooses',
      'eu-central-1',
      { EngineTranscribeMedicalSettings: { ...medical, Region: 'auto' } },
      'eu-west-1',
    ],
    ['any engine is', 'af-south-1', { EngineTranscribeSettings: { ...usual, Region: 'auto' } }, 'us-east-1'],
  ])('%s', async (_, MediaRegion, configuration, region) => {
    await using chime = await onManualClock();
    await start(chime, await chime.create({ MediaRegion }), configuration);
    expect(chime.events[1]?.detail).toMatchObject({
      eventType: 'chime:TranscriptionStarted',
      transcriptionRegion: region,
    });
  });
});
