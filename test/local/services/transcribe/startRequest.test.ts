import {
  BadRequestException,
  LanguageCode,
  StartMedicalTranscriptionJobCommand,
  StartTranscriptionJobCommand,
  type TranscribeServiceException,
} from '@aws-sdk/client-transcribe';
import { afterAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../testClock.ts';
import { medical, standard, transcribeHarness } from './harness.ts';

const stack = await transcribeHarness({ limits: 'off' });
afterAll(() => stack[Symbol.asyncDispose]());
let count = 0;

type Fields = Record<string, unknown>;

function start(kind: 'medical' | 'standard', change: Fields, region?: string): Promise<unknown> {
  count += 1;
  const name = `job-${count}`;
  const client = stack.client(region);
  return kind === 'medical'
    ? client.send(new StartMedicalTranscriptionJobCommand({ ...medical, MedicalTranscriptionJobName: name, ...change }))
    : client.send(new StartTranscriptionJobCommand({ ...standard, TranscriptionJobName: name, ...change }));
}

const refused = failureOf<TranscribeServiceException>;

const tag = (Key: string, Value = '') => ({ Key, Value });
const many = (length: number) => Array.from({ length }, (_, index) => index);
const speakers = (MaxSpeakerLabels: number) => ({ Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels } });
const alternatives = (MaxAlternatives: number) => ({ Settings: { ShowAlternatives: true, MaxAlternatives } });
const context = (pairs: Record<string, string>) => ({
  OutputEncryptionKMSKeyId: 'alias/medzen',
  KMSEncryptionContext: pairs,
});
const uri = (MediaFileUri: string) => ({ Media: { MediaFileUri } });

describe('both kinds', () => {
  const good: [string, Fields][] = [
    ['the least', {}],
    ['every character a key may have', { OutputKey: "aZ0-_.!*'()/x.json" }],
    ['2 speakers', speakers(2)],
    ['10 speakers', speakers(10)],
    ['2 alternatives', alternatives(2)],
    ['10 alternatives', alternatives(10)],
    ['channels', { Settings: { ChannelIdentification: true } }],
    ['settings that are off', { Settings: { ShowSpeakerLabels: false, ChannelIdentification: true } }],
    ['a key with a context', context({ tenant: 'medzen' })],
    ['10 context pairs', context(Object.fromEntries(many(10).map((n) => [`k${n}`, 'v'])))],
    ['50 tags', { Tags: many(50).map((n) => tag(`k${n}`)) }],
    ['the longest tag', { Tags: [tag('k'.repeat(128), 'v'.repeat(256))] }],
    ['a rate and a format', { MediaSampleRateHertz: 16_000, MediaFormat: 'wav' }],
    ['a path-style address', uri('https://s3.eu-west-1.amazonaws.com/rec/visit.wav')],
    ['a virtual-hosted address', uri('https://rec.s3.eu-west-1.amazonaws.com/visit.wav')],
    ['media in a bucket that is not there', uri('s3://nowhere/visit.wav')],
  ];
  test.each(
    good.flatMap(([what, change]) => [['medical', what, change] as const, ['standard', what, change] as const]),
  )('%s takes %s', async (kind, _, change) => {
    await expect(start(kind, change)).resolves.toBeDefined();
  });

  const bad: [string, Fields, string][] = [
    ['a key with a colon', { OutputKey: 'a:b.json' }, 'OutputKey'],
    ['a key with a space', { OutputKey: 'a b.json' }, 'OutputKey'],
    ['a key with an equals sign', { OutputKey: 'day=1/a.json' }, 'OutputKey'],
    ['a key that ends in a line break', { OutputKey: 'a.json\n' }, 'OutputKey'],
    ['an empty key', { OutputKey: '' }, 'OutputKey'],
    ['a key of 1,025 characters', { OutputKey: 'k'.repeat(1025) }, 'OutputKey'],
    ['a bucket as an address', { OutputBucketName: 's3://out' }, 'OutputBucketName'],
    ['a bucket of 2 characters', { OutputBucketName: 'ab' }, 'OutputBucketName'],
    ['a bucket in capitals', { OutputBucketName: 'OUT' }, 'OutputBucketName'],
    ['no media', { Media: undefined }, 'Media: is required'],
    ['media without an address', { Media: {} }, 'Media.MediaFileUri'],
    ['a file address', uri('file:///visit.wav'), 'MediaFileUri'],
    ['a web address that is not S3', uri('https://example.org/rec/visit.wav'), 'not the address of an S3 object'],
    ['a bucket without a key', uri('s3://rec'), 'not the address of an S3 object'],
    ['an address above 2,000 characters', uri(`s3://rec/${'k'.repeat(2000)}`), 'MediaFileUri'],
    ['redacted media', { Media: { ...medical.Media, RedactedMediaFileUri: 's3://rec/x' } }, 'RedactedMediaFileUri'],
    ['media in another region', uri('s3://far/visit.wav'), 'us-east-1'],
    ['an address in another region', uri('https://s3.us-west-2.amazonaws.com/gone/visit.wav'), 'us-west-2'],
    ['output in another region', { OutputBucketName: 'far' }, 'us-east-1'],
    ['a format it does not take', { MediaFormat: 'mov' }, 'MediaFormat'],
    ['a rate above 48 kHz', { MediaSampleRateHertz: 48_001 }, 'MediaSampleRateHertz'],
    ['a rate that is not whole', { MediaSampleRateHertz: 16_000.5 }, 'MediaSampleRateHertz'],
    ['speakers without a number', { Settings: { ShowSpeakerLabels: true } }, 'MaxSpeakerLabels'],
    ['a number without speakers', { Settings: { MaxSpeakerLabels: 2 } }, 'ShowSpeakerLabels'],
    ['1 speaker', speakers(1), 'MaxSpeakerLabels'],
    ['alternatives without a number', { Settings: { ShowAlternatives: true } }, 'MaxAlternatives'],
    ['11 alternatives', alternatives(11), 'MaxAlternatives'],
    [
      'speakers and channels at once',
      { Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels: 2, ChannelIdentification: true } },
      'exclude each other',
    ],
    ['a context without a key', { KMSEncryptionContext: { a: 'b' } }, 'OutputEncryptionKMSKeyId'],
    ['an empty context', context({}), 'KMSEncryptionContext'],
    ['11 context pairs', context(Object.fromEntries(many(11).map((n) => [`k${n}`, 'v']))), 'KMSEncryptionContext'],
    ['a context that is not ASCII', context({ name: 'Zoë' }), 'KMSEncryptionContext'],
    ['a blank context value', context({ name: ' ' }), 'KMSEncryptionContext'],
    ['a key with a space', { OutputEncryptionKMSKeyId: 'alias/my key' }, 'OutputEncryptionKMSKeyId'],
    ['51 tags', { Tags: many(51).map((n) => tag(`k${n}`)) }, 'Tags'],
    ['no tags', { Tags: [] }, 'Tags'],
    ['a tag twice', { Tags: [tag('a'), tag('a')] }, 'Tags'],
    ['a reserved tag', { Tags: [tag('AWS:x')] }, 'Tags'],
    ['a tag key of 129 characters', { Tags: [tag('k'.repeat(129))] }, 'Tags'],
    ['a tag value of 257 characters', { Tags: [tag('k', 'v'.repeat(257))] }, 'Tags'],
  ];
  test.each(
    bad.flatMap(([what, ...rest]) => [['medical', what, ...rest] as const, ['standard', what, ...rest] as const]),
  )('%s refuses %s', async (kind, _, change, said) => {
    const error = await refused(start(kind, change));
    expect(error).toBeInstanceOf(BadRequestException);
    expect(error.message).toContain(said);
  });

  test.each(['', 'a b', 'a/b', 'é', '.', '..', 'a\n', 'x'.repeat(201)])('refuse the name %j', async (name) => {
    const first = await refused(start('medical', { MedicalTranscriptionJobName: name }));
    expect(first).toBeInstanceOf(BadRequestException);
    const second = await refused(start('standard', { TranscriptionJobName: name }));
    expect(second).toBeInstanceOf(BadRequestException);
  });

  test.each([
    ['an unknown field', { Priority: 'high' }, 'Priority: no such field'],
    ['an unknown setting', { Settings: { ShowSpeakers: true } }, 'Settings.ShowSpeakers: no such field'],
    ['a number as text', { MediaSampleRateHertz: '16000' }, 'MediaSampleRateHertz'],
    ['text as a number', { OutputKey: 7 }, 'OutputKey'],
  ])('refuse %s as a broken message', async (_, change, said) => {
    const error = stack.raw('StartMedicalTranscriptionJob', { ...medical, ...change });
    await expect(error).rejects.toMatchObject({ name: 'SerializationException', status: 400 });
    await expect(error).rejects.toThrow(said);
  });
});

describe('a medical job', () => {
  test.each<[string, Fields, string]>([
    ['British English', { LanguageCode: 'en-GB' }, 'LanguageCode'],
    ['French', { LanguageCode: 'fr-FR' }, 'LanguageCode'],
    ['cardiology', { Specialty: 'CARDIOLOGY' }, 'Specialty'],
    ['no type', { Type: undefined }, 'Type: is required'],
    ['no output bucket', { OutputBucketName: undefined }, 'OutputBucketName: is required'],
    ['redaction of what is identified', { ContentIdentificationType: 'PII' }, 'ContentIdentificationType'],
    ['telephone audio', { MediaSampleRateHertz: 8_000 }, 'MediaSampleRateHertz'],
    ['11 speakers', speakers(11), 'MaxSpeakerLabels'],
  ])('refuses %s', async (_, change, said) => {
    const error = await refused(start('medical', change));
    expect(error).toBeInstanceOf(BadRequestException);
    expect(error.message).toContain(said);
  });

  test.each(['eu-central-1', 'af-south-1', 'eu-west-2'])('does not exist in %s', async (region) => {
    const error = await refused(start('medical', {}, region));
    expect(error).toBeInstanceOf(BadRequestException);
    expect(error.message).toContain(region);
  });
});

describe('a standard job', () => {
  const identify = (fields: Fields) => ({ LanguageCode: undefined, ...fields });

  test.each(Object.values(LanguageCode))('takes the language %s', async (language) => {
    await expect(start('standard', { LanguageCode: language })).resolves.toBeDefined();
  });

  test.each<[string, Fields]>([
    ['a language to be identified', identify({ IdentifyLanguage: true })],
    ['languages to be identified', identify({ IdentifyMultipleLanguages: true, LanguageOptions: ['en-US', 'es-US'] })],
    ['telephone audio', { MediaSampleRateHertz: 8_000 }],
    ['30 speakers', speakers(30)],
  ])('takes %s', async (_, change) => {
    await expect(start('standard', change)).resolves.toBeDefined();
  });

  test.each<[string, Fields, string]>([
    ['no language', identify({}), 'exactly one of'],
    ['identification that is off', identify({ IdentifyLanguage: false }), 'exactly one of'],
    ['a language and identification', { IdentifyLanguage: true }, 'exactly one of'],
    ['both identifications', identify({ IdentifyLanguage: true, IdentifyMultipleLanguages: true }), 'exactly one of'],
    ['options for a given language', { LanguageOptions: ['fr-FR'] }, 'LanguageOptions'],
    ['a language without a region', { LanguageCode: 'en' }, 'LanguageCode'],
    ['31 speakers', speakers(31), 'MaxSpeakerLabels'],
    ['a rate below 8 kHz', { MediaSampleRateHertz: 7_999 }, 'MediaSampleRateHertz'],
  ])('refuses %s', async (_, change, said) => {
    const error = await refused(start('standard', change));
    expect(error).toBeInstanceOf(BadRequestException);
    expect(error.message).toContain(said);
  });

  test.each<[string, Fields]>([
    ['Settings.VocabularyName', { Settings: { VocabularyName: 'words' } }],
    ['Settings.VocabularyFilterName', { Settings: { VocabularyFilterName: 'words', VocabularyFilterMethod: 'mask' } }],
    ['ModelSettings', { ModelSettings: { LanguageModelName: 'mine' } }],
    ['JobExecutionSettings', { JobExecutionSettings: { AllowDeferredExecution: true } }],
    ['ContentRedaction', { ContentRedaction: { RedactionType: 'PII', RedactionOutput: 'redacted' } }],
    ['Subtitles', { Subtitles: { Formats: ['vtt'] } }],
    ['LanguageIdSettings', { LanguageIdSettings: { 'en-US': {} } }],
    ['ToxicityDetection', { ToxicityDetection: [{ ToxicityCategories: ['ALL'] }] }],
    ['OutputBucketName', { OutputBucketName: undefined }],
  ])('with %s is not part of the stand-in', async (field, change) => {
    const error = await refused(start('standard', change));
    expect(error).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    expect(error.message).toContain(field);
  });

  test('exists where the medical engine does not', async () => {
    const far = { Media: { MediaFileUri: 's3://nowhere/a.wav' }, OutputBucketName: 'nowhere' };
    await expect(start('standard', far, 'eu-central-1')).resolves.toBeDefined();
    await expect(start('standard', far, 'af-south-1')).resolves.toBeDefined();
  });

  test('does not exist where Transcribe does not', async () => {
    const error = await refused(start('standard', {}, 'nowhere-1'));
    expect(error.name).toBe('UnrecognizedClientException');
    expect(error.message).toContain('nowhere-1');
  });
});
